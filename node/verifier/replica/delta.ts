/**
 * A delta contains the changes between two heads (docs/snapshot-format.md): the logs of the ledger, and the later head.
 * Why: docs/decisions/066.
 */
import { ByteReader, ByteWriter } from '../../lib/binary.ts'
import { equalBytes, fromHex, type Hex, toHex, utf8 } from '../../lib/bytes.ts'
import { malformed } from '../../proof/errors.ts'
import { checkChain } from '../../proof/light-client.ts'
import { type LoggedBlock, REGISTRIES, type RegistryLog } from '../../proof/registries/log.ts'
import { type HeadSection, readHead, writeHead } from './head.ts'
import { withProofErrors } from './state.ts'

const MAGIC = utf8('dojangD1')
const MAX_TOPICS = 4

export interface Delta {
  /** The head it continues. */
  readonly from: { readonly height: number; readonly hash: Hex }
  readonly section: HeadSection
  /** Blocks with logs, ascending, after `from` and up to the head. */
  readonly blocks: readonly LoggedBlock[]
}

export function encodeDelta(chainId: number, { from, section, blocks }: Delta): Uint8Array {
  const out = new ByteWriter().put(MAGIC).u64(chainId).u64(from.height).put(fromHex(from.hash))
  writeHead(out, section)
  out.u32(blocks.length)
  for (const { height, time, logs } of blocks) {
    out.u64(height).u40(time).u32(logs.length)
    for (const { registry, topics, data } of logs) {
      out
        .u8(REGISTRIES.indexOf(registry))
        .u8(topics.length)
        .put(...topics)
      out.u32(data.length).put(data)
    }
  }
  return out.bytes()
}

/**
 * Parses a delta. Nothing in it is verified.
 * @throws {ProofError} PROOF_MALFORMED, PROOF_WRONG_CHAIN
 */
export function parseDelta(bytes: Uint8Array, chainId: number): Delta {
  return withProofErrors('delta', () => {
    const input = new ByteReader(bytes)
    if (!equalBytes(input.take(MAGIC.length), MAGIC)) throw malformed('delta', 'it is not a delta of this version')
    checkChain(chainId, input.u64())
    const from = { height: input.count64(), hash: toHex(input.take(32)) }
    const section = readHead(input)
    const head = section.path.at(-1)?.number ?? 0
    let last = from.height
    const blocks = Array.from({ length: input.count(17) }, () => {
      const [height, time] = [input.count64(), input.u40()]
      if (height <= last || height > head) throw malformed('delta', 'its blocks are not in order')
      last = height
      return { height, time, logs: Array.from({ length: input.count(6) }, () => readLog(input)) }
    })
    input.end()
    return { from, section, blocks }
  })
}

function readLog(input: ByteReader): RegistryLog {
  const registry = REGISTRIES[input.u8()]
  const topics = input.u8()
  if (registry === undefined || topics > MAX_TOPICS) throw malformed('delta', 'a log of an unknown registry')
  return {
    registry,
    topics: Array.from({ length: topics }, () => input.take(32)),
    data: input.take(input.count(1)),
  }
}
