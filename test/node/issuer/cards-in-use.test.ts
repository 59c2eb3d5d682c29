/** A card file that was edited by hand after cards were issued. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { CardDefinition } from '../../../node/credential/card.ts'
import { parseCard } from '../../../node/credential/card-file.ts'
import { ownCardFiles } from '../../../node/credential/cards/own.ts'
import student from '../../../node/credential/cards/student.json' with { type: 'json' }
import { Cards } from '../../../node/credential/cards.ts'
import { cardInUse, requireUnchangedCards } from '../../../node/issuer/cards-in-use.ts'
import { type CredentialRecord, recordCodec } from '../../../node/issuer/credential-record.ts'
import { Journal } from '../../../node/issuer/journal.ts'
import { Bucket } from '../../../node/store/buckets.ts'
import { Table, textCodec } from '../../../node/store/store.ts'
import { failureOf } from '../../support/failure.ts'
import { MemoryStore } from '../../support/memory-store.ts'

const FILE = 'data/cards/student.json'
const { card } = parseCard(student, FILE)

describe('a card definition under which cards were issued', () => {
  let store: MemoryStore
  let journal: Journal
  let directory: string

  beforeEach(() => {
    store = new MemoryStore()
    journal = new Journal(store)
    directory = mkdtempSync(join(tmpdir(), 'dojang-in-use-'))
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  const start = (definition: CardDefinition | null) => {
    const files = definition ? [...ownCardFiles, { file: FILE, card: definition }] : ownCardFiles
    return requireUnchangedCards({ store, journal, directory, cards: new Cards(files), clock: () => 1_800_000_000 })
  }
  const use = () => store.commit(cardInUse(store, card))
  const entries = async () => {
    const found = []
    for await (const [, entry] of journal.entries()) found.push(entry)
    return found.filter(({ event }) => event !== 'journal.day-opened')
  }
  const [first, ...others] = card.claims as [CardDefinition['claims'][number], ...CardDefinition['claims']]

  const stated: readonly [string, CardDefinition][] = [
    ['display', { ...card, display: { ...card.display, name: { ko: '학생증 2', en: 'Student card' } } }],
    ['claims', { ...card, claims: others }],
    ['claims', { ...card, claims: [{ ...first, source: 'address' }, ...others] }],
    ['claims', { ...card, claims: [{ ...first, disclosure: 'always' }, ...others] }],
    ['columns', { ...card, columns: card.columns.map(one => ({ ...one, type: 'list' as const })) }],
    ['id', { ...card, id: 'pupil' }],
    ['vct', { ...card, vct: 'urn:dojang:example:student:2' }],
  ]
  for (const [i, [member, changed]] of stated.entries()) {
    it(`cannot change in its member ${member} (${i + 1}): the start is refused, and names the file and the way back`, async () => {
      await use()
      const failure = await failureOf(start(changed))
      expect(failure.detail).to.deep.equal({
        ...{ code: 'ISSUER_CARD_CHANGED', card: 'student', vct: card.vct, file: FILE, members: [member] },
      })
      const copy = join(directory, 'student.json.issued')
      expect(failure.message).to.include(FILE).and.include(copy)
      await start(parseCard(JSON.parse(readFileSync(copy, 'utf8')), copy).card)
      expect(await entries()).to.deep.equal([])
    })
  }

  it('cannot be removed', async () => {
    await use()
    const failure = await failureOf(start(null))
    expect(failure.detail).to.include({ code: 'ISSUER_CARD_CHANGED', file: null })
    await start(card)
  })

  it('may change in what only new cards depend on, and the journal has that', async () => {
    await use()
    const dearer = card.applications.map(one => ({ ...one, fee: 5000 }))
    const changed: CardDefinition = {
      ...card,
      applications: dearer,
      minimumAge: 20,
      validity: { years: 1, renewalDays: 30 },
    }
    await start(changed)
    expect(await entries()).to.have.length(1)
    expect((await entries())[0]).to.include({ event: 'card.rules-set', card: 'student' })
    await start(changed)
    expect(await entries()).to.have.length(1)
    await start(card)
    expect(await entries()).to.have.length(2)
  })

  it('may change in all before the first card is issued', async () => {
    for (const [, changed] of stated) await start(changed)
    await start(null)
    expect(await entries()).to.deep.equal([])
  })

  it('is that of the first start if an earlier version issued cards of it', async () => {
    const records = new Table<string, CredentialRecord>(store, Bucket.credential, textCodec, recordCodec)
    const record = { cardId: 'student', replaces: [] } as unknown as CredentialRecord
    await store.commit([records.put('one', record), records.put('two', record)])
    await start(card)
    expect(await failureOf(start({ ...card, claims: others }))).to.have.property('code', 'ISSUER_CARD_CHANGED')
    await start(card)
  })
})
