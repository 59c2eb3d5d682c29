/**
 * The ledger profile: everything that a verifier or auditor trusts. It is a compact ES256 JWS, and verifiers pin the
 * thumbprint of its signing key. Of two profiles with the same key, the one with the higher version is valid.
 */
import { importP256 } from '#crypto'
import type { Hex } from '../lib/bytes.ts'
import { parseP256Jwk, thumbprint } from '../lib/jose/jwk.ts'
import { isSignedBy, type JwsKind, parseJws } from '../lib/jose/jws.ts'
import type { JsonObject } from '../lib/json.ts'
import { ParseError } from '../lib/parse-error.ts'
import type { UnixSeconds } from '../lib/time.ts'
import { ProofError } from './errors.ts'
import { COSIGNATURE_V1, ED25519, parseNoteKey } from './tlog/note.ts'

export const PROFILE_JWS: JwsKind = { typ: 'dojang-ledger+jwt', numbers: 'any' }

export const CONTRACTS = ['accessManager', 'trustRegistry', 'anchorLog', 'statusRegistry'] as const
export type ContractName = (typeof CONTRACTS)[number]

export interface DeployedContract {
  readonly address: Hex
  /** keccak-256 of the deployed code. */
  readonly codeHash: Hex
  /** The height of the block in which it was deployed. */
  readonly block: number
}

/** Beside the followers: witnesses that know nothing of blocks, and cosign that the log only grows. */
export interface LogTerms {
  /** Note key (C2SP signed-note) that signs the heads of the log. Its name is the origin. */
  readonly key: string
  /** Note keys of its witnesses. */
  readonly witnesses: readonly string[]
  /** How many of them must have cosigned a tree with a head, or with an ancestor of it, before the head is trusted. */
  readonly quorum: number
  /** Seconds that the cosignatures may be older than the head. */
  readonly maxAge: number
}

export interface LedgerProfile {
  /** Increases with every change. */
  readonly version: number
  readonly chainId: number
  readonly genesis: Hex
  readonly contracts: Readonly<Record<ContractName, DeployedContract>>
  /** `none`: a development engine without seals. A verifier can only ask a trusted node, and its verdicts say so. */
  readonly seals: 'qbft' | 'none'
  /** The addresses of the validators at the checkpoint. */
  readonly validators: readonly Hex[]
  readonly checkpoint: { readonly height: number; readonly hash: Hex; readonly time: UnixSeconds }
  /**
   * Thumbprints (RFC 7638) of the witnesses' keys, and how many of them must have signed a head before it is trusted.
   */
  readonly witnesses: { readonly keys: readonly string[]; readonly quorum: number }
  /** The ledger's transparency log. Profiles of earlier versions name none. */
  readonly log?: LogTerms
  /** The longest time between two blocks, in seconds. */
  readonly heartbeat: number
  /** The URLs that serve heads, snapshots and status lists. */
  readonly endpoints: readonly string[]
}

/**
 * @param pinned thumbprint (RFC 7638) of the profile's signing key, from another source than the profile
 * @param minVersion the highest version seen so far: an older one may name validators that are no longer trusted
 * @throws {ProofError} PROOF_PROFILE_INVALID
 */
export function verifyProfile(text: string, pinned: string, minVersion = 0): LedgerProfile {
  const { profile, signer } = openProfile(text)
  if (signer !== pinned) throw invalid('it is signed by another key than the pinned one')
  checkVersion(profile, minVersion)
  return profile
}

/** @throws {ProofError} PROOF_PROFILE_INVALID if a higher version was seen before */
export function checkVersion({ version }: Pick<LedgerProfile, 'version'>, minVersion: number): void {
  if (version < minVersion) throw invalid(`it is version ${version}, and version ${minVersion} was seen before`)
}

/**
 * For the first use, before a key is pinned: the profile, and the key to show to a person or to pin.
 * @throws {ProofError} PROOF_PROFILE_INVALID
 */
