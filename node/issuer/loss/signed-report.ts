/**
 * What a telecom signs: that a line was reported lost, or that the phone was found. A compact JWS with the signer's public
 * key in its header.
 *
 *   header   { alg: ES256, typ: loss-report+jwt, jwk }
 *   payload  { aud: public URL of the authority, line, time, jti }
 *
 *   header   { alg: ES256, typ: loss-closure+jwt, jwk }
 *   payload  { aud, closes: id of the report, identity, time, jti }
 *
 * `verify…` proves the signature, the audience and the time. Whether the key may report losses is on the ledger
 * (reporters.ts).
 */
import { z } from 'zod'
import { importP256, sha256 } from '#crypto'
import { type Hex, toHex } from '../../lib/bytes.ts'
import { parseP256Jwk } from '../../lib/jose/jwk.ts'
import { isSignedBy, type Jws, type JwsKind, parseJws } from '../../lib/jose/jws.ts'
import { parseLineNumber } from '../../lib/line-number.ts'
import { ParseError } from '../../lib/parse-error.ts'
import { MINUTE, type UnixSeconds } from '../../lib/time.ts'
import { LossError, type ReportFault } from './errors.ts'

export const REPORT_TYPE = 'loss-report+jwt'
export const CLOSURE_TYPE = 'loss-closure+jwt'

/** How a telecom identified its customer before a card is unlocked. */
export const TELECOM_IDENTITY = ['shop-document', 'line-callback', 'certificate'] as const
export type TelecomIdentity = (typeof TELECOM_IDENTITY)[number]

/** Seconds. A telecom's system that was offline for longer makes a new report. */
const OLDEST = 10 * MINUTE
const CLOCK_SKEW = MINUTE

const REPORT: JwsKind = { typ: REPORT_TYPE, maxLength: 4096 }
const CLOSURE: JwsKind = { typ: CLOSURE_TYPE, maxLength: 4096 }

const common = {
  aud: z.string().max(2048),
  time: z.int().nonnegative(),
  jti: z.string().regex(/^[!-~]{8,128}$/),
}
const Report = z.strictObject({ ...common, line: z.string().max(32) })
const Closure = z.strictObject({
  ...common,
  closes: z.string().regex(/^[\w-]{22}$/),
  identity: z.enum(TELECOM_IDENTITY),
})

interface Signed {
  readonly jws: Jws
  /** Of the key in the header, as the ledger names it. Not trusted before it was looked up. */
  readonly keyId: Hex
  readonly aud: string
  readonly time: UnixSeconds
  readonly jti: string
}

export interface SignedReport extends Signed {
  /** As `parseLineNumber` returns it. */
  readonly line: string
}

export interface SignedClosure extends Signed {
  /** The id of the report. */
  readonly closes: string
  readonly identity: TelecomIdentity
}

/** Parses a report and checks its signature under the key that it names. @throws {LossError} LOSS_REPORT_REFUSED */
export function parseSignedReport(text: string): SignedReport {
  const { payload, ...signed } = parse(text, REPORT, Report)
  const line = parseLineNumber(payload.line)
  if (line === undefined) throw refused('malformed')
  return { ...signed, ...payload, line }
}

/** @throws {LossError} LOSS_REPORT_REFUSED */
export function parseSignedClosure(text: string): SignedClosure {
  const { payload, ...signed } = parse(text, CLOSURE, Closure)
  return { ...signed, ...payload }
}

/** @throws {LossError} LOSS_REPORT_REFUSED `audience`: it was made for another authority */
export function requireAudience({ aud }: Signed, publicUrl: string): void {
  if (aud !== publicUrl) throw refused('audience')
}

/** @throws {LossError} LOSS_REPORT_REFUSED `time` */
export function requirePresent({ time }: Signed, now: UnixSeconds): void {
  if (time < now - OLDEST || time > now + CLOCK_SKEW) throw refused('time')
}

function parse<T extends z.ZodType>(text: string, kind: JwsKind, schema: T) {
  try {
    const jws = parseJws(text, kind)
    const key = importP256(parseP256Jwk(jws.header.jwk))
    if (!isSignedBy(jws, key)) throw refused('signature')
    const payload = schema.safeParse(jws.payload)
    if (!payload.success) throw refused('malformed')
    return { jws, keyId: toHex(sha256(key.spki)), payload: payload.data }
  } catch (error) {
    if (error instanceof ParseError) throw refused('malformed', error)
    throw error
  }
}

const WORDS: Readonly<Record<ReportFault, string>> = {
  malformed: 'it is not a compact JWS of the described form',
  signature: 'the signature is not that of the key in its header',
  audience: 'aud is not the public URL of this authority',
  time: 'time is more than ten minutes ago, or in the future; sign it again with the time of now',
  closes: 'it closes no report of this telecom',
}

export const refused = (reason: ReportFault, cause?: unknown): LossError =>
  new LossError({ code: 'LOSS_REPORT_REFUSED', reason }, `The report is refused: ${WORDS[reason]}.`, { cause })
