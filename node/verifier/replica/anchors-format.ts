/** The anchors part in a snapshot file (docs/snapshot-format.md, anchors part). */
import { type ByteReader, ByteWriter } from '../../lib/binary.ts'
import { fromHex, type Hex, toHex } from '../../lib/bytes.ts'
import { malformed } from '../../proof/errors.ts'
import type { AnchorsPart } from './anchors.ts'
import { requireAscending } from './ascending.ts'

const DISOWNED = 1

export function encodeAnchors(part: AnchorsPart): Uint8Array {
  const out = new ByteWriter().put(fromHex(part.authority))
  const purposes = [...new Set(Array.from(part.all(), ({ purpose }) => purpose))].sort()
  out.u16(purposes.length).put(...purposes.map(fromHex))
  const numbers = new Map(purposes.map((purpose, i) => [purpose, i]))
  out.u32(part.heads.size)
  for (const [org, { chain }] of [...part.heads].sort(([a], [b]) => a - b)) {
    const batches = part.of(org)
    out.u32(org).put(fromHex(chain)).u32(batches.length)
    for (const { purpose, root, time, count, disowned } of batches) {
      out
        .u8(disowned ? DISOWNED : 0)
        .u16(numbers.get(purpose) as number)
        .u40(time)
        .u32(count)
        .put(fromHex(root))
    }
  }
  return out.bytes()
}

/** Fills an empty part. @throws {ParseError | ProofError} PROOF_MALFORMED */
export function decodeAnchors(input: ByteReader, part: AnchorsPart): void {
  part.setAuthority(toHex(input.take(20)))
  const known = requireAscending('purposes', (a: Hex, b) => (a < b ? -1 : 1))
  const purposes = Array.from({ length: input.u16() }, () => known(toHex(input.take(32))))
  const unused = new Set(purposes)
  const order = requireAscending('organisations', (a: number, b) => a - b)
  for (let left = input.count(40); left > 0; left--) {
    const org = order(input.u32())
    const chain = toHex(input.take(32))
    const batches = input.count(44)
    let leaves = 0n
    if (batches === 0) throw malformed('anchors', 'an organisation without a batch')
    for (let batch = 1; batch <= batches; batch++) {
      const [flags, purpose] = [input.u8(), purposes[input.u16()]]
      if (purpose === undefined || flags > DISOWNED)
        throw malformed('anchors', 'a batch with an unknown purpose or flag')
      const [time, count, root] = [input.u40(), input.u32(), toHex(input.take(32))]
      leaves += BigInt(count)
      unused.delete(purpose)
      part.add(org, { purpose, root, time, batch, count, disowned: flags === DISOWNED })
    }
    part.setHead(org, { chain, leaves, batches })
  }
  if (unused.size > 0) throw malformed('anchors', 'a purpose without a batch')
}
