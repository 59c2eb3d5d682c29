/** Foundry's anvil, an independent chain in a separate process. It stores everything in memory. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface Anvil {
  readonly url: string
  stop(): Promise<void>
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }

/** It has a separate package lock, because most users do not need these 40 MB. */
const ENGINES = new URL('../engines/', import.meta.url)

/** The program in the package for this platform; undefined if there is none. */
function binary(): string | undefined {
  if (process.env.DOJANG_ANVIL) return process.env.DOJANG_ANVIL
  try {
    const anvil = createRequire(ENGINES).resolve('@foundry-rs/anvil/package.json')
    const platform = `@foundry-rs/anvil-${process.platform}-${ARCHITECTURES[process.arch]}`
    const program = join(createRequire(anvil).resolve(`${platform}/package.json`), '..', 'bin', 'anvil')
    return existsSync(program) ? program : undefined
  } catch {
    return undefined
  }
}

/**
 * @param hardfork `berlin`: like the oldest QBFT engines, without base fee and type 2
 * @returns null if anvil is not installed; the tests with it are then skipped
 * @throws {Error} if it is not installed and `DOJANG_TEST_ALL` is set, as in CI
 */
export async function startAnvil(chainId: number, ...args: readonly string[]): Promise<Anvil | null> {
  const program = binary()
  if (program === undefined) {
    if (process.env.DOJANG_TEST_ALL) throw new Error('anvil is not installed: npm run setup:engines')
    return null
  }
  const fixed = [
    '--port',
    '0',
    '--host',
    '127.0.0.1',
    '--accounts',
    '1',
    '--gas-price',
    '0',
    '--gas-limit',
    '100000000',
  ]
  const child: ChildProcess = spawn(program, [...fixed, '--chain-id', String(chainId), ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const end = () => child.kill('SIGKILL')
  process.once('exit', end)
  const listening = Promise.withResolvers<string>()
  child.once('error', listening.reject)
  child.once('exit', code => listening.reject(new Error(`anvil ended with ${code}`)))
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', line => {
      const found = /^Listening on (\S+)/.exec(line)
      if (found) listening.resolve(`http://${found[1]}`)
    })
  }
  const url = await listening.promise
  return {
    url,
    async stop() {
      process.off('exit', end)
      if (child.exitCode !== null) return
      const closed = once(child, 'close')
      end()
      await closed
    },
  }
}
