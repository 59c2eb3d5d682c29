/** The wallet with issuers and verifiers that are not ours. */
import { expect } from 'chai'
import type { Phone } from '../../../../support/phone.ts'
import { openPhone, walletRefusal } from '../../../../support/phone.ts'
import { firstOf, json, type Tamper, tamperedFetch, text } from '../../../../support/tampered-fetch.ts'
import { authority, IssuerOfOthers, type Manners, settings, VCT } from './others.ts'
import { makeVerifierOfOthers, SHOP } from './verifier-of-others.ts'

async function phoneAt(issuer: IssuerOfOthers, ...more: readonly Tamper[]): Promise<Phone> {
  const phone = await openPhone({ settings, fetcher: tamperedFetch(firstOf(issuer.answers, authority, ...more)) })
  await phone.wallet.setUp()
  return phone
}

async function received(manners: Manners = {}, ...more: readonly Tamper[]) {
  const issuer = new IssuerOfOthers(manners)
  const phone = await phoneAt(issuer, ...more)
  const { wallet } = phone
  await wallet.redeem(await wallet.openOffer(await issuer.offer()), manners.txCode)
  return { issuer, phone, wallet, card: await wallet.receive(await wallet.touch()) }
}

describe('the wallet with an issuer of others', function () {
  this.timeout(20_000)

  it('receives a card, with DPoP and its nonce, and notifies the issuer', async () => {
    const { issuer, card, wallet } = await received()
    expect(card).to.deep.include({ vct: VCT, organisation: null, name: { ko: 'Student card', en: 'Student card' } })
    expect(card.claims.map(({ path, value }) => [path.join('.'), value])).to.deep.include.members([
      ['family_name', 'Hong'],
      ['nationalities', ['KR', 'VN']],
    ])
    expect(issuer.events).to.deep.equal(['credential_accepted'])
    expect(issuer.asked[0]).to.include({ credential_configuration_id: 'student' })
    expect(await wallet.knowledge()).to.deep.equal({ ledger: { state: 'no_seals' }, online: true, clock: null })
  })

  it('sends a transaction code of letters', async () => {
    expect((await received({ txCode: 'ab-12' })).card.vct).to.equal(VCT)
    const issuer = new IssuerOfOthers({ txCode: 'ab-12' })
    const { wallet } = await phoneAt(issuer)
    const offer = await wallet.openOffer(await issuer.offer())
    expect(offer.txCode).to.deep.equal({ length: 5, numeric: false })
    expect(await walletRefusal(wallet.redeem(offer, 'ab-13'))).to.deep.equal({ code: 'WALLET_CODE_REFUSED' })
  })

  it('waits while the issuer says so, and for a card that comes later', async () => {
    const waits = () => json({ error: 'temporarily_unavailable' }, 503)
    expect((await received({ first: [waits, waits] })).card.vct).to.equal(VCT)
    expect((await received({ deferred: true })).card.vct).to.equal(VCT)
  })

  it('takes a new nonce when the issuer did not accept the first, and gives up after the second', async () => {
    const wrong = () => json({ error: 'invalid_nonce' }, 400)
    expect((await received({ first: [wrong] })).card.vct).to.equal(VCT)
    const refusal = await walletRefusal(received({ first: [wrong, wrong] }))
    expect(refusal).to.deep.equal({ code: 'WALLET_ISSUER_REFUSED', error: 'invalid_nonce', status: 400 })
  })

  it('ends when the issuer denies the card, and forgets the key', async () => {
    const issuer = new IssuerOfOthers({ first: [() => json({ error: 'credential_request_denied' }, 400)] })
    const { wallet, store } = await phoneAt(issuer)
    await wallet.redeem(await wallet.openOffer(await issuer.offer()))
    expect(await walletRefusal(wallet.receive(await wallet.touch()))).to.deep.equal({ code: 'WALLET_ISSUING_STOPPED' })
    expect(await wallet.pendingRedemption()).to.equal(null)
    expect(await store.all('key')).to.deep.equal([])
  })

  it('receives one card when it is asked twice', async () => {
    const issuer = new IssuerOfOthers()
    const { wallet } = await phoneAt(issuer)
    await wallet.redeem(await wallet.openOffer(await issuer.offer()))
    const [first, second] = await Promise.all([
      wallet.receive(await wallet.touch()),
      wallet.receive(await wallet.touch()),
    ])
    expect(first.id).to.equal(second.id)
    expect((await wallet.history()).map(({ act }) => act)).to.deep.equal(['received'])
    expect(issuer.asked).to.have.length(1)
  })

  it('says that a renewal is not finished while its answer is lost, and finishes it when it is pressed again', async () => {
    const cut = () => Promise.reject(new TypeError('cut'))
    const denied = () => json({ error: 'credential_request_denied' }, 400)
    // The first request gets its card.
    const { wallet, card } = await received({ first: [undefined as never, cut, cut, denied] })
    const renew = async () => wallet.renew(card.id, await wallet.touch())
    const isRenewing = async () => (await wallet.card(card.id)).renewing
    const unreachable = async () => expect(await walletRefusal(renew())).to.include({ code: 'WALLET_UNREACHABLE' })
    await unreachable()
    expect(await isRenewing()).to.equal(true)
    await unreachable()
    expect(await walletRefusal(renew())).to.deep.equal({ code: 'WALLET_RENEWAL_REFUSED' })
    expect(await isRenewing(), 'after a final refusal').to.equal(false)
    const next = await renew()
    expect([next.renewing, (await wallet.cards()).length]).to.deep.equal([false, 1])
  })

  it('renews a card with a new key, and removes the old one', async () => {
    const { wallet, card, phone } = await received()
    expect(card.renewable).to.equal(true)
    const next = await wallet.renew(card.id, await wallet.touch())
    expect(next.id).not.to.equal(card.id)
    expect((await wallet.cards()).map(({ id }) => id)).to.deep.equal([next.id])
    expect((await phone.store.all('key')).length).to.equal(1)
  })
})

