/** Who looked at whose data: one entry for ten minutes, and nothing is shown before it is on disk. */
import { expect } from 'chai'
import { Journal } from '../../../node/issuer/journal.ts'
import { PersonViewings, VIEWING_SECONDS } from '../../../node/issuer/person-viewings.ts'
import type { Store } from '../../../node/store/store.ts'
import { failureOf } from '../../support/failure.ts'
import { MemoryStore } from '../../support/memory-store.ts'

const AT = 1_800_000_000
const PERSON = Uint8Array.of(1, 2)
const OTHER = Uint8Array.of(3, 4)

describe('the viewings of people', () => {
  async function entriesOf(store: Store): Promise<string[]> {
    const found: string[] = []
    for await (const [, { at, event, by, person }] of new Journal(store).entries()) {
      if (event === 'resident.viewed') found.push(`${at - AT} ${by} ${person}`)
    }
    return found
  }

  it('make an entry for each operator and person, and again after ten minutes', async () => {
    const store = new MemoryStore()
    const viewings = new PersonViewings(store, new Journal(store))
    await viewings.record([PERSON], 'operator:a', AT)
    await viewings.record([PERSON, OTHER], 'operator:a', AT + 1)
    await viewings.record([PERSON], 'operator:b', AT + 2)
    await viewings.record([PERSON], 'operator:a', AT + VIEWING_SECONDS - 1)
    await viewings.record([PERSON], 'operator:a', AT + VIEWING_SECONDS)
    expect(await entriesOf(store)).to.deep.equal([
      '0 operator:a 0x0102',
      '1 operator:a 0x0304',
      '2 operator:b 0x0102',
      `${VIEWING_SECONDS} operator:a 0x0102`,
    ])
  })

  it('make an entry when the clock was set back', async () => {
    const store = new MemoryStore()
    const viewings = new PersonViewings(store, new Journal(store))
    await viewings.record([PERSON], 'operator:a', AT)
    await viewings.record([PERSON], 'operator:a', AT - 100)
    expect(await entriesOf(store)).to.have.length(2)
  })

  it('fail for everybody who waits when the entry cannot be written, and are tried again', async () => {
    const store = new MemoryStore()
    const viewings = new PersonViewings(store, new Journal(store))
    const { commit } = store
    store.commit = () => Promise.reject(new Error('the disk is full'))
    const waiting = [1, 2].map(() => failureOf(viewings.record([PERSON], 'operator:a', AT)))
    for (const failure of await Promise.all(waiting)) expect(failure.message).to.equal('the disk is full')
    store.commit = commit
    await viewings.record([PERSON], 'operator:a', AT + 1)
    expect(await entriesOf(store)).to.deep.equal(['1 operator:a 0x0102'])
  })
})
