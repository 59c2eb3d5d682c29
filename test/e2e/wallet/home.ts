/** The wallet's storage: a directory with JSON files that only their owner can read. If it is lost, the cards are lost. */
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PrivateJwk } from './keys.ts'

export interface Card {
  readonly id: string
  /** Milliseconds since 1970. */
  readonly takenAt: number
  readonly issuer: string
  readonly configuration: string
  readonly vct: string
  /** SD-JWT VC with all its disclosures. */
  readonly credential: string
  readonly key: PrivateJwk
}

export class WalletHome {
  constructor(readonly directory: string) {}

  /** In the order in which they were stored. */
  cards(): Card[] {
    const directory = join(this.directory, 'cards')
    if (!existsSync(directory)) return []
    return readdirSync(directory)
      .filter(name => name.endsWith('.json'))
      .map(name => JSON.parse(readFileSync(join(directory, name), 'utf8')) as Card)
      .sort((a, b) => a.takenAt - b.takenAt)
  }

  add(card: Omit<Card, 'id' | 'takenAt'>): Card {
    const saved = { id: randomUUID(), takenAt: Date.now(), ...card }
    this.#write('cards', `${saved.id}.json`, saved)
    return saved
  }

  /** Deletes one card or all cards. */
  forget(id?: string): number {
    const gone = this.cards().filter(card => id === undefined || card.id === id)
    for (const card of gone) rmSync(join(this.directory, 'cards', `${card.id}.json`))
    return gone.length
  }

  /** The key to which access tokens are bound (RFC 9449). The wallet keeps the same key. */
  dpopKey(make: () => PrivateJwk): PrivateJwk {
    const path = join(this.directory, 'dpop.json')
    if (!existsSync(path)) this.#write('', 'dpop.json', make())
    return JSON.parse(readFileSync(path, 'utf8')) as PrivateJwk
  }

  #write(folder: string, name: string, value: unknown): void {
    const directory = join(this.directory, folder)
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const beside = join(directory, `.${name}.new`)
    writeFileSync(beside, JSON.stringify(value, null, 2), { mode: 0o600 })
    renameSync(beside, join(directory, name))
  }
}
