/**
 * The ledger as a transparency log: its block hashes in a tree, the head of the tree signed and cosigned by witnesses. It is
 * one history for whoever asks, because each witness cosigns only a tree that contains the one before.
 * Why: docs/decisions/203.
 */

import type { NoteSigner } from '../../keys/note-signer.ts'
import { fromHex, type Hex, toBase64url, toHex, toQuantity } from '../../lib/bytes.ts'
import { Lock } from '../../lib/lock.ts'
import type { Clock, UnixSeconds } from '../../lib/time.ts'
import type { Warn } from '../../lib/warn.ts'
import { type Header, parseHeader } from '../../proof/header.ts'
import { formatBlockProof, MAX_LINKS } from '../../proof/tlog/block-proof.ts'
import { signCheckpoint, verifyCheckpoint, withSignature } from '../../proof/tlog/checkpoint.ts'
import { consistencyProof, inclusionProof } from '../../proof/tlog/merkle.ts'
import type { NoteSignature } from '../../proof/tlog/note.ts'
import { parseTilePath } from '../../proof/tlog/tiles.ts'
import { Bucket } from '../../store/buckets.ts'
import { jsonCodec, type Store, Table, textCodec } from '../../store/store.ts'
import { LedgerError } from '../errors.ts'
import type { Ledger } from '../ledger.ts'
import { LogTree } from './log-tree.ts'
import { type Fetcher, type WitnessAddress, WitnessClient } from './witness-client.ts'

export interface TransparencyLogOptions {
  readonly ledger: Ledger
  readonly store: Store
  readonly signer: NoteSigner
  readonly witnesses: readonly WitnessAddress[]
  /** Witnesses that must have cosigned a checkpoint before it is published. */
  readonly quorum: number
  readonly clock: Clock
  readonly fetcher: Fetcher
  readonly warn: Warn
  /** Logs that the ledger has another history than the log. */
  readonly alarm: Warn
}

/** The newest checkpoint that was signed, on disk before anybody gets it: no other of its size is ever signed. */
interface Signed {
  readonly size: number
  /** base64url */
  readonly root: string
  readonly note: string
}

export interface PublishedCheckpoint {
  readonly size: number
  readonly note: string
  readonly time: UnixSeconds
}

const SIGNED = 'transparency log'
const PUBLISHED = 'transparency log, published'
/** Blocks that are read at once, and those of one commit. */
const READ = 64
const COMMIT = 4096
/** Seconds after which the same tree is cosigned once more, so that its cosignatures do not become too old. */
const COSIGN_AGAIN = 60

export class TransparencyLog {
  readonly #signed: Table<string, Signed>
  readonly #published: Table<string, PublishedCheckpoint>
  readonly #clients: readonly WitnessClient[]
  readonly #lock = new Lock()
  readonly #tree: LogTree

  #fork: LedgerError | null = null
  #newest: PublishedCheckpoint | null

  constructor(private readonly options: TransparencyLogOptions) {
    const { store, witnesses, fetcher } = options
    this.#signed = new Table(store, Bucket.meta, textCodec, jsonCodec())
    this.#published = new Table(store, Bucket.meta, textCodec, jsonCodec())
    this.#tree = new LogTree(store, this.#signed.get(SIGNED)?.size ?? 0)
    this.#newest = this.#stored()
    this.#clients = witnesses.map(address => new WitnessClient(address, fetcher))
  }

  /** The newest checkpoint with enough cosignatures; null before the first. */
  get published(): PublishedCheckpoint | null {
    return this.#newest
  }

  /** @returns null for a path that is not one of a tile, or of a tile that does not exist yet */
  tile(path: string): { readonly bytes: Uint8Array; readonly full: boolean } | null {
    const tile = parseTilePath(path)
    const bytes = tile && this.#tree.tile(tile)
    return bytes && tile ? { bytes, full: !path.includes('.p/') } : null
  }

