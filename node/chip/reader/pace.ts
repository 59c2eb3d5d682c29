/**
 * PACE, as the reader runs it (ICAO 9303-11 §4.4): reader and chip prove to each other that they know the card access
 * number, without revealing it, and agree on keys. A reader that guesses learns from each run only whether its guess was
 * right, and the chip counts.
 */
import { timingSafeEqual } from 'node:crypto'
import { concat, equalBytes } from '../../lib/bytes.ts'
import { ParseError } from '../../lib/parse-error.ts'
import type { Random } from '../../lib/random.ts'
import { command, SHORT_EXPECTED } from '../iso7816/command.ts'
import { onlyDataObject } from '../iso7816/data-objects.ts'
import { CLA_CHAINED, Ins } from '../iso7816/files.ts'
import { type Answer, Status, triesLeft } from '../iso7816/response.ts'
import type { PaceInfo } from '../pace/algorithms.ts'
import {
  authenticationToken,
  decryptNonce,
  keyPair,
  mappedGenerator,
  nonceLength,
  parsePoint,
  passwordKey,
  sessionKeys,
  TOKEN_LENGTH,
} from '../pace/key-agreement.ts'
import { SecureSession } from '../secure-messaging/session.ts'
import { tlv } from '../tlv.ts'
import type { Channel } from './channel.ts'
import { answerInvalid, commandRefused, paceFailed, ReaderError } from './errors.ts'

/** What the password is (§4.4.4.1: 1 the machine readable zone, 2 the card access number), and its bytes. */
export interface PacePassword {
  readonly reference: 1 | 2
  readonly secret: Uint8Array
}

/** Tags of the dynamic authentication data of GENERAL AUTHENTICATE (§4.4.4.2). */
const AUTHENTICATION_DATA = 0x7c
const Tag = {
  nonce: 0x80,
  ourMapping: 0x81,
  itsMapping: 0x82,
  ourKey: 0x83,
  itsKey: 0x84,
  ourToken: 0x85,
  itsToken: 0x86,
} as const
const OID = 0x80
const PASSWORD = 0x83
const PARAMETERS = 0x84
/** MSE:Set AT for mutual authentication. */
const SET_AT = { p1: 0xc1, p2: 0xa4 }

const STEP = 'PACE'

/** @throws {ReaderError} CHIP_ACCESS_REFUSED, CHIP_ACCESS_BLOCKED, CHIP_PACE_FAILED, CHIP_COMMAND_REFUSED, CHIP_ANSWER_INVALID */
export async function establishPace(
  channel: Channel,
  { protocol, curve }: PaceInfo,
  { reference, secret }: PacePassword,
  random: Random,
): Promise<SecureSession> {
  const template = concat(
    tlv(OID, protocol.oid),
    tlv(PASSWORD, Uint8Array.of(reference)),
    tlv(PARAMETERS, Uint8Array.of(curve.parameterId)),
  )
  const set = await channel.send(command(Ins.manageSecurityEnvironment, { ...SET_AT, data: template }), STEP)
  // 63Cx says how many tries are left before this one (BSI TR-03110-3 §B.11.1).
  if (set.status !== Status.done && !triesLeft(set.status)) throw refused(set, false)

  const encrypted = await authenticate(channel, { answered: Tag.nonce })
  if (encrypted.length !== nonceLength(protocol)) throw answerInvalid(STEP, 'a nonce of another length')
  const nonce = decryptNonce(passwordKey(secret, protocol), encrypted)

  try {
    const mapping = keyPair(curve, random)
    const mapped = await authenticate(channel, { sent: [Tag.ourMapping, mapping.encoded], answered: Tag.itsMapping })
    const generator = mappedGenerator(curve, nonce, mapping, parsePoint(curve, mapped))

    const own = keyPair(curve, random, generator)
    const other = await authenticate(channel, { sent: [Tag.ourKey, own.encoded], answered: Tag.itsKey })
    // §4.4.1: otherwise the chip could send our token back to us.
    if (equalBytes(own.encoded, other)) throw paceFailed('it sent our own key back')
    const keys = sessionKeys(protocol, own, parsePoint(curve, other))

    const ourToken = authenticationToken(keys, protocol, other)
    const itsToken = await authenticate(channel, { sent: [Tag.ourToken, ourToken], answered: Tag.itsToken, last: true })
    const expected = authenticationToken(keys, protocol, own.encoded)
    if (itsToken.length !== TOKEN_LENGTH || !timingSafeEqual(itsToken, expected)) throw paceFailed('a wrong token')
    return new SecureSession(keys)
  } catch (error) {
    throw error instanceof ParseError ? paceFailed(error.message, error) : error
  }
}

interface Exchange {
  readonly sent?: readonly [tag: number, value: Uint8Array]
  readonly answered: number
  /** The others announce that more follow. */
  readonly last?: boolean
}

/** GENERAL AUTHENTICATE (§4.4.4.2): the value that the chip answers. */
async function authenticate(channel: Channel, { sent, answered, last = false }: Exchange): Promise<Uint8Array> {
  const data = tlv(AUTHENTICATION_DATA, ...(sent === undefined ? [] : [tlv(...sent)]))
  const cla = last ? 0 : CLA_CHAINED
  const answer = await channel.send(command(Ins.generalAuthenticate, { cla, data, expected: SHORT_EXPECTED }), STEP)
  if (answer.status !== Status.done) throw refused(answer, last)
  try {
    return onlyDataObject(onlyDataObject(answer.data, AUTHENTICATION_DATA), answered)
  } catch (error) {
    throw error instanceof ParseError ? answerInvalid(STEP, error.message, error) : error
  }
}

/** @param aboutNumber whether a status word of this command can be about the card access number */
function refused({ status }: Answer, aboutNumber: boolean): ReaderError {
  if (status === Status.blocked || status === 0x63c0) {
    return new ReaderError(
      { code: 'CHIP_ACCESS_BLOCKED' },
      'The chip accepts no card access number any more, after too many wrong ones. Go to a counter with the card.',
    )
  }
  const left = triesLeft(status)
  if (!aboutNumber || (left === null && status !== Status.authenticationFailed)) return commandRefused(STEP, status)
  return new ReaderError(
    { code: 'CHIP_ACCESS_REFUSED', triesLeft: left },
    `The card access number is wrong${left === null ? '' : `; the chip allows ${left} more`}. ` +
      'Compare it with the six digits printed on the card.',
  )
}
