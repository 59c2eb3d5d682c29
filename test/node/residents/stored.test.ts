import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { decodeResident, encodeResident } from '../../../node/residents/record.ts'
import { StoredRegister } from '../../../node/residents/stored.ts'
import { Bucket } from '../../../node/store/buckets.ts'
import { Vault } from '../../../node/store/vault.ts'
import { failureOf } from '../../support/failure.ts'
import { MemoryStore } from '../../support/memory-store.ts'
import { collect, memoryRegister, population } from './support.ts'

const names = (after: number) => new Uint8Array([Bucket.residentByName + after])

describe('the stored register', () => {
  const residents = population(30)
  const [someone] = residents
  if (!someone) throw new Error('no population')

  it('encodes the same facts as the same bytes, in any order of the members', () => {
    for (const facts of residents) {
      const shuffled = Object.fromEntries(Object.entries(facts).reverse()) as typeof facts
      expect(encodeResident(shuffled)).to.deep.equal(encodeResident(facts))
      expect(decodeResident(encodeResident(facts))).to.deep.equal(facts)
    }
  })

  it('finds a resident by personal number and by person id, and returns undefined for any other', async () => {
    const register = memoryRegister()
    await register.store(residents)
    for (const facts of residents) {
      const found = await register.findByNumber(facts.personalNumber)
      expect(found?.facts).to.deep.equal(facts)
      expect(found?.person).to.have.length(16)
      expect((await register.find(found?.person ?? new Uint8Array()))?.facts).to.deep.equal(facts)
    }
    expect(await register.findByNumber('900101-1000000')).to.equal(undefined)
    expect(await register.findByNumber('nonsense')).to.equal(undefined)
    expect(await register.find(randomBytes(16))).to.equal(undefined)
  })

  it('of a version without an index of names finds people by name after the first start, but nobody who was erased', async () => {
    const store = new MemoryStore()
    const register = new StoredRegister(store, new Vault(store, randomBytes(32), randomBytes))
    await register.store(residents)
    const nameOf = ({ familyName, givenName }: typeof someone) => familyName + givenName
    const find = (facts: typeof someone) => register.findByName(nameOf(facts), facts.birthdate, 20)
    const gone = (await register.findByNumber(someone.personalNumber))?.person as Uint8Array
    await register.erase(gone)
    for (const [key] of await collect(store.range(names(0), names(1)))) await store.commit([{ del: key }])
    for (const facts of residents) expect(await find(facts)).to.deep.equal([])
    await register.indexNames()
    for (const facts of residents) {
      const numbers = (await find(facts)).map(found => found.facts.personalNumber)
      if (facts === someone) expect(numbers).not.to.include(facts.personalNumber)
      else expect(numbers).to.include(facts.personalNumber)
    }
  })

  it('creates one person for a personal number, even if two imports run at once', async () => {
    const register = memoryRegister()
    const both = await Promise.all([register.store(residents), register.store(residents)])
    expect(both[0]).to.deep.equal(residents.map(() => 'added'))
    expect(both[1]).to.deep.equal(residents.map(() => 'unchanged'))
  })

  it('refuses a batch with the same personal number twice, and stores none of it', async () => {
    const register = memoryRegister()
    let refused: unknown
    await register.store([someone, someone]).catch(error => {
      refused = error
    })
    expect(refused).to.be.instanceOf(TypeError)
    expect(await register.findByNumber(someone.personalNumber)).to.equal(undefined)
  })

  it('continues an erasure that was interrupted before the files were rewritten', async () => {
    const inner = new MemoryStore()
    const purged: number[] = []
    const store = Object.assign(inner, {
      purge: async (ranges: readonly unknown[]) => {
        purged.push(ranges.length)
        if (purged.length === 1) throw new Error('the power failed')
      },
    })
    const vault = new Vault(store, randomBytes(32), randomBytes)
    const register = new StoredRegister(store, vault)
    await register.store([someone])
    const found = await register.findByNumber(someone.personalNumber)
    expect(await failureOf(register.erase(found?.person ?? new Uint8Array()))).to.have.property(
      'message',
      'the power failed',
    )
    const again = new StoredRegister(store, vault)
    await again.finishErasure()
    await again.finishErasure()
    expect(purged, 'five keys, then seven buckets, once').to.deep.equal([5, 7])
  })

  it('erases a person, who gets a new id if registered again', async () => {
    const store = new MemoryStore()
    const register = new StoredRegister(store, new Vault(store, randomBytes(32), randomBytes))
    await register.store([someone])
    const first = await register.findByNumber(someone.personalNumber)
    await register.erase(first?.person ?? new Uint8Array())
    expect(await register.findByNumber(someone.personalNumber)).to.equal(undefined)
    for (const bucket of [Bucket.personKey, Bucket.resident, Bucket.residentByNumber]) {
      const left = await collect(store.range(new Uint8Array([bucket]), new Uint8Array([bucket + 1])))
      expect(left).to.deep.equal([])
    }
    expect(await register.store([someone])).to.deep.equal(['added'])
    const second = await register.findByNumber(someone.personalNumber)
    expect(second?.person).to.not.deep.equal(first?.person)
  })

  it('treats a person whose key was deleted by another part of the node as erased', async () => {
    const store = new MemoryStore()
    const vault = new Vault(store, randomBytes(32), randomBytes)
    const register = new StoredRegister(store, vault)
    await register.store([someone])
    const found = await register.findByNumber(someone.personalNumber)
    await store.commit([vault.erasePerson(found?.person ?? new Uint8Array())])
    expect(await register.findByNumber(someone.personalNumber)).to.equal(undefined)
    expect(await register.store([someone])).to.deep.equal(['added'])
  })

  it('finds nobody with another master key', async () => {
    const store = new MemoryStore()
    await new StoredRegister(store, new Vault(store, randomBytes(32), randomBytes)).store([someone])
    const other = new StoredRegister(store, new Vault(store, randomBytes(32), randomBytes))
    expect(await other.findByNumber(someone.personalNumber)).to.equal(undefined)
  })
})
