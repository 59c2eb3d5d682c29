import { expect } from 'chai'
import { formToken, type Purpose, Visits } from '../../../../node/issuer/online/visits.ts'
import { utf8 } from '../../../../node/lib/bytes.ts'
import { MINUTE } from '../../../../node/lib/time.ts'
import { Vault } from '../../../../node/store/vault.ts'
import { MemoryStore } from '../../../support/memory-store.ts'
import { NOW, random } from '../../credential/support.ts'
import { MASTER } from '../oid4vci/authority.ts'

const PURPOSE: Purpose = {
  kind: 'wallet',
  clientId: 'wallet',
  requestUri: 'urn:secret-of-the-request',
  card: 'resident',
}
const VISIT = { person: '0x01', acr: 'high', purpose: PURPOSE, application: null, handout: null } as const

describe('online application: sign-ins and visits', () => {
  let store: MemoryStore
  let visits: Visits
  let now: number

  beforeEach(() => {
    store = new MemoryStore()
    now = NOW
    visits = new Visits({ store, vault: new Vault(store, MASTER, random), clock: () => now, random })
  })

  const begin = async (cookie: string | null = null) => {
    const begun = visits.beginSignIn(PURPOSE, cookie)
    await store.commit([begun.op])
    return begun
  }
  const contents = async () => {
    const parts: Uint8Array[] = []
    for await (const entry of store.range(new Uint8Array(), new Uint8Array([255]))) parts.push(...entry)
    return Buffer.concat(parts)
  }

  it('a sign-in is found by its state, in its browser, once, for ten minutes', async () => {
    const { secrets, cookie } = await begin()
    expect(visits.takeSignIn(secrets.state, null)).to.equal(undefined)
    expect(visits.takeSignIn(secrets.state, 'x'.repeat(43))).to.equal(undefined)
    expect(visits.takeSignIn('x'.repeat(43), cookie)).to.equal(undefined)
    const taken = visits.takeSignIn(secrets.state, cookie)
    expect(taken?.secrets).to.deep.equal(secrets)
    expect(taken?.purpose).to.deep.equal(PURPOSE)
    now += 10 * MINUTE
    expect(visits.takeSignIn(secrets.state, cookie)).to.equal(undefined)
    now -= 1
    if (taken) await store.commit([taken.op])
    expect(visits.takeSignIn(secrets.state, cookie)).to.equal(undefined)
  })

  it('two windows of one browser can each sign in', async () => {
    const first = await begin()
    const second = await begin(first.cookie)
    expect(second.cookie).to.equal(first.cookie)
    expect(visits.takeSignIn(first.secrets.state, first.cookie)).to.not.equal(undefined)
    expect(visits.takeSignIn(second.secrets.state, first.cookie)).to.not.equal(undefined)
  })

  it('a visit has a new cookie, is no sign-in, and ends after ten minutes', async () => {
    const { secrets, cookie: before } = await begin()
    const { cookie, op } = visits.begin(VISIT)
    await store.commit([op])
    expect(cookie).to.not.equal(before)
    expect(visits.find(cookie)).to.deep.include(VISIT)
    for (const other of [before, secrets.state, null, '']) expect(visits.find(other)).to.equal(undefined)
    expect(formToken(cookie)).to.not.equal(formToken(before))
    now += 10 * MINUTE
    expect(visits.find(cookie)).to.equal(undefined)
  })

  it('the database reveals no secret of them', async () => {
    const { secrets, cookie } = await begin()
    const visit = visits.begin(VISIT)
    await store.commit([visit.op])
    const bytes = await contents()
    for (const secret of [...Object.values(secrets), cookie, visit.cookie, PURPOSE.requestUri]) {
      expect(bytes.includes(Buffer.from(utf8(secret))), secret).to.equal(false)
    }
  })

  it('are deleted when they are over', async () => {
    await begin()
    const { op } = visits.begin(VISIT)
    await store.commit([op])
    const before = (await contents()).length
    await visits.sweep()
    expect((await contents()).length, 'while they are in force').to.equal(before)
    now += 10 * MINUTE
    await visits.sweep()
    expect((await contents()).length).to.be.lessThan(100)
  })
})
