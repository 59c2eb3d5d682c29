/**
 * The Merkle tree over the block hashes of a ledger, in tiles on disk. The leaf of block N has the index N. The tree only
 * grows: a tile that is full never changes.
 */
import { concat, concatAll, readU64be, u64be } from '../../lib/bytes.ts'
import { leafHash, type NodeReader, rootOf } from '../../proof/tlog/merkle.ts'
import {
  formatEntries,
  hashOfTile,
  nodesOfTiles,
  splitTile,
  TILE_WIDTH,
  type Tile,
  tileLevels,
  widthAt,
} from '../../proof/tlog/tiles.ts'
import { Bucket } from '../../store/buckets.ts'
import { bytesCodec, type Codec, type Store, Table, type WriteOp } from '../../store/store.ts'

/** On disk the hashes of the blocks themselves are level 0xff. */
const ENTRIES = 0xff

interface Place {
  readonly level: number
  readonly index: number
}

const placeCodec: Codec<Place> = {
  encode: ({ level, index }) => concat(Uint8Array.of(level), u64be(index)),
  decode: bytes => ({ level: bytes[0] as number, index: Number(readU64be(bytes, 1)) }),
}

/** The last tile of a level, which is not full. */
type Edge = { index: number; hashes: Uint8Array[] }

export class LogTree {
  readonly #tiles: Table<Place, Uint8Array>
  readonly #edges = new Map<number, Edge>()
  /** Levels whose edge differs from the one on disk. */
  readonly #changed = new Set<number>()
  /** Full tiles that are not on disk yet. */
  readonly #full = new Map<string, { readonly place: Place; readonly bytes: Uint8Array }>()
  #size: number

  /** @param size leaves that are on disk */
  constructor(store: Store, size: number) {
    this.#tiles = new Table(store, Bucket.logTile, placeCodec, bytesCodec)
    this.#size = size
    for (const level of [ENTRIES, ...tileLevels]) {
      const count = Math.floor(size / TILE_WIDTH ** (level === ENTRIES ? 0 : level))
      const index = Math.floor(count / TILE_WIDTH)
      const width = count - index * TILE_WIDTH
      this.#edges.set(level, { index, hashes: width === 0 ? [] : this.#stored({ level, index }, width) })
    }
  }

  /** Leaves, also those that are not on disk yet. */
  get size(): number {
    return this.#size
  }

  /** The hash of the newest block in the tree; null if it is empty. */
  get last(): Uint8Array | null {
    if (this.#size === 0) return null
    const index = Math.floor((this.#size - 1) / TILE_WIDTH)
    return this.#hashes(ENTRIES, index, widthAt(null, index, this.#size)).at(-1) ?? null
  }

  append(blockHash: Uint8Array): void {
    this.#push(ENTRIES, blockHash)
    let hash: Uint8Array | null = leafHash(blockHash)
    for (const level of tileLevels) {
      hash = this.#push(level, hash)
      if (hash === null) break
    }
    this.#size += 1
  }

  /** What `stored` has to follow. */
  ops(): WriteOp[] {
    return [
      ...[...this.#full.values()].map(({ place, bytes }) => this.#tiles.put(place, bytes)),
      ...[...this.#changed].flatMap(level => {
        const { index, hashes } = this.#edges.get(level) as Edge
        return hashes.length === 0 ? [] : [this.#tiles.put({ level, index }, concatAll(hashes))]
      }),
    ]
  }

  /** The operations are on disk. */
  stored(): void {
    this.#full.clear()
    this.#changed.clear()
  }

  /** @returns null if the tree has no such tile, or less of it */
  tile({ level, index, width }: Tile): Uint8Array | null {
    if (width > widthAt(level, index, this.#size)) return null
    const hashes = this.#hashes(level ?? ENTRIES, index, width)
    return level === null ? formatEntries(hashes) : concatAll(hashes)
  }

  /** For the proofs of the tree of its first `size` leaves. */
  nodes(size: number): NodeReader {
    return nodesOfTiles(size, tile => this.tile(tile) as Uint8Array)
  }

  root(size: number): Promise<Uint8Array> {
    return rootOf(size, this.nodes(size))
  }

  /** @returns the hash of the tile that is full now */
  #push(level: number, hash: Uint8Array): Uint8Array | null {
    const edge = this.#edges.get(level) as Edge
    edge.hashes.push(hash)
    this.#changed.add(level)
    if (edge.hashes.length < TILE_WIDTH) return null
    const bytes = concatAll(edge.hashes)
    const place = { level, index: edge.index }
    this.#full.set(`${level}/${edge.index}`, { place, bytes })
    this.#edges.set(level, { index: edge.index + 1, hashes: [] })
    return level === ENTRIES ? null : hashOfTile(bytes)
  }

  #hashes(level: number, index: number, width: number): readonly Uint8Array[] {
    const edge = this.#edges.get(level)
    if (edge?.index === index) return edge.hashes.slice(0, width)
    const full = this.#full.get(`${level}/${index}`)
    return (full ? splitTile(full.bytes, TILE_WIDTH) : this.#stored({ level, index }, TILE_WIDTH)).slice(0, width)
  }

  #stored(place: Place, width: number): Uint8Array[] {
    return splitTile(this.#tiles.get(place) ?? new Uint8Array(), width)
  }
}
