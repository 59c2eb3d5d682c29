/**
 * A key's statement that it is to be registered for an organisation, signed by that key. The contract registers any key
 * id, once and for ever: without a proof of possession somebody could have a competitor's key registered as their own,
 * before its owner does.
 * Why: docs/decisions/085.
 */
import { readFileSync } from 'node:fs'
import { importP256, sha256 } from '#crypto'
import type { SoftwareSigner } from '../../keys/signer.ts'
import { type Hex, toHex } from '../../lib/bytes.ts'
import { parseP256Jwk } from '../../lib/jose/jwk.ts'
import { isSignedBy, parseJws, signJws } from '../../lib/jose/jws.ts'
import type { ActKind } from '../../registries/governance/acts.ts'
import { CliError } from '../errors.ts'
import type { OpenRegistries } from './open-registries.ts'

const KIND = { typ: 'dojang-key-statement+jwt' }

/** What the key states. */
export interface KeyStatement {
  readonly org: number
  /** Bits: `KeyUse`. */
  readonly uses: number
  readonly chainId: number
  /** Address of TrustRegistry. */
  readonly registry: string
}

/** @returns a compact JWS whose header contains the public key */
export function createKeyStatement({ org, uses, chainId, registry }: KeyStatement, signer: SoftwareSigner): string {
  const payload = { org, uses, chain_id: chainId, registry: registry.toLowerCase() }
  return signJws({ ...KIND, jwk: signer.publicKey.jwk }, payload, data => signer.sign(data))
}

/** @throws {CliError} CLI_USAGE unless the key with that id signed exactly this statement */
export function verifyKeyStatement(text: string, keyId: Hex, expected: KeyStatement): void {
  const wrong = (why: string, cause?: unknown) =>
    new CliError({ code: 'CLI_USAGE' }, `The statement of the key cannot be used: ${why}. Nothing was sent.`, { cause })
  let jws: ReturnType<typeof parseJws>
  let key: ReturnType<typeof importP256>
  try {
    jws = parseJws(text.trim(), KIND)
    key = importP256(parseP256Jwk(jws.header.jwk))
  } catch (cause) {
    throw wrong('it is not a statement that "dojang key statement" made', cause)
  }
  if (toHex(sha256(key.spki)) !== keyId.toLowerCase()) throw wrong(`it is of another key than ${keyId}`)
  if (!isSignedBy(jws, key)) throw wrong('its signature is not valid')
  const { org, uses, chain_id: chainId, registry } = jws.payload
  if (chainId !== expected.chainId || registry !== expected.registry.toLowerCase())
    throw wrong('it is for another ledger')
  if (org !== expected.org) throw wrong(`it is for organisation ${String(Number(org))}, not ${expected.org}`)
  if (uses !== expected.uses) throw wrong('it is for other uses')
}

/**
 * An act that registers a key needs the statement of that key; other acts need none.
 * @param values in the order of the function's inputs
 * @throws {CliError} CLI_USAGE
 */
export function requireStatement(
  { profile, addresses }: OpenRegistries,
  { fragment: { name, inputs } }: ActKind,
  values: readonly unknown[],
  file: string | undefined,
): void {
  if (name !== 'registerKey') return
  if (file === undefined) {
    throw new CliError(
      { code: 'CLI_USAGE' },
      'registerKey needs the statement of that key: --statement FILE. Its owner makes it with "dojang key statement". ' +
        'Nothing was sent.',
    )
  }
  const { org, keyId, uses } = Object.fromEntries(inputs.map((input, i) => [input.name, values[i]]))
  verifyKeyStatement(readFileSync(file, 'utf8'), keyId as Hex, {
    ...{ org: Number(org), uses: Number(uses) },
    ...{ chainId: profile.chainId, registry: addresses.trustRegistry },
  })
}
