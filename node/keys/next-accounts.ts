/**
 * Replaces the key of an account from which the node sends. A key file is never overwritten:
 *
 *   issuing.key            issuing.next.key  ── make: the council registers the new account
 *   issuing.key ─▶ issuing.replaced-<address>.key
 *                          issuing.next.key ─▶ issuing.key  ── adopt: the node sends from it
 *
 * A crash between the two steps of `adopt` leaves no `issuing.key`. Then `complete` takes the second step.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Wallet } from 'ethers'
import { toHex } from '../lib/bytes.ts'
import type { Random } from '../lib/random.ts'
import { renameDurably, SecretFiles } from './files.ts'

export const REPLACEABLE = ['issuing', 'status'] as const
export type ReplaceableAccount = (typeof REPLACEABLE)[number]

export class NextAccounts {
  readonly #files: SecretFiles

  constructor(
    private readonly directory: string,
    private readonly random: Random,
  ) {
    this.#files = new SecretFiles(directory)
  }

  /** The account that is to replace this one; undefined if none was made. @throws {KeysError} KEYS_UNREADABLE */
  get(name: ReplaceableAccount): Wallet | undefined {
    return existsSync(this.#path(next(name))) ? this.make(name) : undefined
  }

  /** Makes the account that is to replace this one, or reads it if it was made before. */
  make(name: ReplaceableAccount): Wallet {
    const create = () => toHex(this.random(32))
    return this.#files.parsed(next(name), text => new Wallet(text), create)
  }

  /** From now on the new key is the account's. @param present the account that is replaced */
  adopt(name: ReplaceableAccount, present: string): void {
    renameDurably(this.#path(`${name}.key`), this.#path(`${name}.replaced-${present.toLowerCase()}.key`))
    this.complete(name)
  }

  /** Ends an `adopt` that a crash interrupted. */
  complete(name: ReplaceableAccount): void {
    const path = this.#path(`${name}.key`)
    const wasReplaced = readdirSync(this.directory).some(file => file.startsWith(`${name}.replaced-`))
    if (wasReplaced && !existsSync(path) && existsSync(this.#path(next(name)))) {
      renameDurably(this.#path(next(name)), path)
    }
  }

  #path(name: string): string {
    return join(this.directory, name)
  }
}

const next = (name: ReplaceableAccount) => `${name}.next.key`
