/** PACE as the chip runs it (ICAO 9303-11 §4.4.4): one instance for each run. */
import { timingSafeEqual } from 'node:crypto'
import { equalBytes, utf8 } from '../../lib/bytes.ts'
import { ParseError } from '../../lib/parse-error.ts'
import type { Random } from '../../lib/random.ts'
import { onlyDataObject, parseDataObjects } from '../iso7816/data-objects.ts'
import { type Answer, Status, withoutData } from '../iso7816/response.ts'
import { type CurvePoint, type PaceInfo, paceProtocol } from '../pace/algorithms.ts'
import {
  authenticationToken,
  encryptNonce,
  type KeyPair,
  keyPair,
  mappedGenerator,
  nonceLength,
  parsePoint,
  passwordKey,
  type SessionKeys,
  sessionKeys,
} from '../pace/key-agreement.ts'
import { SecureSession } from '../secure-messaging/session.ts'
import { tlv } from '../tlv.ts'

const AUTHENTICATION_DATA = 0x7c
const CARD_ACCESS_NUMBER_REFERENCE = 2

/** What the next GENERAL AUTHENTICATE must bring. */
type State =
  | { readonly step: 'nonce' }
  | { readonly step: 'mapping'; readonly nonce: Uint8Array }
  | { readonly step: 'key'; readonly generator: CurvePoint }
  | { readonly step: 'token'; readonly keys: SessionKeys; readonly own: Uint8Array; readonly other: Uint8Array }

export interface PaceResult {
  readonly answer: Answer
  /** If the reader knew the card access number. */
  readonly session?: SecureSession
  /** If it did not. */
  readonly wrongNumber?: true
}

/**
 * The run that MSE:Set AT asks for, or the status word that refuses it.
 * @param offered of EF.CardAccess
 */
export function beginPace(
  template: Uint8Array,
  offered: readonly PaceInfo[],
  cardAccessNumber: string,
  random: Random,
): PaceChip | number {
  try {
    const [oid, password, parameters, ...more] = parseDataObjects(template)
    if (oid?.tag !== 0x80 || password?.tag !== 0x83 || more.length > 0) return Status.wrongData
    const asked = paceProtocol(oid.value)
    const info = offered.find(
      ({ protocol, curve }) =>
        protocol === asked &&
        (parameters === undefined || (parameters.tag === 0x84 && parameters.value[0] === curve.parameterId)),
    )
    if (info === undefined) return Status.wrongData
    if (password.value[0] !== CARD_ACCESS_NUMBER_REFERENCE) return Status.referenceNotFound
    return new PaceChip(info, passwordKey(utf8(cardAccessNumber), info.protocol), random)
  } catch (error) {
    if (error instanceof ParseError) return Status.wrongData
    throw error
  }
}

export class PaceChip {
  #state: State = { step: 'nonce' }

  constructor(
    private readonly info: PaceInfo,
    private readonly key: Uint8Array,
    private readonly random: Random,
  ) {}

  /** GENERAL AUTHENTICATE. After any answer with another status word than 9000 the run is over. */
  authenticate(data: Uint8Array): PaceResult {
    try {
      return this.#next(onlyDataObject(data, AUTHENTICATION_DATA))
    } catch (error) {
      if (error instanceof ParseError) return { answer: withoutData(Status.wrongData) }
      throw error
    }
  }

  #next(sent: Uint8Array): PaceResult {
    const state = this.#state
    const { curve, protocol } = this.info
    switch (state.step) {
      case 'nonce': {
        if (sent.length > 0) return { answer: withoutData(Status.wrongData) }
        const nonce = this.random(nonceLength(protocol))
        this.#state = { step: 'mapping', nonce }
        return answered(0x80, encryptNonce(this.key, nonce))
      }
      case 'mapping': {
        const other = parsePoint(curve, onlyDataObject(sent, 0x81))
        const own = keyPair(curve, this.random)
        this.#state = { step: 'key', generator: mappedGenerator(curve, state.nonce, own, other) }
        return answered(0x82, own.encoded)
      }
      case 'key': {
        const other = onlyDataObject(sent, 0x83)
        const own = this.#differentFrom(other, state.generator)
        const keys = sessionKeys(protocol, own, parsePoint(curve, other))
        this.#state = { step: 'token', keys, own: own.encoded, other }
        return answered(0x84, own.encoded)
      }
      case 'token': {
        const token = onlyDataObject(sent, 0x85)
        const expected = authenticationToken(state.keys, protocol, state.own)
        if (token.length !== expected.length || !timingSafeEqual(token, expected)) {
          return { answer: withoutData(Status.authenticationFailed), wrongNumber: true }
        }
        const own = authenticationToken(state.keys, protocol, state.other)
        return { ...answered(0x86, own), session: new SecureSession(state.keys) }
      }
    }
  }

  /** Both sides must not have the same key (§4.4.1). */
  #differentFrom(other: Uint8Array, generator: CurvePoint): KeyPair {
    for (;;) {
      const own = keyPair(this.info.curve, this.random, generator)
      if (!equalBytes(own.encoded, other)) return own
    }
  }
}

const answered = (tag: number, value: Uint8Array): PaceResult => ({
  answer: { data: tlv(AUTHENTICATION_DATA, tlv(tag, value)), status: Status.done },
})
