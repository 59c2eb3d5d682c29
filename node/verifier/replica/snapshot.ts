/**
 * The snapshot file (docs/snapshot-format.md): the three parts of a replica, and the proof that they are complete.
 * Why: docs/decisions/066.
 */
import { ByteReader, ByteWriter } from '../../lib/binary.ts'
import { equalBytes, utf8 } from '../../lib/bytes.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { malformed } from '../../proof/errors.ts'
import type { Header } from '../../proof/header.ts'
import { checkChain, type TrustedHead } from '../../proof/light-client.ts'
import { decodeAnchors, encodeAnchors } from './anchors-format.ts'
import { type HeadSection, type ReplicaProfile, readHead, verifyHead, writeHead } from './head.ts'
import { ReplicaState, withProofErrors } from './state.ts'
import { decodeStatuses, encodeStatuses, type SnapshotVersion } from './status-format.ts'
import { decodeTrust, encodeTrust } from './trust-format.ts'

/** Both versions are read, and the last one is written. Why: docs/decisions/130. */
const MAGIC: Readonly<Record<SnapshotVersion, Uint8Array>> = { 1: utf8('dojangS1'), 2: utf8('dojangS2') }
/** The largest snapshot. The statuses of 200 million cards need 64 MB. */
const MAX_SNAPSHOT = 1 << 30

export interface SnapshotOptions {
  /**
   * False omits the anchors, which grow with every batch. Questions about them are then answered with "not covered".
   */
  readonly anchors?: boolean
}

export function encodeSnapshot(
  { chainId }: Pick<ReplicaProfile, 'chainId'>,
  section: HeadSection,
  state: ReplicaState,
  { anchors = true }: SnapshotOptions = {},
): Uint8Array {
  const out = new ByteWriter().put(MAGIC[2]).u64(chainId)
  writeHead(out, section)
  const parts = [encodeTrust(state.trust), encodeStatuses(state.status)]
  if (anchors && state.anchors) parts.push(encodeAnchors(state.anchors))
  out.u8(parts.length)
  for (const part of parts) out.u32(part.length).put(part)
  return out.bytes()
}

export interface OpenedSnapshot {
  readonly head: TrustedHead
  readonly section: HeadSection
  readonly state: ReplicaState
}

/**
 * Reads an untrusted snapshot and proves it: its head follows from the trusted head, and each part is exactly what that
 * head commits to.
 * @param trusted the profile's checkpoint, or a later head that was proved before
 * @throws {ProofError} PROOF_MALFORMED, PROOF_WRONG_CHAIN, PROOF_ROLLBACK, PROOF_INCOMPLETE, and as `followHeader` does
 */
export function openSnapshot(
  bytes: Uint8Array,
  profile: ReplicaProfile,
  trusted: TrustedHead,
  now: UnixSeconds,
): OpenedSnapshot {
  return withProofErrors('snapshot', () => {
    const { version, section, input } = readSnapshotHead(bytes, profile)
    const { head, roots } = verifyHead(trusted, section, profile, now)
    const parts = input.u8()
    if (parts !== 2 && parts !== 3) throw malformed('snapshot', 'two or three parts are expected')
    const state = new ReplicaState(profile, parts === 3)
    const { trust, status, anchors } = state
    readPart(input, content => decodeTrust(content, trust))
    readPart(input, content => decodeStatuses(content, status, version))
    if (anchors) readPart(input, content => decodeAnchors(content, anchors))
    input.end()
    state.prove(roots)
    state.undoLog.start()
    return { head, section, state }
  })
}

function readPart(input: ByteReader, decode: (content: ByteReader) => void): void {
  const content = new ByteReader(input.take(input.count(1)))
  decode(content)
  content.end()
}

/**
 * The headers of a snapshot. They are not verified.
 * @throws {ProofError} PROOF_MALFORMED, PROOF_WRONG_CHAIN
 */
export function snapshotPath(bytes: Uint8Array, profile: Pick<ReplicaProfile, 'chainId'>): readonly Header[] {
  return withProofErrors('snapshot', () => readSnapshotHead(bytes, profile).section.path)
}

function readSnapshotHead(bytes: Uint8Array, { chainId }: Pick<ReplicaProfile, 'chainId'>) {
  if (bytes.length > MAX_SNAPSHOT) throw malformed('snapshot', `more than ${MAX_SNAPSHOT} bytes`)
  const input = new ByteReader(bytes)
  const magic = input.take(8)
  const version = ([1, 2] as const).find(each => equalBytes(magic, MAGIC[each]))
  if (version === undefined) throw malformed('snapshot', 'it is no snapshot of a version that this program reads')
  checkChain(chainId, input.u64())
  return { version, section: readHead(input), input }
}