  /**
   * The proof (proof/tlog/block-proof.ts) that the published checkpoint contains the block at that height. For a newer block, that
   * the block descends from the last one in the checkpoint.
   * @returns null if the checkpoint is too far behind, or if there is none
   */
  async proofOf(height: number): Promise<string | null> {
    const { published } = this
    if (!published || published.size === 0) return null
    const { size, note } = published
    const index = Math.min(height, size - 1)
    if (height - index > MAX_LINKS) return null
    const path = await inclusionProof(index, size, this.#tree.nodes(size))
    const links = await Promise.all(Array.from({ length: height - index }, (_, i) => this.#header(index + i)))
    return formatBlockProof({ index, path, note, links })
  }

  /** LEDGER_LOG_FORK: the ledger has another history than the log, so nothing is signed any more. Null: it has the same. */
  get fork(): LedgerError | null {
    return this.#fork
  }

  /** Adds the new blocks, signs the tree, and asks the witnesses. Rounds run one after the other. */
  round(): Promise<void> {
    return this.#lock.run(async () => {
      if (this.#fork) return
      try {
        await this.#round()
      } catch (error) {
        if (!(error instanceof LedgerError) || error.detail.code !== 'LEDGER_LOG_FORK') throw error
        this.#fork = error
        this.options.alarm({ ...error.detail }, error.message)
      }
    })
  }

  /** The checkpoint of the last run, if it has enough cosignatures of the present witnesses. */
  #stored(): PublishedCheckpoint | null {
    const { signer, witnesses, quorum } = this.options
    const stored = this.#published.get(PUBLISHED)
    if (!stored) return null
    const { cosignatures } = verifyCheckpoint(
      stored.note,
      signer.key,
      witnesses.map(({ key }) => key),
    )
    return cosignatures.length >= quorum ? stored : null
  }

  async #round(): Promise<void> {
    const { clock, quorum, warn } = this.options
    await this.#follow()
    const signed = this.#signed.get(SIGNED)
    const { published } = this
    if (!signed || (published?.size === signed.size && clock() - published.time < COSIGN_AGAIN)) return
    const lines = await this.#cosignatures(signed)
    if (lines.length < quorum) {
      return warn(
        { needed: quorum, got: lines.length },
        'too few witnesses cosigned the log of the ledger; it is tried again',
      )
    }
    const note = lines.reduce(withSignature, signed.note)
    const checkpoint = { size: signed.size, note, time: clock() }
    await this.options.store.commit([this.#published.put(PUBLISHED, checkpoint)])
    this.#newest = checkpoint
  }

  async #cosignatures({ note, size }: Signed): Promise<NoteSignature[]> {
    const prove = (old: number) => consistencyProof(old, size, this.#tree.nodes(size))
    const asked = this.#clients.map(async client => {
      try {
        return [await client.cosign(note, size, prove)]
      } catch (error) {
        if (!(error instanceof LedgerError)) throw error
        this.options.warn(
          { witness: client.name, error: error.message },
          'a witness did not cosign the log of the ledger',
        )
        return []
      }
    })
    return (await Promise.all(asked)).flat()
  }

  /** Tiles and signed checkpoint are one commit, so the tree on disk is always one that was signed. */
  async #follow(): Promise<void> {
    const { store, signer } = this.options
    const head = await this.#block('latest')
    await this.#checkTip(head.number)
    while (this.#tree.size <= head.number) {
      const end = Math.min(head.number + 1, this.#tree.size + COMMIT)
      while (this.#tree.size < end) await this.#append(Math.min(READ, end - this.#tree.size))
      const { size } = this.#tree
      const root = await this.#tree.root(size)
      const note = signCheckpoint({ origin: signer.key.name, size, root }, signer.key, signer.sign)
      await store.commit([...this.#tree.ops(), this.#signed.put(SIGNED, { size, root: toBase64url(root), note })])
      this.#tree.stored()
    }
  }

  async #append(count: number): Promise<void> {
    const from = this.#tree.size
    const blocks = await Promise.all(Array.from({ length: count }, (_, i) => this.#block(from + i)))
    let parent = this.#tree.last && toHex(this.#tree.last)
    for (const [i, { hash, parentHash }] of blocks.entries()) {
      if (parent !== null && parentHash !== parent) throw forked(from + i, 'a block does not follow the one before')
      parent = hash
    }
    for (const { hash } of blocks) this.#tree.append(fromHex(hash))
  }

  /** A ledger that was replaced by an older copy, or by another one, is never signed. */
  async #checkTip(head: number): Promise<void> {
    const { size, last } = this.#tree
    if (last === null) return
    if (head < size - 1) throw forked(size - 1, `the ledger ends at block ${head}, and the log has block ${size - 1}`)
    const { hash } = await this.#block(size - 1)
    if (hash !== toHex(last)) throw forked(size - 1, 'the ledger has another block than the log')
  }

  async #header(height: number): Promise<Header> {
    return parseHeader(await this.options.ledger.request('eth_getBlockByNumber', [toQuantity(height), false]))
  }

  async #block(tag: number | 'latest'): Promise<{ number: number; hash: Hex; parentHash: Hex }> {
    const name = tag === 'latest' ? tag : toQuantity(tag)
    const block = (await this.options.ledger.request('eth_getBlockByNumber', [name, false])) as {
      readonly number: Hex
      readonly hash: Hex
      readonly parentHash: Hex
    }
    return { number: Number(block.number), hash: block.hash, parentHash: block.parentHash }
  }
}

const forked = (block: number, reason: string): LedgerError =>
  new LedgerError(
    { code: 'LEDGER_LOG_FORK', block, reason },
    `The transparency log and the ledger differ at block ${block}: ${reason}. No checkpoint is signed any more. ` +
      'Find out which history is the right one: restore the ledger that the log has, or tell the witnesses.',
  )
