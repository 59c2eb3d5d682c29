import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Wallet as Account } from 'ethers'
import { scratchDirectory } from '../../support/scratch.ts'
import { Child } from './process.ts'

/** `dojang start --ledger-only`, whose rules of who may send are its operator's. */
export class LedgerNode {
  readonly name = 'embedded in a process of its own, killed'
  readonly authorityLives = true
  readonly #data = scratchDirectory('e2e-ledger')
  #child: Child | undefined
  #url = ''

  get more() {
    return ['--ledger', this.#url]
  }

  async open() {
    await this.#start('--port', '0', '--rpc-port', '0')
    return true
  }

  /**
   * The authority makes its keys before it needs the ledger, so its first start fails at the ledger; the operator then
   * allows those keys.
   */
  async allow(authority: string) {
    const keys = join(authority, 'keys')
    const names = readdirSync(keys).filter(name => name.endsWith('.key') && name !== 'master.key')
    const addresses = names.map(name => new Account(readFileSync(join(keys, name), 'utf8').trim()).address)
    await this.#child?.end('SIGTERM')
    await this.#start('--allow', addresses.join(','))
  }

  async lose() {
    await this.#child?.end('SIGKILL')
  }

  async restore() {
    await this.#start()
  }

  async close() {
    await this.#child?.end('SIGKILL')
    rmSync(this.#data, { recursive: true, force: true })
  }

  async #start(...more: string[]) {
    const child = Child.start('node/main/main.ts', ['start', '--ledger-only', '--data', this.#data, ...more])
    this.#child = child
    const end = Date.now() + 60_000
    while (!child.out.includes('is ready')) {
      if (!child.running || Date.now() > end) throw new Error(`the ledger node did not start:\n${child.said}`)
      await setTimeout(20)
    }
    this.#url = /http:\/\/127\.0\.0\.1:\d+/.exec(child.out)?.[0] ?? ''
  }
}