describe('the wallet with a verifier of others', function () {
  this.timeout(20_000)
  const query = {
    credentials: [
      {
        id: 'student',
        format: 'dc+sd-jwt',
        meta: { vct_values: [VCT] },
        claims: [{ path: ['nationalities', 1] }],
      },
    ],
  }

  for (const prefix of ['x509_hash', 'x509_san_dns'] as const) {
    it(`fetches its request, says that it is not registered, and keeps back what identifies (${prefix})`, async () => {
      const issuer = new IssuerOfOthers()
      const verifier = await makeVerifierOfOthers(query, prefix, () => issuer.statusList())
      const { wallet } = await phoneAt(issuer, verifier.answers)
      await wallet.redeem(await wallet.openOffer(await issuer.offer()))
      await wallet.receive(await wallet.touch())
      const request = await wallet.openRequest(verifier.link)
      expect(request.asker.host).to.equal(new URL(SHOP).host)
      expect(request.asker.registration.state).not.to.equal('registered')
      expect(request.answerable).to.equal(false)
    })

    it(`answers it with the card itself, and its library verifies the answer (${prefix})`, async () => {
      const issuer = new IssuerOfOthers()
      const card = { credentials: [{ id: 'student', format: 'dc+sd-jwt', meta: { vct_values: [VCT] } }] }
      const verifier = await makeVerifierOfOthers(card, prefix, () => issuer.statusList())
      const { wallet } = await phoneAt(issuer, verifier.answers)
      await wallet.redeem(await wallet.openOffer(await issuer.offer()))
      const { id } = await wallet.receive(await wallet.touch())
      const request = await wallet.openRequest(verifier.link)
      await wallet.answer(request, { cards: new Map([['student', id]]) }, await wallet.touch())
      const [received] = verifier.received as { query: string; audience: string; payload: Record<string, unknown> }[]
      expect(received).to.include({ query: 'student', audience: verifier.clientId })
      expect(received?.payload).to.include({ vct: VCT })
      expect(received?.payload).not.to.have.property('family_name')
    })
  }

  it('is told nothing by a page that is no request', async () => {
    const { wallet } = await received({}, url => (url.origin === SHOP ? text('<html>') : undefined))
    const link = `openid4vp://?client_id=x509_hash%3Ax&request_uri=${encodeURIComponent(`${SHOP}/request`)}`
    expect(await walletRefusal(wallet.openRequest(link))).to.include({ code: 'WALLET_REQUEST_INVALID' })
  })
})
