/**
 * `npm start` runs a launcher, which may run the program under a newer Node. When npm or the launcher is asked to stop, or is
 * killed, the program stops too.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { expect } from 'chai'
import { scratchDirectory } from '../support/scratch.ts'
import { until } from '../support/until.ts'
import { ROOT } from './support/process.ts'

const PORTS = ['--port', '0', '--rpc-port', '0', '--operator-port', '0', '--wallet-port', '0']

/** A Node of this machine that is too old to run the program, so that the launcher hands over. */
function oldNode(): string | undefined {
  const found = (process.env.PATH ?? '').split(delimiter).map(folder => join(folder, 'node'))
  return found.filter(existsSync).find(node => {
    const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' })
    return Number(/^v(\d+)/.exec(stdout)?.[1] ?? 99) < 22
  })
}

describe('e2e: the launcher', function () {
  this.timeout(90_000)
  const data = join(scratchDirectory('launcher'), 'data')
  const children: ChildProcess[] = []
  after(() => {
    for (const child of children) child.kill('SIGKILL')
    rmSync(join(data, '..'), { recursive: true, force: true })
  })

  async function begin(node: string, args: readonly string[], ipc: boolean): Promise<ChildProcess> {
    return ready(node, [...args, 'start', '--data', data, ...PORTS], ipc)
  }

  async function ready(command: string, args: readonly string[], ipc: boolean): Promise<ChildProcess> {
    const child = spawn(command, args, {
      ...{ cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe', ...(ipc ? (['ipc'] as const) : [])] },
    })
    children.push(child)
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', chunk => (said += chunk))
    await until('it is ready', () => said.includes('is ready') || child.exitCode !== null, { withinMs: 60_000 })
    expect(child.exitCode, said).to.equal(null)
    return child
  }

  it('ends without a word to the program: the program finishes and stops', async () => {
    const child = await begin(process.execPath, ['--import', 'tsx', 'node/main/main.ts'], true)
    child.disconnect()
    const [code] = await once(child, 'exit')
    expect(code).to.equal(0)
  })

  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    it(`npm is ended by ${signal}: the program finishes, and the data is free for the next start`, async () => {
      const npm = await ready('npm', ['start', '--', '--data', data, ...PORTS], false)
      npm.kill(signal)
      // The program has the pipes too, so they close when both have ended.
      await once(npm, 'close')
      expect(existsSync(join(data, 'node.sock'))).to.equal(false)
      const again = await begin(process.execPath, ['scripts/dojang.mjs'], false)
      again.kill('SIGTERM')
      const [code] = await once(again, 'exit')
      expect(code).to.equal(0)
    })
  }

  it('is killed: the data is free for the next start', async function () {
    const node = oldNode()
    if (node === undefined) return this.skip()
    const first = await begin(node, ['scripts/dojang.mjs'], false)
    first.kill('SIGKILL')
    // The program has the pipes too, so they close when both have ended.
    await once(first, 'close')
    const second = await begin(node, ['scripts/dojang.mjs'], false)
    second.kill('SIGTERM')
    const [code] = await once(second, 'exit')
    expect(code).to.equal(0)
  })
})
