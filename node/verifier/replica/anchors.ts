/** The anchors part of a replica: every batch ever anchored. */
import { type ByteReader, ByteWriter } from '../../lib/binary.ts'
import { fromHex, type Hex, toHex } from '../../lib/bytes.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { malformed } from '../../proof/errors.ts'
import { AUTHORITY_SLOT, headSlot, receiptSlot, slotAfter } from '../../proof/slots.ts'
import { packHead, packReceipt, type ReceiptWord } from '../../proof/words.ts'
import type { Journal } from './journal.ts'
import { addressIn, type EventReader } from './logs.ts'
import { ascending } from './order.ts'
import { Storage } from './storage.ts'

interface Batch extends ReceiptWord {
  readonly purpose: Hex
  readonly root: Hex
}

interface Line {
  /** Running hash. It cannot be recomputed without every manifest; the storage proof vouches for it. */
  readonly chain: Uint8Array
  readonly credentials: bigint
  readonly batches: number
}

const DISOWNED = 1
const batchKey = (org: number, purpose: Hex, root: Hex): string => `${org}/${purpose}/${root}`

export class AnchorsPart {
  readonly #batches = new Map<string, Batch>()
  /** By organisation and number, which is the order of the file. */
  readonly #order = new Map<number, string[]>()
  readonly #lines = new Map<number, Line>()
  readonly #authority = new Map<'authority', Hex>()
  readonly #storage: Storage

  constructor(private readonly journal: Journal) {
    this.#storage = new Storage(journal)
  }

  get root(): Hex {
    return this.#storage.root
  }

  get size(): number {
    return this.#batches.size
  }

  find(org: number, purpose: Hex, root: Hex): ReceiptWord | undefined {
    return this.#batches.get(batchKey(org, purpose, root))
  }

  /** @throws {ProofError} PROOF_MALFORMED for an event that cannot follow what came before */
  apply(event: EventReader, time: UnixSeconds): void {
    if (event.name === 'AuthorityUpdated') {
      this.#setAuthority(addressIn(event.word(0)))
      return
    }
    if (event.name !== 'Anchored' && event.name !== 'Disowned') {
      throw malformed('log', `the anchor log emits no ${event.name}`)
    }
    const org = event.indexedNumber(0)
    const [purpose, root] = [toHex(event.indexed(1)), toHex(event.indexed(2))]
    if (event.name === 'Anchored') {
      const [batch, count] = [event.number(0), event.number(1)]
      const credentials = (this.#lines.get(org)?.credentials ?? 0n) + BigInt(count)
      this.#add(org, { purpose, root, time, batch, count, disowned: false })
      this.#setLine(org, { chain: event.word(3).slice(), credentials, batches: batch })
      return
    }
    const found = this.#batches.get(batchKey(org, purpose, root))
    const line = this.#lines.get(org)
    if (!found || !line) throw malformed('log', 'it disowns a batch that is not there')
    this.#put(org, { ...found, disowned: true })
    this.#setLine(org, { ...line, chain: event.word(1).slice() })
  }

  /** docs/snapshot-format.md, anchors part. */
  encode(): Uint8Array {
    const out = new ByteWriter().put(fromHex(this.#authority.get('authority') ?? `0x${'0'.repeat(40)}`))
    const purposes = [...new Set([...this.#batches.values()].map(({ purpose }) => purpose))].sort()
    out.u16(purposes.length).put(...purposes.map(fromHex))
    const numbers = new Map(purposes.map((purpose, i) => [purpose, i]))
    out.u32(this.#lines.size)
    for (const [org, { chain }] of [...this.#lines].sort(([a], [b]) => a - b)) {
      const keys = this.#order.get(org) ?? []
      out.u32(org).put(chain).u32(keys.length)
      for (const key of keys) {
        const { purpose, root, time, count, disowned } = this.#batches.get(key) as Batch
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

  /** Into an empty part. @throws {ParseError | ProofError} PROOF_MALFORMED */
  decode(input: ByteReader): void {
    this.#setAuthority(toHex(input.take(20)))
    const known = ascending('purposes', (a: Hex, b) => (a < b ? -1 : 1))
    const purposes = Array.from({ length: input.u16() }, () => known(toHex(input.take(32))))
    const unused = new Set(purposes)
    const order = ascending('organisations', (a: number, b) => a - b)
    for (let lines = input.count(40); lines > 0; lines--) {
      const org = order(input.u32())
      const chain = input.take(32)
      const batches = input.count(44)
      let credentials = 0n
      if (batches === 0) throw malformed('anchors', 'an organisation without a batch')
      for (let batch = 1; batch <= batches; batch++) {
        const [flags, purpose] = [input.u8(), purposes[input.u16()]]
        if (purpose === undefined || flags > DISOWNED) throw malformed('anchors', 'a batch of no known kind')
        const [time, count, root] = [input.u40(), input.u32(), toHex(input.take(32))]
        credentials += BigInt(count)
        unused.delete(purpose)
        this.#add(org, { purpose, root, time, batch, count, disowned: flags === DISOWNED })
      }
      this.#setLine(org, { chain, credentials, batches })
    }
    if (unused.size > 0) throw malformed('anchors', 'a purpose without a batch')
  }

  #add(org: number, batch: Batch): void {
    const key = batchKey(org, batch.purpose, batch.root)
    const keys = this.#order.get(org) ?? []
    if (batch.batch !== keys.length + 1 || this.#batches.has(key)) throw malformed('anchors', 'batches count from 1')
    this.#order.set(org, keys)
    keys.push(key)
    this.journal.note(() => keys.pop())
    this.#put(org, batch)
  }

  #put(org: number, batch: Batch): void {
    this.journal.put(this.#batches, batchKey(org, batch.purpose, batch.root), batch)
    this.#storage.write(receiptSlot(org, batch.purpose, batch.root), packReceipt(batch))
  }

  #setLine(org: number, line: Line): void {
    this.journal.put(this.#lines, org, line)
    const slot = headSlot(org)
    this.#storage.write(slot, packHead(line.batches, line.credentials))
    this.#storage.write(slotAfter(slot, 1), line.chain)
  }

  #setAuthority(authority: Hex): void {
    this.journal.put(this.#authority, 'authority', authority)
    this.#storage.write(AUTHORITY_SLOT, BigInt(authority))
  }
}
