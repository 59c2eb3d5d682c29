/**
 * A mobile card by the chip of an IC card, without a visit. Three proofs, in this order: the document is genuine and the
 * chip is here (its challenge names the wallet's key), the register says that it is the person's present one, and a face
 * provider says that the person at the camera is the one of its portrait. Then there is an application with an offer
 * that only this wallet can redeem.
 *
 * Each answer is on disk before it is sent: the step of the session, the journal entry and the application are in one
 * commit. Why: docs/decisions/183 to 186.
 */
import { createHmac } from 'node:crypto'
import { chipChallenge } from '../../chip/document/challenge.ts'
import { ChipError } from '../../chip/errors.ts'
import type { ChipReading } from '../../chip/image.ts'
import { fromBase64url, fromHex, type Hex, toBase64url, toHex } from '../../lib/bytes.ts'
import { KeyedLock } from '../../lib/lock.ts'
import type { Random } from '../../lib/random.ts'
import type { Store } from '../../store/store.ts'
import type { Vault } from '../../store/vault.ts'
import type { Applications } from '../applications/applications.ts'
import { requireChannel } from '../applications/channels.ts'
import { sealDocumentNumber } from '../applications/document-number.ts'
import { IssuerError } from '../errors.ts'
import type { IssuingGate } from '../gate.ts'
import type { Journal } from '../journal.ts'
import { derivedSecret } from '../offers/derived-secret.ts'
import type { Offers } from '../offers/offers.ts'
import type { ChipTrust } from './anchors.ts'
import { type FaceAssertion, portraitHash, refused, verifyFaceAssertion } from './face-assertion.ts'
import { FACE_TRIES, FaceTries } from './face-tries.ts'
import { Holders, type HoldersOptions } from './holders.ts'
import type { VerifiedDocument, VerifyDocument } from './ports.ts'
import { notMatched, toCounter, unknownSession, wrongStep } from './refusals.ts'
import {
  type ChipSession,
  ChipSessions,
  DOCUMENT_TRIES,
  type DocumentStep,
  type FaceStep,
  SESSION_LIFETIME,
} from './session.ts'

export interface ChipIssuingOptions extends HoldersOptions {
  readonly store: Store
  readonly vault: Vault
  readonly journal: Journal
  readonly applications: Applications
  readonly offers: Offers
  readonly gate: Pick<IssuingGate, 'requireOpen'>
  readonly trust: ChipTrust
  readonly verifyDocument: VerifyDocument
  /** 32 bytes */
  readonly master: Uint8Array
  readonly random: Random
}

export interface OpenedSession {
  readonly session: string
  readonly nonce: string
  readonly expiresIn: number
}

/** For the wallet that opened a session, how it stands. */
export type SessionState =
  | { readonly next: 'document' | 'face' }
  | { readonly next: 'offer'; readonly link: string }
  | { readonly next: 'counter' }

export class ChipIssuing {
  readonly #sessions: ChipSessions
  readonly #tries: FaceTries
  readonly #holders: Holders
  readonly #offerIds: Uint8Array
  /** Of a session until its document is known, then of its person. */
  readonly #locks = new KeyedLock()

  constructor(private readonly options: ChipIssuingOptions) {
    const { store, clock, random, master } = options
    this.#sessions = new ChipSessions(store, clock, random)
    this.#tries = new FaceTries(store, clock)
    this.#holders = new Holders(options)
    this.#offerIds = derivedSecret(master, 'chip offers')
  }

  /**
   * @param jkt thumbprint of the wallet's DPoP key, whose proof was verified
   * @throws {IssuerError} ISSUER_CARD_UNKNOWN, ISSUER_CHANNEL_REFUSED, ISSUER_STOPPED
   */
  async open(jkt: string, vct: string): Promise<OpenedSession> {
    const { cards, gate, random, store } = this.options
    requireChannel(cards, vct, 'chip')
    gate.requireOpen()
    const nonce = toBase64url(random(32))
    const { secret, op } = this.#sessions.create({ step: 'document', vct, jkt, nonce, refused: 0 })
    await store.commit([op])
    return { session: secret, nonce, expiresIn: SESSION_LIFETIME }
  }

