import { expect } from 'chai'
import { OFFER_LIFETIME } from '../../../../node/credential/application.ts'
import { FACE_TRIES } from '../../../../node/issuer/chip/face-tries.ts'
import { DOCUMENT_TRIES, SESSION_LIFETIME } from '../../../../node/issuer/chip/session.ts'
import { SimulatedFace } from '../../../../node/issuer/chip/simulated-face.ts'
import { IssuerError } from '../../../../node/issuer/errors.ts'
import { DAY } from '../../../../node/lib/time.ts'
import { failureOf } from '../../../support/failure.ts'
import { makeKey } from '../../credential/support.ts'
import { population } from '../../residents/support.ts'
import { expectError, Wallet } from '../oid4vci/wallet.ts'
import { type ChipDesk, jktOf, openChipDesk } from './chip-desk.ts'

const codeOf = async (promise: Promise<unknown>) => (await failureOf(promise)).code

describe('a card by the chip of an IC card', () => {
  let at: ChipDesk
  beforeEach(async () => {
    at = await openChipDesk()
  })

  const last = async () => {
    const [application] = await at.desk.authority.applications.ofPerson(at.desk.person)
    return application
  }
  /** Of the offer that this session led to. */
  const request = (link: string, wallet = at.wallet) =>
    wallet.requestToken({ offerUrl: link, txCode: '' } as never, { tx_code: undefined })

  it('is offered after three proofs, to the wallet that opened the session, without a transaction code', async () => {
    const { session, nonce } = await at.open()
    expect(at.chip.stateOf(session, jktOf(at.wallet))).to.deep.equal({ next: 'document' })
    expect(await at.chip.document(session, at.reading(nonce))).to.deep.equal({ attemptsLeft: FACE_TRIES })
    expect(at.chip.stateOf(session, jktOf(at.wallet))).to.deep.equal({ next: 'face' })
    const link = await at.chip.face(session, at.assertion(session))
    expect(at.chip.stateOf(session, jktOf(at.wallet))).to.deep.equal({ next: 'offer', link })
    const application = await last()
    expect(application).to.deep.include({ state: 'offered', channel: 'chip', kind: 'mobile' })
    // The number of the document, by which the card is renewed, is sealed.
    expect(application?.identity).to.deep.include({ by: 'face:9', how: 'chip' })
    expect(application?.identity?.sealedNumber).to.be.a('string')
    const grant = at.wallet.grants(link)
    expect(Object.keys(grant)).to.deep.equal(['urn:ietf:params:oauth:grant-type:pre-authorized_code'])
    const reply = await request(link)
    expect(reply.status, reply.body).to.equal(200)
    const events = (await at.desk.authority.journal()).map(({ event }) => event)
    expect(events.slice(-5)).to.deep.equal([
      ...['chip.document_verified', 'application.applied', 'application.identity_checked', 'application.offered'],
      'offer.redeemed',
    ])
  })

  it('cannot be redeemed by another wallet, and still by the right one after that', async () => {
    const session = await at.atFace()
    const link = await at.chip.face(session, at.assertion(session))
    expectError(await request(link, new Wallet(at.desk.authority)), 'invalid_grant')
    expectError(
      await at.wallet.requestToken({ offerUrl: link, txCode: '' } as never, { tx_code: '123456' }),
      'invalid_request',
    )
    expect((await request(link)).status).to.equal(200)
    expectError(await request(link), 'invalid_grant')
  })

  it('is not offered after the five minutes of an offer', async () => {
    const session = await at.atFace()
    const link = await at.chip.face(session, at.assertion(session))
    at.desk.authority.now += OFFER_LIFETIME
    expectError(await request(link), 'invalid_grant')
  })

  it('needs the card that the register has as the present one', async () => {
    const { residents, person } = at.desk
    const refused = async (what: string) => {
      const { session, nonce } = await at.open()
      expect(await codeOf(at.chip.document(session, at.reading(nonce))), what).to.equal('ISSUER_CHIP_NOT_PRESENT')
    }
    await residents.setDocument(person, { number: 'K99999999', chip: true }, [])
    await refused('a replaced card')
    await residents.setDocument(person, { number: 'K12345678', chip: false }, [])
    await refused('a card without a chip')
    await residents.setDocument(person, null, [])
    await refused('a lost card')
    await residents.erase(person)
    await refused('of a person who was erased')
  })

  it('needs a document that has not expired, of a known person', async () => {
    const [, namesake] = population(40)
    for (const change of [{ expiresOn: '2020-01-01' }, { personalNumber: namesake?.personalNumber ?? '' }]) {
      const { session, nonce } = await at.open()
      const reading = at.reading(nonce, { ...at.document, ...change })
      expect(await codeOf(at.chip.document(session, reading))).to.equal('ISSUER_CHIP_NOT_PRESENT')
    }
  })

  it('is not given to a namesake: the personal number of the chip decides', async () => {
    const own = (await at.desk.residents.find(at.desk.person))?.facts
    if (!own) throw new Error('not stored')
    const other = { ...own, personalNumber: own.personalNumber.replace(/\d$/, last => String((Number(last) + 1) % 10)) }
    await at.desk.residents.store([{ ...other, document: { number: 'K77777777', chip: true } }])
    const { session, nonce } = await at.open()
    const reading = at.reading(nonce, { ...at.document, personalNumber: other.personalNumber })
    expect(await codeOf(at.chip.document(session, reading))).to.equal('ISSUER_CHIP_NOT_PRESENT')
  })

  it('is not given if the card is replaced, or the person erased, between the chip and the face', async () => {
    for (const change of [
      () => at.desk.residents.setDocument(at.desk.person, { number: 'K99999999', chip: true }, []),
      () => at.desk.residents.erase(at.desk.person),
    ]) {
      at = await openChipDesk()
      const session = await at.atFace()
      await change()
      expect(await codeOf(at.chip.face(session, at.assertion(session)))).to.equal('ISSUER_CHIP_NOT_PRESENT')
      expect(await last()).to.equal(undefined)
    }
  })

  it('refuses a challenge that was made for another phone, or for another session', async () => {
    const { session } = await at.open()
    const other = new Wallet(at.desk.authority)
    const relayed = at.reading((await at.open(other)).nonce, at.document, other)
    const earlier = at.reading((await at.open()).nonce)
    for (const reading of [relayed, earlier]) {
      expect(await codeOf(at.chip.document(session, reading))).to.equal('CHIP_ACTIVE_AUTHENTICATION_FAILED')
    }
  })

  it('ends the session after so many refused documents', async () => {
    const { session, nonce } = await at.open()
    const wrong = at.reading((await at.open()).nonce)
    for (let i = 0; i < DOCUMENT_TRIES; i++) {
      expect(await codeOf(at.chip.document(session, wrong))).to.equal('CHIP_ACTIVE_AUTHENTICATION_FAILED')
    }
    expect(await codeOf(at.chip.document(session, at.reading(nonce)))).to.equal('ISSUER_CHIP_SESSION_STEP')
    expect(at.chip.stateOf(session, jktOf(at.wallet))).to.deep.equal({ next: 'counter' })
  })

  it('ends the session after its minutes, and tells another wallet nothing of it', async () => {
    const { session, nonce } = await at.open()
    const other = jktOf(new Wallet(at.desk.authority))
    expect(() => at.chip.stateOf(session, other))
      .to.throw(IssuerError)
      .with.property('code', 'ISSUER_CHIP_SESSION_UNKNOWN')
    at.desk.authority.now += SESSION_LIFETIME
    expect(await codeOf(at.chip.document(session, at.reading(nonce)))).to.equal('ISSUER_CHIP_SESSION_UNKNOWN')
    await at.chip.sweep()
    expect(() => at.chip.requireSession(session)).to.throw(IssuerError)
  })

  it('takes one document in a session, and no face before it', async () => {
    const { session, nonce } = await at.open()
    expect(await codeOf((async () => at.chip.face(session, at.assertion(session)))())).to.equal(
      'ISSUER_CHIP_SESSION_STEP',
    )
    await at.chip.document(session, at.reading(nonce))
    expect(await codeOf(at.chip.document(session, at.reading(nonce)))).to.equal('ISSUER_CHIP_SESSION_STEP')
  })

  it('refuses what the roll-out policy and the card refuse, and cards that are not given by chip', async () => {
    const notYet = { code: 'ISSUER_NOT_YET', from: null, say: { ko: '', en: '' } } as const
    const mayApply = () => {
      throw new IssuerError(notYet, 'not yet')
    }
    at = await openChipDesk({ mayApply })
    const { session, nonce } = await at.open()
    expect(await codeOf(at.chip.document(session, at.reading(nonce)))).to.equal('ISSUER_NOT_YET')
    const veteran = at.chip.open(jktOf(at.wallet), 'urn:dojang:kr:veteran:1')
    expect(await codeOf(veteran)).to.equal('ISSUER_CHANNEL_REFUSED')
  })

  describe('and the face', () => {
    for (const [what, change, reason] of [
      ['of another session', { session: 'A'.repeat(43) }, 'session'],
      ['of another portrait', { portrait: 'A'.repeat(43) }, 'portrait'],
    ] as const) {
      it(`refuses an assertion ${what}`, async () => {
        const session = await at.atFace()
        const error = await failureOf(at.chip.face(session, at.assertion(session, change)))
        expect(error.detail).to.deep.equal({ code: 'ISSUER_FACE_ASSERTION', reason })
      })
    }

    it('refuses an assertion that is old, or from the future', async () => {
      const session = await at.atFace()
      const { now } = at.desk.authority
      for (const time of [now - 121, now + 11]) {
        const error = await failureOf(at.chip.face(session, at.assertion(session, {}, time)))
        expect(error.detail).to.deep.equal({ code: 'ISSUER_FACE_ASSERTION', reason: 'time' })
      }
    })

    it('refuses an assertion of a provider without a grant, and one that another key signed', async () => {
      const session = await at.atFace()
      at.providers.clear()
      const error = await failureOf(at.chip.face(session, at.assertion(session)))
      expect(error.detail).to.deep.equal({ code: 'ISSUER_FACE_ASSERTION', reason: 'provider' })
      const [header, payload] = at.assertion(session).split('.')
      const forged = `${header}.${payload}.${Buffer.from(makeKey().sign(new Uint8Array(1))).toString('base64url')}`
      const wrong = await failureOf(at.chip.face(session, forged))
      expect(wrong.detail).to.deep.equal({ code: 'ISSUER_FACE_ASSERTION', reason: 'malformed' })
    })

    it('counts another face, and one that is not alive; an assertion counts once', async () => {
      const session = await at.atFace()
      const stolen = at.assertion(session, { match: false })
      expect((await failureOf(at.chip.face(session, stolen))).detail).to.include({ left: 2 })
      const again = await failureOf(at.chip.face(session, stolen))
      expect(again.detail).to.deep.equal({ code: 'ISSUER_FACE_ASSERTION', reason: 'replayed' })
      const photo = at.assertion(session, { liveness: false })
      expect((await failureOf(at.chip.face(session, photo))).detail).to.include({ left: 1 })
      await at.chip.face(session, at.assertion(session))
      expect((await last())?.state).to.equal('offered')
    })

    const fail = async (session: string, times: number) => {
      const codes = []
      for (let i = 0; i < times; i++) {
        at.desk.authority.now += 1
        codes.push(await codeOf(at.chip.face(session, at.assertion(session, { match: false }))))
      }
      return codes
    }

    it('sends the person to the counter after three failures: no further session, until a clerk has checked them', async () => {
      const session = await at.atFace()
      const notMatched = 'ISSUER_FACE_NOT_MATCHED'
      expect(await fail(session, 3)).to.deep.equal([notMatched, notMatched, 'ISSUER_CHIP_TO_COUNTER'])
      expect(await last()).to.deep.include({ state: 'refused', refusal: 'face_not_matched', channel: 'chip' })
      expect(at.chip.stateOf(session, jktOf(at.wallet))).to.deep.equal({ next: 'counter' })
      const journal = (await at.desk.authority.journal()).filter(({ event }) => event === 'chip.face_failed')
      expect(journal.map(({ left }) => left)).to.deep.equal([2, 1, 0])
      const { session: next, nonce } = await at.open()
      expect(await codeOf(at.chip.document(next, at.reading(nonce)))).to.equal('ISSUER_CHIP_TO_COUNTER')
      await at.counter()
      expect(await at.chip.document(next, at.reading(nonce))).to.deep.equal({ attemptsLeft: FACE_TRIES })
    })

    it('counts failures over all sessions of a person, of which only the newest may show a face', async () => {
      const first = await at.atFace()
      await fail(first, 2)
      const { session, nonce } = await at.open()
      expect(await at.chip.document(session, at.reading(nonce))).to.deep.equal({ attemptsLeft: 1 })
      expect(await codeOf(at.chip.face(first, at.assertion(first)))).to.equal('ISSUER_CHIP_SESSION_UNKNOWN')
      expect(await fail(session, 1)).to.deep.equal(['ISSUER_CHIP_TO_COUNTER'])
    })

    it('forgets fewer than three failures after a day', async () => {
      await fail(await at.atFace(), 2)
      at.desk.authority.now += DAY
      await at.chip.sweep()
      const { session, nonce } = await at.open()
      expect(await at.chip.document(session, at.reading(nonce))).to.deep.equal({ attemptsLeft: FACE_TRIES })
    })

    it('gives one offer, whatever is sent at the same time', async () => {
      const session = await at.atFace()
      const all = [1, 2, 3].map(i => at.chip.face(session, at.assertion(session, {}, at.desk.authority.now - i)))
      const outcomes = await Promise.allSettled(all)
      expect(outcomes.map(({ status }) => status).sort()).to.deep.equal(['fulfilled', 'rejected', 'rejected'])
    })
  })

  it('changes nothing when the disk fails, and the same requests succeed afterwards', async () => {
    const { store } = at.desk.authority
    const { commit } = store
    const failing = async (request: () => Promise<unknown>) => {
      Object.assign(store, { commit: () => Promise.reject(new Error('no space')) })
      expect((await failureOf(request())).message).to.equal('no space')
      Object.assign(store, { commit })
    }
    const { session, nonce } = await at.open()
    await failing(() => at.chip.document(session, at.reading(nonce)))
    await at.chip.document(session, at.reading(nonce))
    const assertion = at.assertion(session)
    await failing(() => at.chip.face(session, assertion))
    expect(await last()).to.equal(undefined)
    expect((await request(await at.chip.face(session, assertion))).status).to.equal(200)
  })

  it('stores no personal data of a session in the clear', async () => {
    const session = await at.atFace()
    await at.chip.face(session, at.assertion(session))
    const journal = JSON.stringify(await at.desk.authority.journal())
    for (const secret of [session, at.document.documentNumber, at.document.personalNumber])
      expect(journal).not.to.include(secret)
  })

  it('is simulated only in a demo', () => {
    const signer = {} as never
    for (const mode of ['local', 'production']) {
      expect(() => new SimulatedFace(signer, mode, () => 0)).to.throw(/only in demo mode/)
    }
  })
})
