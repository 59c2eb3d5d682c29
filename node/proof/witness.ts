/**
 * Statements of witnesses about heads (docs/follower.md). A witness is not a validator. It executed the ledger up to a
 * block and states the hash that it computed. Validators who seal two histories would need witnesses for both. A
 * statement is a compact ES256 JWS.
 */
import { importP256 } from '#crypto'
import type { Hex } from '../lib/bytes.ts'
import { toHex } from '../lib/bytes.ts'
import { parseP256Jwk, thumbprint } from '../lib/jose/jwk.ts'
import { isSignedBy, type JwsKind, parseJws } from '../lib/jose/jws.ts'
import { ParseError } from '../lib/parse-error.ts'
import type { UnixSeconds } from '../lib/time.ts'
import { ProofError } from './errors.ts'
import { blockHash, type Header } from './header.ts'
import type { LedgerProfile } from './profile.ts'
import { checkLog } from './tlog/block-proof.ts'

/** The most characters of a statement. Those of this program have about 500. */
export const MAX_STATEMENT = 2048
export const HEAD_JWS: JwsKind = { typ: 'dojang-head+jwt', maxLength: MAX_STATEMENT, numbers: 'any' }

export interface WitnessedHead {
  readonly chainId: number
  readonly genesis: Hex
  readonly height: number
  readonly hash: Hex
  readonly time: UnixSeconds
}

export type WitnessProfile = Pick<LedgerProfile, 'chainId' | 'genesis' | 'witnesses' | 'log'>

/**
 * Verifies a statement of a witness.
 * @returns the head and the witness's key (RFC 7638 thumbprint); null if it is not a statement of a witness of this
 * ledger
 */
export function verifyWitnessedHead(
  text: string,
  { chainId, genesis, witnesses }: WitnessProfile,
): { head: WitnessedHead; witness: string } | null {
  try {
    const jws = parseJws(text, HEAD_JWS)
    const jwk = parseP256Jwk(jws.header.jwk)
    const witness = thumbprint(jwk)
    if (!witnesses.keys.includes(witness)) return null
    if (!isSignedBy(jws, importP256(jwk))) return null
    const head = jws.payload as unknown as WitnessedHead
    if (head.chainId !== chainId || head.genesis !== genesis) return null
    if (!Number.isSafeInteger(head.height) || !/^0x[0-9a-f]{64}$/.test(head.hash)) return null
    return { head, witness }
  } catch (error) {
    if (error instanceof ParseError) return null
    throw error
  }
}

/** Whether a head needs followers or witnesses of the log under this profile. */
export const needsStatements = ({ witnesses, log }: Pick<LedgerProfile, 'witnesses' | 'log'>): boolean =>
  witnesses.quorum > 0 || (log !== undefined && log.quorum > 0)

/**
 * Checks that enough witnesses of the profile signed this header, and that it is in the log or follows a block that is.
 * @throws {ProofError} PROOF_WITNESS_MISSING, PROOF_LOG_MISSING; PROOF_EQUIVOCATION if a witness states another block of that height
 */
export function checkWitnesses(header: Header, statements: readonly string[], profile: WitnessProfile): void {
  checkLog(header, statements, profile)
  const { quorum } = profile.witnesses
  if (quorum === 0) return
  const hash = toHex(blockHash(header))
  const agreeing = new Set<string>()
  for (const text of statements) {
    const said = verifyWitnessedHead(text, profile)
    if (said === null || said.head.height !== header.number) continue
    if (said.head.hash !== hash) {
      const detail = { code: 'PROOF_EQUIVOCATION', block: header.number, trusted: said.head.hash, shown: hash } as const
      const message = `a witness has a different block ${header.number}, ${said.head.hash}. Keep both and inform the authority.`
      throw new ProofError(detail, message)
    }
    agreeing.add(said.witness)
    // The quorum is reached, so the other statements need no check.
    if (agreeing.size >= quorum) return
  }
  const detail = { code: 'PROOF_WITNESS_MISSING', block: header.number, needed: quorum, got: agreeing.size } as const
  throw new ProofError(
    detail,
    `block ${header.number} has ${agreeing.size} of the ${quorum} witnesses that the ledger profile requires. ` +
      'Wait for a newer head, or ask another endpoint.',
  )
}
