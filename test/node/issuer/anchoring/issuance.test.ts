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
  holderThumbprint: 'thumbprint',
  person: '0x01',
  root: '0x02',
  leafIndex: 3,
  notified: null,
  sealedPrepared: sealed,
}
/** The format on disk. */
function stored(told: 'accepted' | 'failed' | null, taken: boolean): Uint8Array {
  const { credentialId, holderThumbprint: holder, person, root, leafIndex: slot } = issuance
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
  const dueAt = async (now: number) => (await issuances.dueAt(now)).map(({ removeOp: _, ...task }) => task)

  it('are stored in the same format as by earlier versions', async () => {
    expect(store.get(key)).to.deep.equal(stored(null, false))
    await store.commit(issuances.notified(ID, 'accepted', 1000))
    expect(store.get(key)).to.deep.equal(stored('accepted', false))
    await store.commit([issuances.discardPrepared(ID, issuances.get(ID) as Issuance)])
    expect(store.get(key)).to.deep.equal(stored('accepted', true))
    for (const told of [null, 'accepted', 'failed'] as const) {
      for (const taken of [true, false]) {
        await store.commit([{ put: key, value: stored(told, taken) }])
        expect(issuances.get(ID)).to.deep.equal({ ...issuance, notified: told, sealedPrepared: taken ? null : sealed })
      }
    }
  })

  it('are due at once after a notification, and again when their ten minutes are over', async () => {
    await store.commit([issuances.due(ID, 1600)])
    expect(await dueAt(1599)).to.deep.equal([])
    await store.commit(issuances.notified(ID, 'accepted', 1000))
    expect(await dueAt(1000)).to.deep.equal([{ application: ID, reinstate: [], stillFetchable: true }])
    expect(await dueAt(1600)).to.deep.equal([
      { application: ID, reinstate: [], stillFetchable: true },
      { application: ID, reinstate: [], stillFetchable: false },
    ])
    for (const { removeOp } of await issuances.dueAt(1600)) await store.commit([removeOp])
    expect(await dueAt(9999)).to.deep.equal([])
  })

  it('cannot be fetched again if the wallet accepts in the second in which the ten minutes end', async () => {
    await store.commit([issuances.due(ID, 1600)])
    await store.commit(issuances.notified(ID, 'accepted', 1600))
    expect(await dueAt(1600)).to.deep.equal([{ application: ID, reinstate: [], stillFetchable: false }])
  })

  it('cannot be fetched again if the wallet could not store the card', async () => {
    await store.commit(issuances.notified(ID, 'failed', 1000))
    expect(await dueAt(1000)).to.deep.equal([{ application: ID, reinstate: [], stillFetchable: false }])
  })

  it('record only the first notification, and none for a card that cannot be fetched', async () => {
    await store.commit(issuances.notified(ID, 'accepted', 1000))
    expect(issuances.notified(ID, 'failed', 1001)).to.deep.equal([])
    await store.commit([issuances.put(ID, { ...issuance, sealedPrepared: null })])
    expect(issuances.notified(ID, 'failed', 1001)).to.deep.equal([])
    expect(issuances.notified('another', 'failed', 1001)).to.deep.equal([])
  })

  it('of a refused batch list the credentials to reinstate', async () => {
    await store.commit([issuances.remove(ID), issuances.reinstate(ID, ['old'], 1000)])
    expect(issuances.get(ID)).to.equal(undefined)
    expect(await dueAt(1000)).to.deep.equal([{ application: ID, reinstate: ['old'], stillFetchable: false }])
  })
})
