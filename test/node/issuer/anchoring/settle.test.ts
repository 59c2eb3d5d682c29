import { expect } from 'chai'
import { FETCH_AGAIN, Issuances } from '../../../../node/issuer/anchoring/issuance.ts'
import { Settler } from '../../../../node/issuer/anchoring/settle.ts'
import { KeyedLock } from '../../../../node/lib/lock.ts'
import type { WriteOp } from '../../../../node/store/store.ts'
import { MemoryStore } from '../../../support/memory-store.ts'

const BEGIN = 1_000_000
/** From here on silence counts. */
const LATER = BEGIN + FETCH_AGAIN

describe('settling issuances', () => {
  let store: MemoryStore
  let issuances: Issuances
  let persons: KeyedLock
  let settler: Settler
  let now: number
  let steps: string[]
  let warnings: unknown[]
  /** Credentials that cannot be settled. */
  let broken: Set<string>
  let replaces: Record<string, string[]>

  beforeEach(() => {
    store = new MemoryStore()
    issuances = new Issuances(store)
    persons = new KeyedLock()
    now = BEGIN
    steps = []
    warnings = []
    broken = new Set()
    replaces = {}
    const does = (what: string) => async (id: string) => {
      if (broken.has(id)) throw new Error('the daily limit')
      steps.push(`${what} ${id}`)
    }
    settler = new Settler({
      ...{ store, issuances, persons },
      credentials: {
        get: (id: string) => ({ person: '0x01', replaces: replaces[id] ?? [] }),
        caughtUp: async () => {},
      },
      replacement: { accepted: does('accepted'), failed: does('failed'), release: does('released') },
      clock: () => now,
      warn: (facts: unknown) => void warnings.push(facts),
    } as never)
  })

  /** The issuance `of` application and credential with that name. */
  const issue = async (name: string, ...old: string[]) => {
    replaces[name] = old
    const facts = { credentialId: name, holder: 'key', person: '0x01', root: '0x02', slot: 0 } as const
    const issuance = { ...facts, notified: null, sealed: new Uint8Array(1) }
    await store.commit([issuances.put(name, issuance), issuances.due(name, now + FETCH_AGAIN)])
  }
  const say = (name: string, event: Parameters<Settler['notified']>[1]) =>
    store.commit(settler.notified(name, event) as WriteOp[])
  const fetchable = (name: string) => issuances.get(name)?.sealed !== null

  it('ends the old card when the wallet accepts the new one, which it can fetch on for ten minutes', async () => {
    await issue('new', 'old')
    await say('new', 'credential_accepted')
    await settler.sweep()
    expect(steps).to.deep.equal(['accepted new'])
    expect(fetchable('new')).to.equal(true)
    now = LATER
    await settler.sweep()
    expect(fetchable('new')).to.equal(false)
  })

  it('ends the new card when the wallet could not keep it', async () => {
    await issue('new', 'old')
    await say('new', 'credential_failure')
    await settler.sweep()
    expect(steps).to.deep.equal(['failed new'])
    expect(fetchable('new')).to.equal(false)
  })

  it('does nothing about a card that is deleted, nor about one that replaces nothing', async () => {
    await issue('new', 'old')
    await issue('first')
    await say('new', 'credential_deleted')
    await say('first', 'credential_accepted')
    await settler.sweep()
    expect(steps).to.deep.equal([])
  })

  it('takes ten minutes of silence for acceptance, but not those in which nobody could ask', async () => {
    now = BEGIN - FETCH_AGAIN
    await issue('new', 'old')
    now = BEGIN
    await settler.sweep()
    now = LATER - 1
    await settler.sweep()
    expect(steps).to.deep.equal([])
    now = LATER
    await settler.sweep()
    expect(steps).to.deep.equal(['accepted new'])
    expect(fetchable('new')).to.equal(false)
    await settler.sweep()
    expect(steps).to.deep.equal(['accepted new'])
  })

  it('gives back what a refused batch was to replace', async () => {
    await store.commit([issuances.release('refused', ['old', 'older'], now)])
    await settler.sweep()
    await settler.sweep()
    expect(steps).to.deep.equal(['released old', 'released older'])
  })

  it('tries again later what cannot be settled now, and is not held up by it', async () => {
    for (const name of ['stuck', 'other']) {
      await issue(name, 'old')
      await say(name, 'credential_accepted')
    }
    broken.add('stuck')
    await settler.sweep()
    expect(steps).to.deep.equal(['accepted other'])
    expect(warnings).to.deep.equal([{ application: 'stuck', error: 'Error: the daily limit' }])
    broken.clear()
    await settler.sweep()
    expect(steps).to.deep.equal(['accepted other', 'accepted stuck'])
  })

  it('waits for the card that is being issued to the same person', async () => {
    await issue('new', 'old')
    await say('new', 'credential_accepted')
    const issued = Promise.withResolvers<void>()
    const issuing = persons.run('0x01', () => issued.promise)
    const sweep = settler.sweep()
    for (let i = 0; i < 5; i++) await new Promise(resolve => setImmediate(resolve))
    expect(steps).to.deep.equal([])
    issued.resolve()
    await Promise.all([issuing, sweep])
    expect(steps).to.deep.equal(['accepted new'])
  })
})