  /** Whether a document can be sent for this session: before its body is read. @throws {IssuerError} ISSUER_CHIP_SESSION_UNKNOWN */
  requireSession(id: string): void {
    this.#require(id)
  }

  /**
   * A document that is refused is counted, whatever the reason; `DOCUMENT_TRIES` of them end the session.
   * @returns how often the face may fail
   * @throws {ChipError} which proof failed
   * @throws {IssuerError} ISSUER_CHIP_SESSION_UNKNOWN, ISSUER_CHIP_SESSION_STEP, ISSUER_CHIP_NOT_PRESENT,
   * ISSUER_CHIP_TO_COUNTER, and what an application can be refused for
   */
  document(id: string, reading: ChipReading): Promise<{ readonly attemptsLeft: number }> {
    return this.#locks.run(id, async () => {
      const session = this.#require(id)
      if (session.step !== 'document') throw wrongStep(session.step)
      try {
        const document = await this.#verify(session, reading)
        const { person } = await this.#holders.presentHolder(session.vct, document)
        return await this.#locks.run(toHex(person), () => this.#toFace(id, session, document, person))
      } catch (error) {
        if (error instanceof ChipError || error instanceof IssuerError) await this.#countRefused(id, session)
        throw error
      }
    })
  }

  /**
   * @param assertion a JWS of a face provider
   * @returns the link of the offer
   * @throws {IssuerError} ISSUER_CHIP_SESSION_UNKNOWN, ISSUER_CHIP_SESSION_STEP, ISSUER_FACE_ASSERTION,
   * ISSUER_FACE_NOT_MATCHED, ISSUER_CHIP_TO_COUNTER, ISSUER_CHIP_NOT_PRESENT
   */
  async face(id: string, assertion: string): Promise<string> {
    const { person } = this.#requireFace(id)
    return this.#locks.run(person, async () => {
      const session = this.#requireFace(id)
      // A newer session of the same person has taken over.
      if (!this.#tries.mayShow(fromHex(person), this.#sessions.hashOf(id))) throw unknownSession()
      await this.#holders.requireNotSentToCounter(fromHex(person))
      const digest = this.#sessions.hashOf(assertion)
      if (session.seen.includes(digest)) throw refused('replayed')
      const { trust, clock } = this.options
      const verified = await verifyFaceAssertion(assertion, {
        session: id,
        isPortrait: hash => this.#keyed('portrait', hash) === session.portrait,
        providerOf: keyId => trust.faceProvider(keyId),
        clock,
      })
      if (verified.facts.match && verified.facts.liveness) return this.#offer(id, session, verified)
      return this.#failed(id, { ...session, seen: [...session.seen, digest] }, verified)
    })
  }

  /**
   * For the wallet that opened the session, which the offer is for. The response to the face may have gone to a kiosk.
   * @throws {IssuerError} ISSUER_CHIP_SESSION_UNKNOWN, also for the key of another wallet
   */
  stateOf(id: string, jkt: string): SessionState {
    const session = this.#require(id)
    if (session.jkt !== jkt) throw unknownSession()
    switch (session.step) {
      case 'document':
      case 'face':
        return { next: session.step }
      case 'offered':
        return { next: 'offer', link: this.options.offers.linkOf(this.#offerIdOf(id)) }
      case 'refused':
        return { next: 'counter' }
    }
  }

  async sweep(): Promise<void> {
    await this.#sessions.sweep()
    await this.#tries.sweep()
  }

  async #verify({ nonce, jkt }: DocumentStep, reading: ChipReading): Promise<VerifiedDocument> {
    const { trust, verifyDocument, clock } = this.options
    const challenge = chipChallenge(fromBase64url(nonce), fromBase64url(jkt))
    return verifyDocument(reading, { challenge, anchors: await trust.anchors(), at: clock() })
  }

  async #toFace(id: string, session: DocumentStep, document: VerifiedDocument, person: Uint8Array) {
    const { store, journal, clock, random } = this.options
    const { vct, jkt, expiresAt } = session
    const application = toBase64url(random(16))
    const next: FaceStep = {
      ...{ step: 'face', vct, jkt, expiresAt, application, seen: [] },
      person: toHex(person),
      document: this.#keyed('document', document.documentNumber),
      portrait: this.#keyed('portrait', portraitHash(document.portrait.bytes)),
    }
    const facts = { application, card: vct, key: document.anchorKeyId }
    await store.commit([
      this.#sessions.update(id, next),
      this.#tries.begin(person, this.#sessions.hashOf(id)),
      journal.append({ at: clock(), event: 'chip.document_verified', ...facts }),
    ])
    return { attemptsLeft: FACE_TRIES - this.#tries.failures(person) }
  }

  async #countRefused(id: string, session: DocumentStep): Promise<void> {
    const refusals = session.refused + 1
    const op =
      refusals < DOCUMENT_TRIES
        ? this.#sessions.update(id, { ...session, refused: refusals })
        : this.#sessions.end(id, session, 'refused')
    await this.options.store.commit([op])
  }

  async #offer(id: string, session: FaceStep, { provider }: FaceAssertion): Promise<string> {
    const { applications, offers, vault, gate, store } = this.options
    const { application } = session
    const person = fromHex(session.person)
    gate.requireOpen()
    const number = await this.#holders.requireStillPresent(
      person,
      present => this.#keyed('document', present) === session.document,
    )
    const offerId = this.#offerIdOf(id)
    // With it the card can be renewed as long as this document is the present one.
    const sealedNumber = sealDocumentNumber(vault, person, application, number)
    const applied = applications.begin({
      ...{ id: application, person, vct: session.vct, channel: 'chip' },
      identity: { by: providerName(provider), how: 'chip', sealedNumber },
    })
    const offered = offers.prepareBound(applied.application, offerId, session.jkt)
    await store.commit([
      ...applied.ops,
      ...offered.ops,
      this.#sessions.end(id, session, 'offered'),
      this.#tries.end(person),
    ])
    return offers.linkOf(offerId)
  }

  async #failed(id: string, session: FaceStep, { provider, facts }: FaceAssertion): Promise<never> {
    const { applications, journal, store, clock } = this.options
    const person = fromHex(session.person)
    const by = providerName(provider)
    const { match, liveness } = facts
    const left = Math.max(0, FACE_TRIES - this.#tries.failures(person) - 1)
    const { application } = session
    const entry = journal.append({ at: clock(), event: 'chip.face_failed', application, by, match, liveness, left })
    if (left > 0) {
      const failed = this.#tries.failed(person, this.#sessions.hashOf(id))
      await store.commit([this.#sessions.update(id, session), failed, entry])
      throw notMatched(left)
    }
    const applied = applications.begin({ id: application, person, vct: session.vct, channel: 'chip' })
    const refusal = 'face_not_matched'
    const step = applications.move(applied.application, 'refused', { refusal }, { by, reason: refusal })
    await store.commit([
      entry,
      ...applied.ops,
      ...step.ops,
      this.#sessions.end(id, session, 'refused'),
      this.#tries.end(person),
    ])
    throw toCounter()
  }

  #require(id: string): ChipSession {
    const session = this.#sessions.find(id)
    if (!session) throw unknownSession()
    return session
  }

  #requireFace(id: string): FaceStep {
    const session = this.#require(id)
    if (session.step !== 'face') throw wrongStep(session.step)
    return session
  }

  /** The same after a restart, and unknown to a reader of the database. */
  #offerIdOf(session: string): string {
    return createHmac('sha256', this.#offerIds).update(session).digest('base64url')
  }

  #keyed(what: 'document' | 'portrait', value: string): Hex {
    return toHex(this.options.vault.index(`chip ${what}`, value))
  }
}

/** The provider's organisation in the trust registry, as the one who checked the identity. */
const providerName = (organisation: number): string => `face:${organisation}`
