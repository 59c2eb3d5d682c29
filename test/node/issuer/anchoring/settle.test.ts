import { expect } from 'chai'
import { Issuances, REFETCH_SECONDS } from '../../../../node/issuer/anchoring/issuance.ts'
import { Settler } from '../../../../node/issuer/anchoring/settle.ts'
import { KeyedLock } from '../../../../node/lib/lock.ts'
import { DAY } from '../../../../node/lib/time.ts'
import type { WriteOp } from '../../../../node/store/store.ts'
import { openGate } from '../../../support/gate.ts'
import { MemoryStore } from '../../../support/memory-store.ts'
import { withinReach } from '../../../support/reach.ts'

const BEGIN = 1_000_000
/** From this time on a missing notification counts as acceptance. */
const LATER = BEGIN + REFETCH_SECONDS

describe('settling issuances', () => {
  let store: MemoryStore
  let issuances: Issuances
  let persons: KeyedLock
  let settler: Settler
  let now: number
  let steps: string[]
  let warnings: unknown[]
  /** Credentials whose settlement fails. */
  let broken: Set<string>
  let replaces: Record<string, string[]>
  /** Old cards that are over the limit of the day, with the time at which they expire. */
  let overLimit: Map<string, number>

  beforeEach(() => {
    store = new MemoryStore()
    issuances = new Issuances(store)
    persons = new KeyedLock()
    now = BEGIN
    steps = []
    warnings = []
    broken = new Set()
    replaces = {}
    overLimit = new Map()
    const does = (what: string) => async (id: string) => {
      if (broken.has(id)) throw new Error('the daily limit')
      steps.push(`${what} ${id}`)
    }
    settler = new Settler({
      ...{ store, issuances, persons },
      gate: openGate(BEGIN),
      reach: withinReach,
      credentials: {
        get: (id: string) => ({ person: '0x01', replaces: replaces[id] ?? [] }),
        catchUp: async () => {},
      },
      replacement: {
        accepted: async (id: string) => {
          await does('accepted')(id)
          return overLimit.get(id)
        },
        failed: does('failed'),
        reinstate: does('reinstated'),
        staysUntil: () => 0,
      },
      random: (length: number) => new Uint8Array(length),
      clock: () => now,
      warn: (facts: unknown) => void warnings.push(facts),
    } as never)
  })

  /** Stores an issuance whose application and credential have this name. */
  const issue = async (name: string, ...old: string[]) => {
    replaces[name] = old
    const facts = { credentialId: name, holderThumbprint: 'key', person: '0x01', root: '0x02', leafIndex: 0 } as const
    const issuance = { ...facts, notified: null, sealedPrepared: new Uint8Array(1) }
    await store.commit([issuances.put(name, issuance), issuances.due(name, now + REFETCH_SECONDS)])
  }
  const say = (name: string, event: Parameters<Settler['notified']>[1]) =>
    store.commit(settler.notified(name, event) as WriteOp[])
  const fetchable = (name: string) => issuances.get(name)?.sealedPrepared !== null

  it('revokes the old card when the wallet accepts the new one, which can be fetched for ten minutes', async () => {
    await issue('new', 'old')
    await say('new', 'credential_accepted')
    await settler.sweep()
    expect(steps).to.deep.equal(['accepted new'])
    expect(fetchable('new')).to.equal(true)
    now = LATER
    await settler.sweep()
    expect(fetchable('new')).to.equal(false)
  })

  it('tries again on another day what is over the limit of the day', async () => {
    await issue('new', 'old')
    overLimit.set('new', BEGIN + 100 * DAY)
    now = LATER
    await settler.sweep()
    expect([steps, fetchable('new')]).to.deep.equal([['accepted new'], false])
    now = LATER + DAY - 1
    await settler.sweep()
    expect(steps).to.have.length(1)
    overLimit.clear()
    now += 1
    await settler.sweep()
    expect(steps).to.deep.equal(['accepted new', 'accepted new'])
    now += 100 * DAY
    await settler.sweep()
    expect(steps).to.have.length(2)
  })

  it('revokes the new card if the wallet could not store it', async () => {
    await issue('new', 'old')
    await say('new', 'credential_failure')
    await settler.sweep()
    expect(steps).to.deep.equal(['failed new'])
    expect(fetchable('new')).to.equal(false)
  })

  it('changes nothing for a deleted card, or for an accepted card that replaces none', async () => {
    await issue('new', 'old')
    await issue('first')
    await say('new', 'credential_deleted')
    await say('first', 'credential_accepted')
    await settler.sweep()
    expect(steps).to.deep.equal([])
  })

  it('accepts after ten minutes without a notification, not counting the time when the node was down', async () => {
    now = BEGIN - REFETCH_SECONDS
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

  it('reinstates the cards that a refused batch would have replaced', async () => {
    await store.commit([issuances.reinstate('refused', ['old', 'older'], now)])
    await settler.sweep()
    await settler.sweep()
    expect(steps).to.deep.equal(['reinstated old', 'reinstated older'])
  })

  it('tries a failed settlement again, and settles the others meanwhile', async () => {
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

  it('waits until an order of the same person is finished', async () => {
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
