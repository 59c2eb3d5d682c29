import { createHash, randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { TRIES_PER_ADDRESS, TRIES_PER_LINE } from '../../../../node/issuer/loss/lock/tries.ts'
import { toBase64url } from '../../../../node/lib/bytes.ts'
import { formatRecoveryCode } from '../../../../node/lib/recovery-code.ts'
import { failureOf } from '../../../support/failure.ts'
import { SoftwarePasskey } from '../../../support/passkey.ts'
import { type Core, World } from '../../../support/world.ts'
import { cardOn } from './support.ts'

describe('the holder’s own lock', function () {
  this.timeout(60_000)
  let world: World
  let core: Core
  let next = 0

  before(async () => {
    world = await World.make(20)
    core = await world.open()
  })
  afterEach(() => {
    world.ledger.cut = false
  })
  after(() => world.dispose())

  const someone = () => world.people[next++] as Uint8Array
  const code = async (work: Promise<unknown>) => (await failureOf(work)).code
  const hashOf = (bytes: Uint8Array) =>
    new Uint8Array(createHash('sha256').update('dojang recovery code\0').update(bytes).digest())

  /** A phone with a card and a verified line, prepared for its loss. */
  async function prepared(line: string | null, person = someone()) {
    const key = toBase64url(new Uint8Array(randomBytes(32)))
    const card = await cardOn(core, person, line, key)
    const passkey = new SoftwarePasskey(world.config.walletUrl)
    const bytes = new Uint8Array(randomBytes(16))
    const { creation, consent } = await core.lockPreparation.offer(key)
    expect(consent).to.equal(null)
    await core.lockPreparation.change(key, { passkey: passkey.create(creation), codeHash: hashOf(bytes) })
    const assert = async () => passkey.get(await core.holderLock.challenge())
    return { key, card, person, passkey, assert, code: formatRecoveryCode(bytes) }
  }

  const open = async (
    phone: { assert: () => Promise<ReturnType<SoftwarePasskey['get']>> },
    line: string,
    address: string | null = null,
  ) => core.holderLock.open({ line, passkey: await phone.assert() }, address)

  it('locks all cards of the phone with line and passkey, and unlocks them with another touch', async () => {
    const phone = await prepared('+821030000001')
    const opened = await open(phone, '010-3000-0001')
    expect(opened.cards.map(({ id, status }) => [id, status])).to.deep.equal([[phone.card, 'VALID']])
    const locked = await core.holderLock.lock(opened.session, null)
    expect(locked).to.include({ pending: false })
    expect(core.status(phone.card)).to.equal('SUSPENDED')
    expect(locked.cards[0]).to.include({ status: 'SUSPENDED', mayUnlock: true })
    // Another phone's passkey does not do, and neither does an answer that was given before.
    const other = await prepared('+821030000002')
    expect(await code(core.holderLock.unlock(opened.session, phone.card, await other.assert()))).to.equal(
      'LOCK_REFUSED',
    )
    const used = await phone.assert()
    expect((await core.holderLock.unlock(opened.session, phone.card, used))[0]).to.include({ status: 'VALID' })
    expect(await code(core.holderLock.unlock(opened.session, phone.card, used))).to.equal('LOCK_REFUSED')
    expect(await code(core.holderLock.unlock(opened.session, other.card, await phone.assert()))).to.equal(
      'LOCK_REFUSED',
    )
  })

  it('locks with the recovery code, and does not unlock with it', async () => {
    const phone = await prepared('+821030000003')
    const opened = await core.holderLock.open({ code: phone.code.toLowerCase() }, null)
    const { cards } = await core.holderLock.lock(opened.session, [phone.card])
    expect(cards[0]).to.include({ status: 'SUSPENDED', mayUnlock: false })
    expect(await code(core.holderLock.unlock(opened.session, phone.card, await phone.assert()))).to.equal(
      'LOCK_REFUSED',
    )
    expect(core.status(phone.card)).to.equal('SUSPENDED')
  })

  it('is published at once while the ledger is out of reach', async () => {
    const phone = await prepared('+821030000004')
    const opened = await core.holderLock.open({ code: phone.code }, null)
    world.ledger.cut = true
    const locked = await core.holderLock.lock(opened.session, null)
    expect(locked).to.include({ pending: true })
    expect(locked.cards[0]).to.include({ status: 'SUSPENDED', mayUnlock: false })
    world.ledger.cut = false
    await core.lossDesk.sweep()
    expect(core.status(phone.card)).to.equal('SUSPENDED')
  })

  it('refuses a wrong line, a wrong passkey and a wrong code in the same words, and says nothing of a line', async () => {
    const phone = await prepared('+821030000005')
    const stranger = new SoftwarePasskey(world.config.walletUrl)
    const elsewhere = {
      ...phone,
      assert: async () => phone.passkey.get(await core.holderLock.challenge(), { origin: 'https://evil.example' }),
    }
    const unverified = {
      ...phone,
      assert: async () => phone.passkey.get(await core.holderLock.challenge(), { verified: false }),
    }
    const unknown = { assert: async () => stranger.get(await core.holderLock.challenge()) }
    await prepared('+821030000006')
    const attempts = [
      open(phone, '010-3000-0006'),
      open(phone, 'nonsense'),
      open(phone, '010-9999-0000'),
      open(unknown, '010-3000-0005'),
      open(unknown, '010-9999-0001'),
      open(elsewhere, '010-3000-0005'),
      open(unverified, '010-3000-0005'),
      core.holderLock.open({ code: formatRecoveryCode(new Uint8Array(randomBytes(16))) }, null),
      core.holderLock.open({ code: 'nonsense' }, null),
    ]
    const failures = await Promise.all(attempts.map(attempt => failureOf(attempt)))
    expect(new Set(failures.map(({ code: found, message }) => `${found} ${message}`)).size).to.equal(1)
    expect(failures[0]?.code).to.equal('LOCK_REFUSED')
  })

  it('takes only so many wrong tries for a line and from an address, also after a restart; the right passkey is taken', async () => {
    const phone = await prepared('+821030000007')
    const stranger = new SoftwarePasskey(world.config.walletUrl)
    const unknown = { assert: async () => stranger.get(await core.holderLock.challenge()) }
    const line = '010-3000-0007'
    for (let i = 0; i < TRIES_PER_LINE; i++) expect(await code(open(unknown, line))).to.equal('LOCK_REFUSED')
    core = await world.open()
    expect(await code(open(unknown, line))).to.equal('LOCK_TRIES')
    expect((await open(phone, line)).cards).to.have.length(1)
    const wrong = { code: 'nonsense' }
    for (let i = 0; i < TRIES_PER_ADDRESS; i++) {
      expect(await code(core.holderLock.open(wrong, '192.0.2.1'))).to.equal('LOCK_REFUSED')
    }
    expect(await code(core.holderLock.open({ code: phone.code }, '192.0.2.1'))).to.equal('LOCK_TRIES')
    expect((await core.holderLock.open({ code: phone.code }, '192.0.2.2')).by).to.equal('code')
    await world.ledger.pass(3700)
    expect((await core.holderLock.open({ code: phone.code }, '192.0.2.1')).by).to.equal('code')
  })

  it('is over after ten minutes, and with a restart', async () => {
    const phone = await prepared('+821030000008')
    const opened = await core.holderLock.open({ code: phone.code }, null)
    await world.ledger.pass(601)
    expect(await code(core.holderLock.lock(opened.session, null))).to.equal('LOCK_SESSION_ENDED')
    const again = await core.holderLock.open({ code: phone.code }, null)
    core = await world.open()
    expect(await code(core.holderLock.lock(again.session, null))).to.equal('LOCK_SESSION_ENDED')
    expect(await code(core.holderLock.lock('A'.repeat(43), null))).to.equal('LOCK_SESSION_ENDED')
  })

  it('does not end what a telecom or the counter locked too', async () => {
    const phone = await prepared('+821030000009')
    const opened = await open(phone, '010-3000-0009')
    await core.holderLock.lock(opened.session, null)
    await core.lossDesk.lock({
      ...{ channel: 'telecom', by: 'telecom:7', reason: 'a report', person: phone.person, credentials: [phone.card] },
    })
    const found = await code(core.holderLock.unlock(opened.session, phone.card, await phone.assert()))
    expect(found).to.equal('LOSS_UNLOCK_REFUSED')
    const counter = { channel: 'counter', by: 'operator:x', reason: 'found', identity: 'passport' } as const
    expect((await core.lossDesk.unlock(phone.card, counter)).status).to.equal('VALID')
    // The next report is a new one.
    expect(core.lossDesk.lockOf(phone.card)).to.equal(undefined)
  })

  it('knows a phone whose line was never verified by its passkey alone', async () => {
    const phone = await prepared(null)
    expect((await open(phone, '010-3000-0010')).cards).to.have.length(1)
  })

  describe('is prepared', () => {
    it('with a new code only if the phone’s passkey agrees; the code before ends', async () => {
      const phone = await prepared('+821030000011')
      const bytes = new Uint8Array(randomBytes(16))
      const change = { codeHash: hashOf(bytes) }
      expect(await code(core.lockPreparation.change(phone.key, change))).to.equal('LOCK_MEANS_REFUSED')
      const stranger = new SoftwarePasskey(world.config.walletUrl)
      const { consent: asked } = await core.lockPreparation.offer(phone.key)
      if (!asked) throw new Error('no consent is asked')
      expect(await code(core.lockPreparation.change(phone.key, { ...change, consent: stranger.get(asked) }))).to.equal(
        'LOCK_MEANS_REFUSED',
      )
      // What was signed to lock does not agree to a change.
      const lockAnswer = await phone.assert()
      expect(await code(core.lockPreparation.change(phone.key, { ...change, consent: lockAnswer }))).to.equal(
        'LOCK_MEANS_REFUSED',
      )
      await core.lockPreparation.change(phone.key, { ...change, consent: phone.passkey.get(asked) })
      expect(await code(core.holderLock.open({ code: phone.code }, null))).to.equal('LOCK_REFUSED')
      expect((await core.holderLock.open({ code: formatRecoveryCode(bytes) }, null)).cards).to.have.length(1)
    })

    it('by a wallet that has a card here, and with a passkey of the wallet’s origin', async () => {
      expect(await code(core.lockPreparation.offer(toBase64url(new Uint8Array(32))))).to.equal('LOCK_NO_CARDS')
      const key = toBase64url(new Uint8Array(randomBytes(32)))
      await cardOn(core, someone(), '+821030000012', key)
      const { creation } = await core.lockPreparation.offer(key)
      const evil = new SoftwarePasskey('https://evil.example')
      expect(await code(core.lockPreparation.change(key, { passkey: evil.create(creation) }))).to.equal(
        'LOCK_MEANS_REFUSED',
      )
      expect(creation.rp.id).to.equal(new URL(world.config.walletUrl).hostname)
    })
  })
})