export function openProfile(text: string): { profile: LedgerProfile; signer: string } {
  try {
    const jws = parseJws(text, PROFILE_JWS)
    const jwk = parseP256Jwk(jws.header.jwk)
    if (!isSignedBy(jws, importP256(jwk))) throw invalid('its signature is wrong')
    return { profile: parseProfile(jws.payload), signer: thumbprint(jwk) }
  } catch (error) {
    if (error instanceof ParseError) throw invalid(error.message)
    throw error
  }
}

function parseProfile(payload: JsonObject): LedgerProfile {
  const at = object(payload.checkpoint, 'checkpoint')
  const contracts = object(payload.contracts, 'contracts')
  const seals = payload.seals
  if (seals !== 'qbft' && seals !== 'none') throw invalid('seals is neither "qbft" nor "none"')
  const validators = list(payload.validators, 'validators').map(value => hex(value, 20, 'a validator'))
  if (seals === 'qbft' && validators.length === 0) throw invalid('it names no validator')
  return {
    version: integer(payload.version, 'version'),
    chainId: integer(payload.chainId, 'chainId'),
    genesis: hex(payload.genesis, 32, 'genesis'),
    contracts: Object.fromEntries(
      CONTRACTS.map(name => {
        const { address, codeHash, block } = object(contracts[name], name)
        const deployed = {
          address: hex(address, 20, `${name}.address`),
          codeHash: hex(codeHash, 32, `${name}.codeHash`),
          block: integer(block, `${name}.block`),
        }
        return [name, deployed]
      }),
    ) as Record<ContractName, DeployedContract>,
    seals,
    validators,
    checkpoint: {
      height: integer(at.height, 'checkpoint.height'),
      hash: hex(at.hash, 32, 'checkpoint.hash'),
      time: integer(at.time, 'checkpoint.time'),
    },
    witnesses: witnessesOf(payload.witnesses),
    ...(payload.log !== undefined && { log: logOf(payload.log) }),
    heartbeat: integer(payload.heartbeat, 'heartbeat'),
    endpoints: list(payload.endpoints, 'endpoints').map(value => text(value, 'an endpoint')),
  }
}

function witnessesOf(value: unknown): LedgerProfile['witnesses'] {
  const witnesses = object(value, 'witnesses')
  const keys = list(witnesses.keys, 'witnesses.keys').map(key => text(key, 'a witness key'))
  const quorum = integer(witnesses.quorum, 'witnesses.quorum')
  if (new Set(keys).size !== keys.length) throw invalid('it names a witness twice')
  if (quorum > keys.length) throw invalid('its quorum is larger than its number of witnesses')
  return { keys, quorum }
}

function logOf(value: unknown): LogTerms {
  const log = object(value, 'log')
  const witnesses = list(log.witnesses, 'log.witnesses').map(key => text(key, 'a log witness'))
  const quorum = integer(log.quorum, 'log.quorum')
  const key = text(log.key, 'log.key')
  if (parseNoteKey(key).type !== ED25519 || witnesses.some(each => parseNoteKey(each).type !== COSIGNATURE_V1)) {
    throw invalid('a key of its log has another type')
  }
  if (new Set(witnesses).size !== witnesses.length) throw invalid('it names a log witness twice')
  if (quorum > witnesses.length) throw invalid('its log quorum is larger than its number of log witnesses')
  return { key, witnesses, quorum, maxAge: integer(log.maxAge, 'log.maxAge') }
}

function invalid(reason: string): ProofError {
  return new ProofError(
    { code: 'PROOF_PROFILE_INVALID', reason },
    `The ledger profile cannot be used: ${reason}. Get it again from the authority.`,
  )
}

function object(value: unknown, name: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(`${name} is missing`)
  return value as JsonObject
}

function list(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(`${name} is not a list`)
  return value
}

function integer(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw invalid(`${name} is not an integer`)
  return value
}

function text(value: unknown, name: string): string {
  if (typeof value !== 'string') throw invalid(`${name} is not a text`)
  return value
}

function hex(value: unknown, length: number, name: string): Hex {
  if (typeof value !== 'string' || !/^0x[0-9a-f]*$/.test(value) || value.length !== 2 + 2 * length) {
    throw invalid(`${name} is not ${length} bytes in lower-case hex`)
  }
  return value as Hex
}
