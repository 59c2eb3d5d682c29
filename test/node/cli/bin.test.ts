import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'

const BIN = join(import.meta.dirname, '..', '..', '..', 'scripts', 'dojang.mjs')

describe('cli: the installed command', () => {
  it('runs from any directory, and passes on the exit code', () => {
    const run = (...args: string[]) => spawnSync(process.execPath, [BIN, ...args], { cwd: tmpdir(), encoding: 'utf8' })
    const help = run('--help')
    expect(help.stdout).to.include('Usage: dojang')
    expect(help.status).to.equal(0)
    const refused = run('health', '--data', '/nowhere/at/all')
    expect(refused.status).to.equal(3)
    expect(refused.stderr).to.include('CLI_NO_INSTALL')
  })

  it('installs the packages of a fresh clone before any command, and reports a failure', function () {
    this.timeout(60_000)
    const clone = mkdtempSync(join(tmpdir(), 'dojang-clone-'))
    try {
      for (const name of [
        'package.json',
        'package-lock.json',
        'scripts/dojang.mjs',
        'scripts/setup.mjs',
        'scripts/web.mjs',
      ]) {
        cpSync(join(BIN, '..', '..', name), join(clone, name))
      }
      const env = { ...process.env, npm_config_offline: 'true', npm_config_cache: join(clone, 'cache') }
      const { status, stderr } = spawnSync(process.execPath, [join(clone, 'scripts', 'dojang.mjs'), 'health'], {
        ...{ cwd: clone, encoding: 'utf8', env },
      })
      expect(stderr).to.include('installing the packages of package-lock.json')
      expect(stderr).to.include('the installation failed').and.include('Next step').and.not.include('    at ')
      expect(status).to.be.greaterThan(0)
    } finally {
      rmSync(clone, { recursive: true, force: true })
    }
  })

  it('ends without an error when the reader closes the pipe', async () => {
    const child = spawn(process.execPath, [BIN, 'residents', 'generate', '2000'], { stdio: ['ignore', 'pipe', 'pipe'] })
    let err = ''
    child.stderr.on('data', chunk => {
      err += chunk
    })
    child.stdout.once('data', () => child.stdout.destroy())
    const [code] = await once(child, 'close')
    expect({ code, err }).to.deep.equal({ code: 0, err: '' })
  })
})
