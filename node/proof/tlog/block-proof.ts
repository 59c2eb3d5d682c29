/**
 * The proof that a block is in a ledger's transparency log, or follows a block that is: a C2SP `tlog-proof` with the
 * cosigned checkpoint. Its `extra` line has the headers from the logged block to the one before the proved block.
 * Why: docs/decisions/203.
 */
import { fromBase64, toBase64 } from '../../lib/base64.ts'
import { ByteReader, ByteWriter } from '../../lib/binary.ts'
import { ParseError, wrongLength, wrongValue } from '../../lib/parse-error.ts'
import { ProofError } from '../errors.ts'
import { blockHash, decodeHeader, encodeHeader, type Header } from '../header.ts'
import { checkParent } from '../light-client.ts'
import type { LedgerProfile } from '../profile.ts'
import { type VerifiedCheckpoint, verifyCheckpoint } from './checkpoint.ts'
import { HASH_LENGTH, leafHash, verifyInclusion } from './merkle.ts'
import { parseNoteKey } from './note.ts'

const FORMAT = 'c2sp.org/tlog-proof@v1'
/** The most headers between the logged block and the proved one: a minute of a ledger that seals each second. */
export const MAX_LINKS = 64
/** A path of a tree of 2^63 leaves. */
const MAX_PATH = 63
/** The most characters of a proof: its headers have up to 700 bytes each. */
export const MAX_LOG_PROOF = 65_535

export interface BlockProof {
  /** Height of the logged block. */
  readonly index: number
  readonly path: readonly Uint8Array[]
  /** The cosigned checkpoint, a signed note. */
  readonly note: string
  /** The logged block and its descendants, without the proved block. Empty if the proved block is the logged one. */
  readonly links: readonly Header[]
}

export const isLogProof = (statement: string): boolean => statement.startsWith(`${FORMAT}\n`)

export function formatBlockProof({ index, path, note, links }: BlockProof): string {
  const extra = new ByteWriter()
  for (const header of links) {
    const bytes = encodeHeader(header)
    extra.u16(bytes.length).put(bytes)
  }
  const lines = [
    FORMAT,
    ...(links.length === 0 ? [] : [`extra ${toBase64(extra.bytes())}`]),
    `index ${index}`,
    ...path.map(toBase64),
  ]
  return `${lines.join('\n')}\n\n${note}`
}

/** @throws {ParseError | ProofError} PARSE_VALUE, PARSE_LENGTH, PARSE_ENCODING, PROOF_MALFORMED */
export function parseBlockProof(text: string): BlockProof {
  if (text.length > MAX_LOG_PROOF) throw wrongLength('log proof', `at most ${MAX_LOG_PROOF} characters`, text.length)
  const end = text.indexOf('\n\n')
  const [format, ...lines] = text.slice(0, Math.max(0, end)).split('\n')
  if (format !== FORMAT) throw wrongValue('log proof', `not ${FORMAT}`)
  const extra = lines[0]?.startsWith('extra ') ? fromBase64((lines.shift() as string).slice('extra '.length)) : null
  const [, index] = /^index (0|[1-9]\d{0,15})$/.exec(lines.shift() ?? '') ?? []
  if (index === undefined) throw wrongValue('log proof', 'no index')
  if (lines.length > MAX_PATH) throw wrongLength('log proof', `at most ${MAX_PATH} hashes`, lines.length)
  const path = lines.map(fromBase64)
  if (!path.every(hash => hash.length === HASH_LENGTH)) throw wrongValue('log proof', 'a hash has not 32 bytes')
  return { index: Number(index), path, note: text.slice(end + 2), links: extra ? linksIn(extra) : [] }
}

function linksIn(extra: Uint8Array): Header[] {
  const input = new ByteReader(extra)
  const links: Header[] = []
  while (input.left > 0) {
    if (links.length === MAX_LINKS) throw wrongLength('log proof', `at most ${MAX_LINKS} headers`, links.length + 1)
    links.push(decodeHeader(input.take(input.u16())))
  }
  return links
}

export type LoggedProfile = Pick<LedgerProfile, 'log'>

/**
 * Checks that enough of the profile's log witnesses cosigned a tree that has this block or an ancestor of it, at most
 * `maxAge` before the block's time. Without log witnesses in the profile there is nothing to check.
 * @throws {ProofError} PROOF_LOG_MISSING
 */
export function checkLog(header: Header, statements: readonly string[], { log }: LoggedProfile): void {
  if (!log || log.quorum === 0) return
  let got = 0
  for (const text of statements) {
    if (!isLogProof(text)) continue
    try {
      const { cosignatures } = verifyBlockProof(text, header, log)
      const fresh = cosignatures.filter(({ time }) => time >= header.timestamp - log.maxAge)
      got = Math.max(got, fresh.length)
      if (got >= log.quorum) return
    } catch (error) {
      // An endpoint may send anything. A proof of another block proves nothing about this one.
      if (!(error instanceof ParseError) && !(error instanceof ProofError)) throw error
    }
  }
  throw new ProofError(
    { code: 'PROOF_LOG_MISSING', block: header.number, needed: log.quorum, got },
    `block ${header.number} is not in a checkpoint of the ledger's log that ${log.quorum} of its witnesses cosigned ` +
      `recently (${got} did). Wait for a newer head, or ask another endpoint.`,
  )
}

/**
 * @returns the checkpoint that has the block or an ancestor of it
 * @throws {ParseError | ProofError} if it does not prove that
 */
export function verifyBlockProof(
  text: string,
  header: Header,
  log: NonNullable<LedgerProfile['log']>,
): VerifiedCheckpoint {
  const { index, path, note, links } = parseBlockProof(text)
  const checkpoint = verifyCheckpoint(note, parseNoteKey(log.key), log.witnesses.map(parseNoteKey))
  const chain = [...links, header]
  for (const [i, child] of chain.entries()) {
    const parent = chain[i - 1]
    if (parent) checkParent(parent, child)
    else if (child.number !== index) throw wrongValue('log proof', 'its first header is not the logged block')
  }
  const leaf = leafHash(blockHash(chain[0] as Header))
  if (!verifyInclusion({ index, size: checkpoint.size }, leaf, path, checkpoint.root)) {
    throw wrongValue('log proof', 'the tree does not have the block')
  }
  return checkpoint
}
