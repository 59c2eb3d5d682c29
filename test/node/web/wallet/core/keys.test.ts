import { expect } from 'chai'
import { importP256 } from '#crypto'
import { utf8 } from '../../../../../node/lib/bytes.ts'
import { type KeyRecord, Keys } from '../../../../../node/web/wallet/core/keys/keys.ts'
import { WalletPasskey } from '../../../../../node/web/wallet/core/keys/passkey.ts'
import { VerifiedTouch } from '../../../../../node/web/wallet/core/keys/touch.ts'
import type { WalletPorts } from '../../../../../node/web/wallet/core/ports.ts'
import { MemoryWalletStore } from '../../../../../node/web/wallet/core/store/memory.ts'
import { TestPasskey, walletRefusal } from '../../../../support/phone.ts'
import { random } from '../../../../support/world.ts'

const prf = () => new Uint8Array(32).fill(7)
const make = () => {
  const store = new MemoryWalletStore()
  return { store, keys: new Keys(store, crypto.subtle, random) }
}
const lost = { code: 'WALLET_KEY_LOST' }

describe('the holder keys of the wallet', () => {
  it('sign, and their signatures are verified with their public key', async () => {
    for (const secret of [prf(), null]) {
      const { store, keys } = make()
      const { key, change } = await keys.create('a', secret)
      await store.commit([change])
      expect(key.level).to.equal(secret ? 'software_prf' : 'software')
      for (const one of [key, await keys.open('a', secret)]) {
        expect(importP256(key.jwk).verify(utf8('x'), await one.sign(utf8('x')))).to.equal(true)
      }
    }
  })

  it('with PRF are stored only encrypted, under a salt of their own', async () => {
    const { store, keys } = make()
    await store.commit([(await keys.create('a', prf())).change, (await keys.create('b', prf())).change])
    const [a, b] = (await store.all('key')) as [KeyRecord, KeyRecord]
    for (const { kept } of [a, b]) expect(Object.keys(kept)).to.deep.equal(['wrapped'])
    if (!('wrapped' in a.kept && 'wrapped' in b.kept)) throw new Error('not wrapped')
    expect(a.kept.wrapped.salt).not.to.deep.equal(b.kept.wrapped.salt)
  })

  it('without PRF cannot be exported', async () => {
    const { store, keys } = make()
    await store.commit([(await keys.create('a', null)).change])
    const [record] = (await store.all('key')) as [KeyRecord]
    if (!('key' in record.kept)) throw new Error('no key')
    expect(record.kept.key.extractable).to.equal(false)
    let refused = false
    await crypto.subtle.exportKey('pkcs8', record.kept.key).catch(() => {
      refused = true
    })
    expect(refused).to.equal(true)
  })

  it('open only with the secret under which they were encrypted, and only as the key that they are', async () => {
    const { store, keys } = make()
    await store.commit([(await keys.create('a', prf())).change, (await keys.create('b', prf())).change])
    expect(await walletRefusal(keys.open('a', new Uint8Array(32)))).to.deep.equal(lost)
    expect(await walletRefusal(keys.open('a', null))).to.deep.equal(lost)
    expect(await walletRefusal(keys.open('c', prf()))).to.deep.equal(lost)
    const b = (await store.get('key', 'b')) as KeyRecord
    await store.commit([{ table: 'key', key: 'a', put: { ...b, id: 'a' } }])
    expect(await walletRefusal(keys.open('a', prf()))).to.deep.equal(lost)
  })
})

describe('the passkey of the wallet', () => {
  const passkeyWith = (passkey: TestPasskey, store = new MemoryWalletStore(), persists = false) => {
    const persist = async () => persists
    const ports = { store, passkey, random, clock: () => 1000, persist, settings: { name: 'w' } }
    return new WalletPasskey(ports as unknown as WalletPorts)
  }

  it('states the level that the authenticator permits', async () => {
    const level = async (withPrf: boolean) => passkeyWith(new TestPasskey(withPrf)).setUp()
    expect(await level(true)).to.deep.equal({ level: 'software_prf', persistent: false })
    expect(await level(false)).to.deep.equal({ level: 'software', persistent: false })
  })

  it('asks again to keep the data, and remembers that the browser agreed', async () => {
    const store = new MemoryWalletStore()
    await passkeyWith(new TestPasskey(), store).setUp()
    await passkeyWith(new TestPasskey(), store).keepData()
    expect((await passkeyWith(new TestPasskey(), store).protection())?.persistent).to.equal(false)
    await passkeyWith(new TestPasskey(), store, true).keepData()
    expect((await passkeyWith(new TestPasskey(), store).protection())?.persistent).to.equal(true)
  })

  it('is created once', async () => {
    const store = new MemoryWalletStore()
    const passkey = passkeyWith(new TestPasskey(), store)
    expect(await passkey.protection()).to.equal(null)
    expect(await walletRefusal(passkey.touch())).to.deep.equal({ code: 'WALLET_NOT_SET_UP' })
    await passkey.setUp()
    const before = await store.get('setting', 'passkey')
    await passkey.setUp()
    expect(await store.get('setting', 'passkey')).to.equal(before)
  })

  it('of somebody else, or without the PRF that it had, is refused', async () => {
    const store = new MemoryWalletStore()
    await passkeyWith(new TestPasskey(), store).setUp()
    expect(await walletRefusal(passkeyWith(new TestPasskey(), store).touch())).to.deep.equal(lost)
    expect(await walletRefusal(passkeyWith(new TestPasskey(false), store).touch())).to.deep.equal(lost)
  })

  it('that was cancelled changes nothing', async () => {
    const authenticator = new TestPasskey()
    authenticator.cancels = true
    const passkey = passkeyWith(authenticator)
    expect(await walletRefusal(passkey.setUp())).to.deep.equal({ code: 'WALLET_PASSKEY_CANCELLED' })
    expect(await passkey.protection()).to.equal(null)
  })

  it("'s touch serves one act within a minute, and its secret is overwritten", async () => {
    const secret = prf()
    const touch = new VerifiedTouch(1000, secret)
    const spent = { code: 'WALLET_TOUCH_SPENT' }
    const act = async (given: Uint8Array | null) => given?.slice()
    expect(await walletRefusal(VerifiedTouch.spend(touch, 1061, act))).to.deep.equal(spent)
    expect(await VerifiedTouch.spend(touch, 1060, act)).to.deep.equal(prf())
    expect(secret).to.deep.equal(new Uint8Array(32))
    expect(await walletRefusal(VerifiedTouch.spend(touch, 1060, act))).to.deep.equal(spent)
    expect(await walletRefusal(VerifiedTouch.spend({ at: 1000 }, 1000, act))).to.deep.equal(spent)
  })
})
