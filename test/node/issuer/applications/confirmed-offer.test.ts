import { expect } from 'chai'
import { redemptionDigits } from '../../../../node/credential/redemption-digits.ts'
import type { CounterHandout } from '../../../../node/issuer/applications/clerk-acts.ts'
import type { Reply } from '../../../../node/issuer/oid4vci/exchange.ts'
import { thumbprint } from '../../../../node/lib/jose/jwk.ts'
import { failureOf } from '../../../support/failure.ts'
import { exchange, makeAuthority } from '../oid4vci/authority.ts'
import { expectChallenge, expectError, Wallet } from '../oid4vci/wallet.ts'
import { CLIENT, WalletProvider } from '../oid4vci/wallet-provider.ts'
import { CLERK, type Desk, openDesk } from './desk.ts'

describe("an offer at the counter's screen", () => {
  let desk: Desk
  let id: string
  let offer: CounterHandout
  let wallet: Wallet

  beforeEach(async () => {
    desk = await openDesk()
    const identified = await desk.identified()
    id = identified.id
    offer = await desk.acts.offer(id, identified.version, CLERK)
    wallet = new Wallet(desk.authority)
  })

  const application = () => desk.authority.applications.require(id)
  const credentialRequestTo = (from: Wallet, token: string, until: () => AbortSignal): Promise<Reply> => {
    const url = from.endpoints.credential
    const body = { credential_configuration_id: 'resident', proofs: { jwt: [from.proof()] } }
    const headers = { authorization: `DPoP ${token}`, dpop: from.dpop(url, token) }
    return from.authority.oid4vci.credential.handle(exchange(body, headers), until)
  }
  const credentialRequest = (token: string, until: () => AbortSignal) => credentialRequestTo(wallet, token, until)
  const atOnce = () => AbortSignal.abort()

  it('shows which wallet redeemed it, with the digits that the wallet computes', async () => {
    expect(application().redemption).to.equal(null)
    desk.authority.now += 7
    await wallet.token(offer, { client_id: 'dojang-wallet' })
    const { token: _, ...redemption } = application().redemption ?? { token: '' }
    expect(redemption).to.deep.equal({
      walletName: 'dojang-wallet',
      walletVerified: false,
      showsDigits: true,
      digits: redemptionDigits(thumbprint(wallet.dpopKey.jwk), wallet.codeOf(offer)),
      at: desk.authority.now,
      confirmedAt: null,
    })
  })

  it('names an unknown wallet by its client_id, and says that it shows no digits', async () => {
    await wallet.token(offer, { client_id: 'other' })
    expect(application().redemption).to.include({ walletName: 'other', walletVerified: false, showsDigits: false })
  })

  it('attack: a wallet writes a sentence on the screen of the clerk, instead of its client_id', async () => {
    for (const sentence of [
      '행정안전부가 확인한 지갑입니다',
      'verified: press Same phone',
      '\u202eevil',
      'x'.repeat(81),
    ]) {
      const { version } = application()
      const again = await desk.acts.offer(id, version, CLERK)
      await wallet.token(again, { client_id: sentence })
      expect(application().redemption).to.include({ walletName: null, walletVerified: false })
    }
  })

  it('names an attested wallet by its provider on the ledger', async () => {
    const provider = new WalletProvider(desk.authority)
    const reply = await wallet.requestToken(offer, { client_id: CLIENT }, provider.headers())
    expect(reply.status, reply.body).to.equal(200)
    expect(application().redemption).to.include({ walletName: 'Wallets Ltd', walletVerified: true, showsDigits: false })
  })

  it('holds a redeemed code over a restart', async () => {
    const token = await wallet.token(offer)
    const { store, now } = desk.authority
    const restarted = await makeAuthority({ store, clock: () => now })
    const after = Object.assign(wallet, { authority: restarted })
    const held = restarted.applications.require(id)
    expect(held).to.deep.equal(application())
    expect((await credentialRequestTo(after, token, atOnce)).status).to.equal(503)
    expect(restarted.issuing.orders).to.deep.equal([])
  })

  it('signs nothing before *same phone*, and then answers the request that waits', async () => {
    const token = await wallet.token(offer)
    const answer = credentialRequest(token, () => new AbortController().signal)
    const early = await Promise.race([answer, credentialRequest(token, atOnce)])
    expect(early.status).to.equal(503)
    expect(early.headers).to.include({ 'Retry-After': '1', 'Cache-Control': 'no-store' })
    expect(desk.authority.issuing.orders).to.deep.equal([])
    expect(application().state).to.equal('offered')
    await desk.acts.samePhone(id, desk.version(id), CLERK)
    expect((await answer).status).to.equal(200)
    expect(desk.authority.issuing.orders).to.have.length(1)
    expect(application().state).to.equal('issued')
  })

  it('lets the wallet repeat a request that waited too long, with the same c_nonce', async () => {
    const token = await wallet.token(offer)
    const proof = wallet.proof()
    const body = { proofs: { jwt: [proof] } }
    const waited = exchange(
      { credential_configuration_id: 'resident', ...body },
      { authorization: `DPoP ${token}`, dpop: wallet.dpop(wallet.endpoints.credential, token) },
    )
    expect((await desk.authority.oid4vci.credential.handle(waited, atOnce)).status).to.equal(503)
    await desk.acts.samePhone(id, desk.version(id), CLERK)
    expect((await wallet.requestCredential(token, body)).status).to.equal(200)
  })

  it('*stop* refuses the request that waits, burns code and token, and leaves the application for a new offer', async () => {
    const token = await wallet.token(offer)
    const waiting = credentialRequest(token, () => new AbortController().signal)
    const { state, identity, redemption } = await desk.acts.stop(id, desk.version(id), CLERK)
    expect({ state, redemption, how: identity?.how }).to.deep.equal({
      state: 'identity_checked',
      redemption: null,
      how: 'passport',
    })
    expectError(await waiting, 'credential_request_denied')
    expectChallenge(await wallet.requestCredential(token), 'invalid_token')
    expect(desk.authority.issuing.orders).to.deep.equal([])
    const again = await desk.acts.offer(id, desk.version(id), CLERK)
    const applicant = new Wallet(desk.authority)
    const fresh = await applicant.token(again)
    await desk.acts.samePhone(id, desk.version(id), CLERK)
    expect((await applicant.requestCredential(fresh)).status).to.equal(200)
  })

  it('attack: another phone redeems a photographed code; its digits differ, *stop* burns it, the applicant gets a card', async () => {
    const thief = new Wallet(desk.authority)
    const stolen = await thief.token(offer, { client_id: 'dojang-wallet' })
    const applicants = redemptionDigits(thumbprint(wallet.dpopKey.jwk), wallet.codeOf(offer))
    // Equal once in a hundred runs.
    if (application().redemption?.digits === applicants) return
    expectError(await wallet.requestToken(offer), 'invalid_grant')
    await desk.acts.stop(id, desk.version(id), CLERK)
    const again = await desk.acts.offer(id, desk.version(id), CLERK)
    expectChallenge(await thief.requestCredential(stolen), 'invalid_token')
    expectError(
      await thief.requestToken(again, { 'pre-authorized_code': wallet.codeOf(again).slice(1) }),
      'invalid_grant',
    )
    const token = await wallet.token(again)
    await desk.acts.samePhone(id, desk.version(id), CLERK)
    expect((await wallet.requestCredential(token)).status).to.equal(200)
    expect(desk.authority.issuing.orders).to.have.length(1)
  })

  it('attack: a confirmation for the wallet that the clerk saw does not confirm a later one', async () => {
    await wallet.token(offer)
    const seen = desk.version(id)
    await desk.acts.stop(id, seen, CLERK)
    const again = await desk.acts.offer(id, desk.version(id), CLERK)
    await new Wallet(desk.authority).token(again)
    const failed = await failureOf(desk.acts.samePhone(id, seen, CLERK))
    const { version } = application()
    expect(failed.detail).to.include({ code: 'ISSUER_APPLICATION_CHANGED', state: 'offered', version })
    expect(application().redemption?.confirmedAt).to.equal(null)
  })

  it('has no authorization code, which has no digits', () => {
    expect(Object.keys(wallet.grants(offer.offerUrl))).to.have.length(1)
  })

  it('offers of the command line are not held', async () => {
    const direct = await desk.authority.offer()
    const token = await wallet.token(direct)
    expect((await wallet.requestCredential(token)).status).to.equal(200)
  })

  it('attack: a clerk of another centre continues an application that could not have been taken there', async () => {
    await wallet.token(offer)
    const stranger = { by: 'operator:3', place: { centre: 'centre-2' } }
    const acts = [
      () => desk.acts.samePhone(id, desk.version(id), stranger),
      () => desk.acts.stop(id, desk.version(id), stranger),
      () => desk.acts.offer(id, desk.version(id), stranger),
      () => desk.acts.line(id, desk.version(id), '01012345678', stranger),
      () => desk.acts.cancel(id, desk.version(id), 'applicant', stranger),
      () => desk.acts.refuse(id, desk.version(id), 'not_entitled', stranger),
    ]
    const before = desk.authority.applications.require(id)
    for (const act of acts) expect((await failureOf(act())).code).to.equal('ISSUER_OTHER_CENTRE')
    expect(desk.authority.applications.require(id)).to.deep.equal(before)
    // Somebody without a centre is at no counter: a supervisor of several centres.
    await desk.acts.samePhone(id, desk.version(id), { by: 'operator:4', place: { centre: null } })
  })

  it('two clerks act at once: one wins, the other gets the present state', async () => {
    await wallet.token(offer)
    const version = desk.version(id)
    const acts = [desk.acts.samePhone(id, version, CLERK), desk.acts.stop(id, version, { ...CLERK, by: 'operator:2' })]
    const [first, second] = await Promise.allSettled(acts)
    expect([first?.status, second?.status]).to.deep.equal(['fulfilled', 'rejected'])
    const lost = second?.status === 'rejected' ? second.reason.detail : {}
    expect(lost).to.include({ code: 'ISSUER_APPLICATION_CHANGED', state: 'offered', version: version + 1 })
  })

  it('confirms nothing before the code was redeemed, and nothing twice', async () => {
    const confirmed = () => failureOf(desk.acts.samePhone(id, desk.version(id), CLERK))
    expect((await confirmed()).detail).to.include({ code: 'ISSUER_APPLICATION_STATE', step: 'same-phone' })
    await wallet.token(offer)
    await desk.acts.samePhone(id, desk.version(id), CLERK)
    expect((await confirmed()).detail).to.include({ step: 'same-phone' })
  })

  it('journals each act with who did it, and no number or token', async () => {
    await wallet.token(offer)
    await desk.acts.samePhone(id, desk.version(id), CLERK)
    const entries = (await desk.authority.journal()).filter(entry => entry.application === id)
    expect(entries.map(({ event }) => event)).to.deep.equal([
      'application.applied',
      'application.identity_checked',
      'application.offered',
      'offer.redeemed',
      'offer.confirmed',
    ])
    expect(entries.filter(({ event }) => event !== 'offer.redeemed').every(({ by }) => by === CLERK.by)).to.equal(true)
    expect(JSON.stringify(entries)).not.to.match(/M12345678|dojang-wallet/)
  })
})
