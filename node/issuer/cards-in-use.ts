/**
 * The definitions of the cards that were issued. What an issued card states is fixed: its name, its claims and where each
 * claim comes from. A file that says something else under the same vct, or that is gone, stops the start. Everything else,
 * such as the fee or the minimum age, may be changed, and the journal has that it was.
 * Why: docs/decisions/138.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { sha256 } from '#crypto'
import { type CardDefinition, COLUMN_PREFIX } from '../credential/card.ts'
import { parseCard } from '../credential/card-file.ts'
import type { Cards } from '../credential/cards.ts'
import { writeDurably } from '../keys/files.ts'
import { toHex, utf8 } from '../lib/bytes.ts'
import type { Clock } from '../lib/time.ts'
import { Bucket } from '../store/buckets.ts'
import { indexOnce } from '../store/index-once.ts'
import { jsonCodec, type Store, Table, textCodec, type WriteOp } from '../store/store.ts'
import { type CredentialRecord, recordCodec } from './credential-record.ts'
import { IssuerError } from './errors.ts'
import type { Journal } from './journal.ts'

export interface CardsInUseOptions {
  readonly store: Store
  readonly cards: Cards
  /** The directory of the install's card files. */
  readonly directory: string
  readonly journal: Journal
  readonly clock: Clock
}

const tableOf = (store: Store): Table<string, unknown> =>
  new Table<string, unknown>(store, Bucket.cardInUse, textCodec, jsonCodec())

/** To be committed with each batch of a card. Empty if the definition is stored already. */
export function cardInUse(store: Store, card: CardDefinition): WriteOp[] {
  const table = tableOf(store)
  return table.has(card.vct) ? [] : [table.put(card.vct, card)]
}

/**
 * Compares the cards of this start with those that were issued. If one differs, the definition that was issued is written
 * beside the files, with the suffix `.issued`, so that it can be put back.
 * @throws {IssuerError} ISSUER_CARD_CHANGED
 */
export async function requireUnchangedCards(options: CardsInUseOptions): Promise<void> {
  const { store, cards, journal, clock } = options
  const table = tableOf(store)
  await indexOnce(store, 'cards in use', issuedBefore(store, cards))
  for await (const [vct, stored] of table.entries()) {
    // An earlier version of the program stored it, perhaps without members that have a default.
    const issued = parseCard(stored, vct).card
    const present = cards.byVct(vct)
    const differing = present ? statedDifferently(issued, present) : ['vct']
    if (!present || differing.length > 0) throw changed(options, issued, differing)
    if (isDeepStrictEqual(issued, present)) continue
    const definition = toHex(sha256(utf8(JSON.stringify(present))))
    const entry = { at: clock(), event: 'card.rules-set', card: present.id, definition }
    await store.commit([table.put(vct, present), journal.append(entry)])
  }
}

/** For an install whose earlier version did not store the definitions: those of its first start with this one count. */
async function* issuedBefore(store: Store, cards: Cards): AsyncIterable<readonly WriteOp[]> {
  const records = new Table<string, CredentialRecord>(store, Bucket.credential, textCodec, recordCodec)
  const seen = new Set<string>()
  for await (const [, { cardId }] of records.entries()) {
    const card = seen.has(cardId) ? undefined : cards.byId(cardId)
    seen.add(cardId)
    if (card) yield cardInUse(store, card)
  }
}

/** The members of which an issued card depends. The issuing authority is stated as of the issue and may be renamed. */
function statedMembers({ id, vct, display, claims, columns }: CardDefinition) {
  const stated = columns.filter(({ name }) => claims.some(({ source }) => source === `${COLUMN_PREFIX}${name}`))
  return { id, vct, display, claims, columns: stated }
}

function statedDifferently(issued: CardDefinition, present: CardDefinition): string[] {
  const [before, now] = [
    new Map(Object.entries(statedMembers(issued))),
    new Map(Object.entries(statedMembers(present))),
  ]
  return [...before].flatMap(([member, value]) => (isDeepStrictEqual(value, now.get(member)) ? [] : [member]))
}

function changed({ cards, directory }: CardsInUseOptions, issued: CardDefinition, members: readonly string[]) {
  const { id, vct } = issued
  const file = cards.fileOf(cards.byVct(vct)?.id ?? id) ?? null
  const copy = join(directory, `${id}.json.issued`)
  mkdirSync(directory, { recursive: true })
  writeDurably(copy, JSON.stringify(issued, null, 2))
  const what =
    file === null
      ? `The file of the card "${id}" (${vct}) is gone`
      : `${file} differs from the definition under which cards ${vct} were issued: ${members.join(', ')}`
  return new IssuerError(
    { code: 'ISSUER_CARD_CHANGED', card: id, vct, file, members },
    `${what}. Wallets may refuse the cards that were issued, so the node does not start. ${copy} has the definition as it ` +
      `was issued: put it back as ${id}.json, and give a changed card an id and a vct of its own. For one of the program's ` +
      'own cards, start the version of the program that issued it.',
  )
}
