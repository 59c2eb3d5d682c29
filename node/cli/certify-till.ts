/** Certifies the key of a till with the registered key of a relying party (docs/relying-parties.md). */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { InvalidArgumentError } from 'commander'
import { importP256 } from '#crypto'
import { certificateKey } from '../credential/certificate.ts'
import { toX5c } from '../keys/certificates.ts'
import { makeTillCertificate } from '../keys/till-certificate.ts'
import { fromBase64 } from '../lib/base64.ts'
import { equalBytes } from '../lib/bytes.ts'
import { parseP256Jwk } from '../lib/jose/jwk.ts'
import { DAY, MINUTE, type UnixSeconds } from '../lib/time.ts'
import { TILL_TERM_LIMIT } from '../verifier/asker/till-certificate.ts'
import { CliError } from './errors.ts'
import { openSigner } from './signing-key.ts'

export interface CertifyOptions {
  readonly key: string
  readonly certificate: string
  readonly jwk: string
  readonly name: string
  readonly days: number
}

/** A wallet's clock may be behind ours. */
const CLOCK_TOLERANCE = 5 * MINUTE
/** Wallets refuse a longer term than `TILL_TERM_LIMIT`, with the tolerance. */
const MAX_DAYS = Math.floor((TILL_TERM_LIMIT - CLOCK_TOLERANCE) / DAY)

/** @returns `x5c` of the till's requests @throws {CliError} CLI_INPUT */
export async function certifyTill(options: CertifyOptions, now: UnixSeconds): Promise<readonly string[]> {
  const { key, certificate, jwk, name, days } = options
  const signer = openSigner(key)
  const registered = reading(certificate, 'it is no certificate of a P-256 key in PEM', pem => {
    const der = toX5c(pem)
    return { der, key: certificateKey(fromBase64(der)) }
  })
  if (!equalBytes(registered.key.spki, signer.publicKey.spki)) {
    throw unusable(certificate, 'it is the certificate of another key than the one given')
  }
  const till = reading(jwk, 'it is no public P-256 key as a JWK', text => importP256(parseP256Jwk(JSON.parse(text))))
  const term = { notBefore: now - CLOCK_TOLERANCE, notAfter: now + days * DAY }
  const random = (length: number) => new Uint8Array(randomBytes(length))
  return [await makeTillCertificate(signer, registered.der, { key: till, name, ...term }, random), registered.der]
}

function reading<T>(path: string, reason: string, parse: (text: string) => T): T {
  const text = readFileSync(path, 'utf8')
  try {
    return parse(text)
  } catch {
    // No cause: its message may quote the file, which may be a private key by mistake.
    throw unusable(path, reason)
  }
}

const unusable = (path: string, reason: string): CliError =>
  new CliError({ code: 'CLI_INPUT', path, reason }, `${path} cannot be used: ${reason}.`)

export function parseDays(text: string): number {
  const days = Number(text)
  if (/^\d{1,3}$/.test(text) && days >= 1 && days <= MAX_DAYS) return days
  throw new InvalidArgumentError(`days are a number from 1 to ${MAX_DAYS}.`)
}
