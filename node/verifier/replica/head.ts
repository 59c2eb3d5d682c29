/**
 * The head section of snapshots and deltas: headers for the light client, and the proofs of the registries' accounts
 * under the last one.
 */
import type { ByteReader, ByteWriter } from '../../lib/binary.ts'
import { fromUtf8, toHex, utf8 } from '../../lib/bytes.ts'
import { ParseError } from '../../lib/parse-error.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { verifyContract } from '../../proof/contract.ts'
import { malformed } from '../../proof/errors.ts'
import { decodeHeader, encodeHeader, type Header } from '../../proof/header.ts'
import { followPath, type TrustedHead } from '../../proof/light-client.ts'
import type { LedgerProfile } from '../../proof/profile.ts'
import { REGISTRIES, type RegistryName } from '../../proof/registries/log.ts'
import { checkWitnesses } from '../../proof/witness.ts'
import type { StorageRoots } from './state.ts'

export interface HeadSection {
  /** Oldest first. The state is that of the last one. */
  readonly path: readonly Header[]
  readonly accountProofs: Readonly<Record<RegistryName, readonly Uint8Array[]>>
  /** Statements of witnesses about the last header, if the profile requires them. */
  readonly witnesses: readonly string[]
}

export type ReplicaProfile = Pick<
  LedgerProfile,
  'chainId' | 'contracts' | 'validators' | 'checkpoint' | 'genesis' | 'witnesses' | 'log'
>

export function writeHead(out: ByteWriter, { path, accountProofs, witnesses }: HeadSection): void {
  out.u8(path.length)
  for (const header of path) {
    const bytes = encodeHeader(header)
    out.u32(bytes.length).put(bytes)
  }
  for (const name of REGISTRIES) {
    const nodes = accountProofs[name]
    out.u8(nodes.length)
    for (const node of nodes) out.u16(node.length).put(node)
  }
  out.u8(witnesses.length)
  for (const text of witnesses) {
    const bytes = utf8(text)
    out.u16(bytes.length).put(bytes)
  }
}

/** @throws {ParseError | ProofError} PROOF_MALFORMED */
export function readHead(input: ByteReader): HeadSection {
  const path = Array.from({ length: input.u8() }, () => decodeHeader(input.take(input.count(1))))
  if (path.length === 0) throw malformed('head section', 'it contains no header')
  const proofs = REGISTRIES.map(name => {
    const nodes = Array.from({ length: input.u8() }, () => input.take(input.u16()))
    return [name, nodes] as const
  })
  const witnesses = Array.from({ length: input.u8() }, () => statement(input.take(input.u16())))
  return { path, witnesses, accountProofs: Object.fromEntries(proofs) as unknown as HeadSection['accountProofs'] }
}

/**
 * Follows the headers and returns the storage roots under the last one.
 * @throws {ProofError} as `followHeader`, `checkWitnesses` and `verifyContract` do
 */
export function verifyHead(
  trusted: TrustedHead,
  { path, accountProofs, witnesses }: HeadSection,
  profile: ReplicaProfile,
  now: UnixSeconds,
): { head: TrustedHead; roots: StorageRoots } {
  const head = followPath(trusted, path, now)
  const last = path.at(-1) as Header
  checkWitnesses(last, witnesses, profile)
  const roots = REGISTRIES.map(
    name => [name, toHex(verifyContract(last.stateRoot, profile.contracts[name], accountProofs[name]))] as const,
  )
  return { head, roots: Object.fromEntries(roots) as unknown as StorageRoots }
}

function statement(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes)
  } catch (error) {
    throw error instanceof ParseError ? malformed('head section', 'a statement is not UTF-8', error) : error
  }
}
