/** What a check device knows: from the network, from last time, and what it does not believe. */
import { expect } from 'chai'
import { HOUR, systemClock } from '../../../../node/lib/time.ts'
import {
  type KnowledgeOptions,
  NothingKnown,
  OtherAuthority,
  openKnowledge,
} from '../../../../node/web/check/core/knowledge.ts'
import { labelsOf } from '../../../../node/web/check/core/labels.ts'
import type { Store } from '../../../../node/web/check/core/store.ts'
import { failureOf } from '../../../support/failure.ts'
import { openSite, type Site } from '../../../support/site.ts'

const offline: typeof fetch = async () => {
  throw new TypeError('no network')
}

class MemoryStore implements Store {
  readonly values = new Map<string, unknown>()
  async get<Value>(name: string) {
    return this.values.get(name) as Value | undefined
  }
  async put(name: string, value: unknown) {
    this.values.set(name, structuredClone(value))
  }
  async delete(name: string) {
    this.values.delete(name)
  }
  async clear() {
    this.values.clear()
  }
}

describe('what a check device knows', function () {
  this.timeout(60_000)
  let site: Site
  let other: Site

  before(async () => {
    site = await openSite()
    other = await openSite()
  })
  after(async () => {
    await site?.close()
    await other?.close()
  })

  const options = (store: Store, more: Partial<KnowledgeOptions> = {}): KnowledgeOptions => ({
    ...{ base: site.url, store, clock: systemClock, fetcher: fetch },
    ...more,
  })

  async function known(): Promise<MemoryStore> {
    const store = new MemoryStore()
    const knowledge = await openKnowledge(options(store))
    expect(knowledge.head()?.height).to.be.greaterThan(0)
    expect(knowledge.isCurrent()).to.equal(true)
    await knowledge.close()
    return store
  }

  it('begins without a network where it ended with one, and says that it is old', async () => {
    const store = await known()
    const later = () => systemClock() + HOUR
    const knowledge = await openKnowledge(options(store, { fetcher: offline, clock: later }))
    expect(knowledge.head()?.height).to.be.greaterThan(0)
    expect(knowledge.isCurrent()).to.equal(false)
    await knowledge.close()
  })

  it('says that it knows nothing on its first start without a network', async () => {
    expect(await failureOf(openKnowledge(options(new MemoryStore(), { fetcher: offline })))).to.be.instanceOf(
      NothingKnown,
    )
  })

  it('refuses the profile of another authority at the same address, and forgets nothing', async () => {
    const store = await known()
    const before = structuredClone(store.values.get('profile'))
    expect(await failureOf(openKnowledge(options(store, { base: other.url })))).to.be.instanceOf(OtherAuthority)
    expect(store.values.get('profile')).to.deep.equal(before)
  })

  it('refuses a profile that is older than the newest one that it has seen', async () => {
    const store = await known()
    const kept = store.values.get('profile') as { readonly version: number }
    store.values.set('profile', { ...kept, version: kept.version + 1 })
    const failure = await failureOf(openKnowledge(options(store)))
    expect(failure).to.include({ code: 'PROOF_PROFILE_INVALID' })
  })

  it('reads the names of cards and claims without a network as they were', async () => {
    const store = new MemoryStore()
    const vct = 'urn:dojang:kr:resident:1'
    const names = await labelsOf(vct, { base: site.url, store, fetcher: fetch })
    expect(names?.claims.family_name).to.deep.equal({ ko: '성', en: 'Family name' })
    expect(await labelsOf(vct, { base: site.url, store, fetcher: offline })).to.deep.equal(names)
    expect(await labelsOf('urn:other', { base: site.url, store, fetcher: fetch })).to.equal(null)
  })
})
