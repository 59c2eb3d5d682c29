import { expect } from 'chai'
import { type Issuance, Issuances } from '../../../../node/issuer/anchoring/issuance.ts'
import { concat, u32be, utf8 } from '../../../../node/lib/bytes.ts'
import { Bucket } from '../../../../node/store/buckets.ts'
import { MemoryStore } from '../../../support/memory-store.ts'

const ID = 'application'
const key = concat(new Uint8Array([Bucket.issuance]), utf8(ID))
const sealed = new Uint8Array([1, 2, 3])
const issuance: Issuance = {
  credentialId: 'credential',
  holder: 'thumbprint',
  person: '0x01',
  root: '0x02',
  slot: 3,
  notified: null,
  sealed,
}
/** As every version of the program has stored it. */
function stored(told: 'accepted' | 'failed' | null, taken: boolean): Uint8Array {
  const { credentialId, holder, person, root, slot } = issuance
  const json = utf8(JSON.stringify({ credentialId, holder, person, root, slot, told, taken }))
  return concat(u32be(json.length), json, taken ? new Uint8Array() : sealed)
}

describe('the issuances', () => {
  let store: MemoryStore
  let issuances: Issuances

  beforeEach(async () => {
    store = new MemoryStore()
    issuances = new Issuances(store)
    await store.commit([issuances.put(ID, issuance)])
  })
  const dueBefore = async (now: number) =>
    (await issuances.dueBefore(now)).map(({ application, release, fetchable }) => ({ application, release, fetchable }))

  it('are stored as they always were', async () => {
    expect(store.get(key)).to.deep.equal(stored(null, false))
    await store.commit(issuances.notified(ID, 'accepted', 1000))
    expect(store.get(key)).to.deep.equal(stored('accepted', false))
    await store.commit([issuances.taken(ID, issuances.get(ID) as Issuance)])
    expect(store.get(key)).to.deep.equal(stored('accepted', true))
    for (const told of [null, 'accepted', 'failed'] as const) {
      for (const taken of [true, false]) {
        await store.commit([{ put: key, value: stored(told, taken) }])
        expect(issuances.get(ID)).to.deep.equal({ ...issuance, notified: told, sealed: taken ? null : sealed })
      }
    }
  })

  it('are due at once when the wallet says something, and again when their ten minutes are over', async () => {
    await store.commit([issuances.due(ID, 1600)])
    expect(await dueBefore(1599)).to.deep.equal([])
    await store.commit(issuances.notified(ID, 'accepted', 1000))
    expect(await dueBefore(1000)).to.deep.equal([{ application: ID, release: [], fetchable: true }])
    expect(await dueBefore(1600)).to.deep.equal([
      { application: ID, release: [], fetchable: true },
      { application: ID, release: [], fetchable: false },
    ])
    for (const { done } of await issuances.dueBefore(1600)) await store.commit([done])
    expect(await dueBefore(9999)).to.deep.equal([])
  })

  it('end for good when the wallet accepts in the second in which the ten minutes are over', async () => {
    await store.commit([issuances.due(ID, 1600)])
    await store.commit(issuances.notified(ID, 'accepted', 1600))
    expect(await dueBefore(1600)).to.deep.equal([{ application: ID, release: [], fetchable: false }])
  })

  it('end for good when the wallet could not keep the card', async () => {
    await store.commit(issuances.notified(ID, 'failed', 1000))
    expect(await dueBefore(1000)).to.deep.equal([{ application: ID, release: [], fetchable: false }])
  })

  it('count only the first word of a wallet, and none about a card that it cannot fetch', async () => {
    await store.commit(issuances.notified(ID, 'accepted', 1000))
    expect(issuances.notified(ID, 'failed', 1001)).to.deep.equal([])
    await store.commit([issuances.put(ID, { ...issuance, sealed: null })])
    expect(issuances.notified(ID, 'failed', 1001)).to.deep.equal([])
    expect(issuances.notified('another', 'failed', 1001)).to.deep.equal([])
  })

  it('that came to nothing name the credentials to give back', async () => {
    await store.commit([issuances.drop(ID), issuances.release(ID, ['old'], 1000)])
    expect(issuances.get(ID)).to.equal(undefined)
    expect(await dueBefore(1000)).to.deep.equal([{ application: ID, release: ['old'], fetchable: false }])
  })
})
