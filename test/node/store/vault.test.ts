import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { fromUtf8, utf8 } from '../../../node/lib/bytes.ts'
import { Bucket } from '../../../node/store/buckets.ts'
import { StoreError } from '../../../node/store/errors.ts'
import { Vault } from '../../../node/store/vault.ts'
import { MemoryStore } from '../../support/memory-store.ts'

const SECRET = utf8('홍길동')
const master = randomBytes(32)

describe('the vault', () => {
  let store: MemoryStore
  let vault: Vault
  const again = () => new Vault(store, master, randomBytes)
  const failure = (act: () => unknown): string => {
    try {
      act()
    } catch (error) {
      if (error instanceof StoreError) return error.code
      throw error
    }
    return 'none'
  }
  async function newPerson(): Promise<Uint8Array> {
    const { person, op } = vault.createPerson()
    await store.commit([op])
    return person
  }

  beforeEach(() => {
    store = new MemoryStore()
    vault = new Vault(store, master, randomBytes)
  })

  it('opens a record that it sealed, also after a restart', async () => {
    const person = await newPerson()
    const sealed = vault.seal(person, 'resident', SECRET)
    expect(fromUtf8(vault.open(person, 'resident', sealed))).to.equal('홍길동')
    expect(fromUtf8(again().open(person, 'resident', sealed))).to.equal('홍길동')
  })

  it('seals for a new person before the person is committed, so that one commit can contain both', async () => {
    const { person, op } = vault.createPerson()
    const sealed = vault.seal(person, 'resident', SECRET)
    expect(failure(() => again().open(person, 'resident', sealed))).to.equal('STORE_PERSON_ERASED')
    await store.commit([op])
    expect(fromUtf8(again().open(person, 'resident', sealed))).to.equal('홍길동')
  })

  it('gives a different result each time it seals the same value', async () => {
    const person = await newPerson()
    const sealings = new Set(
      Array.from({ length: 50 }, () => Buffer.from(vault.seal(person, 'a', SECRET)).toString('hex')),
    )
    expect(sealings.size).to.equal(50)
  })

  it('does not open a record that was moved to another person or context, or changed in any byte', async () => {
    const person = await newPerson()
    const other = await newPerson()
    const sealed = vault.seal(person, 'resident', SECRET)
    expect(failure(() => vault.open(other, 'resident', sealed))).to.equal('STORE_SEAL_BROKEN')
    expect(failure(() => vault.open(person, 'issuance', sealed))).to.equal('STORE_SEAL_BROKEN')
    for (let i = 0; i < sealed.length; i++) {
      const changed = sealed.slice()
      changed[i] = (changed[i] as number) ^ 1
      expect(failure(() => vault.open(person, 'resident', changed))).to.equal('STORE_SEAL_BROKEN')
    }
    for (let length = 0; length < sealed.length; length++) {
      expect(failure(() => vault.open(person, 'resident', sealed.subarray(0, length)))).to.equal('STORE_SEAL_BROKEN')
    }
  })

  it('does not accept the wrapped key of another person', async () => {
    const person = await newPerson()
    const other = await newPerson()
    const sealed = vault.seal(person, 'resident', SECRET)
    const wrapped = store.get(new Uint8Array([Bucket.personKey, ...person]))
    await store.commit([{ put: new Uint8Array([Bucket.personKey, ...other]), value: wrapped ?? new Uint8Array() }])
    expect(failure(() => again().open(other, 'resident', sealed))).to.equal('STORE_SEAL_BROKEN')
  })

  it('opens no record of an erased person, not even with a cached key', async () => {
    const person = await newPerson()
    const sealed = vault.seal(person, 'resident', SECRET)
    const op = vault.erasePerson(person)
    // A read before the erasure is on disk puts the key into the cache again.
    expect(fromUtf8(vault.open(person, 'resident', sealed))).to.equal('홍길동')
    await store.commit([op])
    for (const each of [vault, again()]) {
      expect(failure(() => each.open(person, 'resident', sealed))).to.equal('STORE_PERSON_ERASED')
      expect(failure(() => each.seal(person, 'resident', SECRET))).to.equal('STORE_PERSON_ERASED')
    }
  })

  it('opens no record with another master key', async () => {
    const person = await newPerson()
    const sealed = vault.seal(person, 'resident', SECRET)
    const stranger = new Vault(store, randomBytes(32), randomBytes)
    expect(failure(() => stranger.open(person, 'resident', sealed))).to.equal('STORE_SEAL_BROKEN')
    expect(failure(() => stranger.openForInstall('x', vault.sealForInstall('x', SECRET)))).to.equal('STORE_SEAL_BROKEN')
    expect(() => new Vault(store, randomBytes(16), randomBytes)).to.throw(TypeError)
  })

  it('seals for the install, by context', () => {
    const sealed = vault.sealForInstall('shuffle', SECRET)
    expect(again().openForInstall('shuffle', sealed)).to.deep.equal(Buffer.from(SECRET))
    expect(failure(() => vault.openForInstall('other', sealed))).to.equal('STORE_SEAL_BROKEN')
  })

  it('gives the same index each time, and another for another label, value or master key', () => {
    const index = vault.index('personal-number', '900101-1990001')
    expect(again().index('personal-number', '900101-1990001')).to.deep.equal(index)
    const others = [
      vault.index('phone', '900101-1990001'),
      vault.index('personal-number', '900101-1990002'),
      vault.index('personal-number\0', '900101-1990001'),
      new Vault(store, randomBytes(32), randomBytes).index('personal-number', '900101-1990001'),
    ]
    for (const other of others) expect(other).to.not.deep.equal(index)
  })

  it('can open a record after its key was dropped from the cache', async () => {
    const person = await newPerson()
    const sealed = vault.seal(person, 'resident', SECRET)
    for (let i = 0; i < 10_001; i++) vault.createPerson()
    expect(fromUtf8(vault.open(person, 'resident', sealed))).to.equal('홍길동')
  })
})
