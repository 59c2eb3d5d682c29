/** Forges cards from real ones, as an attacker would: without the product's code. */
import { createHash, createPrivateKey, randomBytes, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type PrivateJwk, signJwt } from '../wallet/keys.ts'
import type { PresentationRequest } from '../wallet/present.ts'

type Json = Record<string, unknown>

/** The parts of a card. */
export interface Parts {
  readonly header: Json
  readonly payload: Json & { _sd: string[] }
  /** The issuer's signature, base64url. */
  readonly jwt: string
  readonly disclosures: readonly string[]
}

export function takeApart(credential: string): Parts {
  const [jwt = '', ...rest] = credential.split('~')
  const [header = '', payload = ''] = jwt.split('.')
  return {
    header: decode(header),
    payload: decode(payload) as Parts['payload'],
    jwt,
    disclosures: rest.filter(Boolean),
  }
}

export const digestOf = (disclosure: string): string => createHash('sha256').update(disclosure).digest('base64url')

export function disclosureOf({ disclosures }: Pick<Parts, 'disclosures'>, name: string): string {
  const found = disclosures.find(text => decodeArray(text)[1] === name)
  if (found === undefined) throw new Error(`the card has no disclosure of ${name}`)
  return found
}

/** The same disclosure with another value. */
export function withValue(disclosure: string, value: unknown): string {
  const [salt, name] = decodeArray(disclosure)
  return Buffer.from(JSON.stringify([salt, name, value])).toString('base64url')
}

/** One of the install's keys, for an attacker who has broken into its host. */
export function stolenKey(data: string, name: 'credential' | 'request' | 'ca'): { jwk: PrivateJwk; x5c: string[] } {
  const jwk = createPrivateKey(readFileSync(join(data, 'keys', `${name}.pem`))).export({ format: 'jwk' }) as PrivateJwk
  const certificate = new X509Certificate(readFileSync(join(data, 'keys', `${name}.crt`)))
  return { jwk, x5c: [certificate.raw.toString('base64')] }
}

export function sign(key: PrivateJwk, header: Json, payload: Json): string {
  return signJwt(key, header, payload)
}

/**
 * The card with a receipt of a batch that no ledger has seen: leaf, path and root agree, as in a real one.
 * @param real the disclosure of a real receipt: chain, log, organisation and purpose are taken from it
 */
export function withInventedReceipt(
  { header, payload }: Parts,
  real: string,
  key: PrivateJwk,
): { jwt: string; anchor: string } {
  const receipt = Buffer.from(String(decodeArray(real)[2]), 'base64url')
  const blank = '_'.repeat(43)
  const swapped = (digest: string): string =>
    JSON.stringify({ ...payload, _sd: payload._sd.map(d => (d === digestOf(real) ? digest : d)) })
  const entryHash = randomBytes(32)
  const hash = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest()
  const leaf = hash(
    Buffer.from([0]),
    hash(Buffer.from(JSON.stringify(header))),
    hash(Buffer.from(swapped(blank))),
    entryHash,
  )
  const path = Array.from({ length: 4 }, () => randomBytes(32))
  const root = path.reduce((below, sibling) => hash(Buffer.from([1]), below, sibling), leaf)
  const tail = Buffer.alloc(8)
  tail.writeUInt32BE(0, 0)
  tail.writeUInt32BE(16, 4)
  const invented = Buffer.concat([receipt.subarray(0, 65), root, tail, entryHash, ...path])
  const anchor = Buffer.from(
    JSON.stringify(['c2FsdHNhbHRzYWx0c2FsdA', 'anchor', invented.toString('base64url')]),
  ).toString('base64url')
  return { jwt: signJwt(key, header, JSON.parse(swapped(digestOf(anchor)))), anchor }
}

/** A presentation made without the product's code. */
export function show(
  request: PresentationRequest,
  jwt: string,
  disclosures: readonly string[],
  key: PrivateJwk,
  said: { nonce?: string; aud?: string; iat?: number } = {},
): string {
  const { nonce, client_id: aud } = request.authorizationRequestPayload as { nonce: string; client_id: string }
  const shown = `${[jwt, ...disclosures].join('~')}~`
  const now = Math.floor(Date.now() / 1000)
  return `${shown}${signJwt(key, { alg: 'ES256', typ: 'kb+jwt' }, { iat: now, aud, nonce, sd_hash: digestOf(shown), ...said })}`
}

function decode(part: string): Json {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as Json
}

function decodeArray(disclosure: string): unknown[] {
  return JSON.parse(Buffer.from(disclosure, 'base64url').toString()) as unknown[]
}
