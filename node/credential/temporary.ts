/**
 * A card without an anchor, for a wallet that waits while the ledger is out of reach. It says so itself (claim
 * `anchor_pending`), and ends after 72 hours at most.
 * Why: docs/decisions/199.
 */
import { toBase64url, utf8 } from '../lib/bytes.ts'
import { type Sign, signatureOf } from '../lib/jose/jws.ts'
import { bufferedRandom, type Random, shuffle } from '../lib/random.ts'
import { TEMPORARY_SECONDS } from './dates.ts'
import { invalidInput } from './errors.ts'
import { type CredentialInput, checked, disclose, publicPart } from './payload.ts'
import { makeSalts, saltBytes } from './template.ts'

/** @throws {CredentialError} CREDENTIAL_INPUT_INVALID */
export function signTemporary(input: CredentialInput, sign: Sign, random: Random): string {
  const template = checked(input)
  if (input.exp - input.iat > TEMPORARY_SECONDS) {
    throw invalidInput('a card without an anchor is valid for 72 hours at most')
  }
  const count = template.selective.length
  const pool = bufferedRandom(random, saltBytes(count) + 4 * count)
  const { disclosures, digests, nested } = disclose(template, input.claims, makeSalts(count, pool), pool)
  const list = digests.length > 0 ? `"_sd":["${shuffle(digests, pool).join('","')}"],` : ''
  const text = `${publicPart(input, template, nested, '"anchor_pending":true,')}${list}"_sd_alg":"sha-256"}`
  const signingInput = `${input.header.text}.${toBase64url(utf8(text))}`
  return `${signingInput}.${signatureOf(signingInput, sign)}~${disclosures}`
}
