import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'

const BIN = join(import.meta.dirname, '..', '..', '..', 'scripts', 'dojang.mjs')

describe('cli: the installed command', () => {
  it('runs from anywhere, and hands its exit code on', () => {
    const run = (...args: string[]) => spawnSync(process.execPath, [BIN, ...args], { cwd: tmpdir(), encoding: 'utf8' })
    const help = run('--help')
    expect(help.stdout).to.include('Usage: dojang')
    expect(help.status).to.equal(0)
    const refused = run('health', '--data', '/nowhere/at/all')
    expect(refused.status).to.equal(3)
    expect(refused.stderr).to.include('CLI_NO_INSTALL')
  })

  it('ends quietly when the reader of its output has enough', async () => {
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
