/**
 * The tiles of a transparency log (C2SP tlog-tiles). A tile of level L and index N has the hashes of 256 subtrees beside one
 * another, each of 2^(8 L) leaves. A tile that is not full yet is named with its width. An entry bundle has the data of 256
 * leaves.
 */
import { concat, concatAll, u16be } from '../../lib/bytes.ts'
import { wrongLength, wrongValue } from '../../lib/parse-error.ts'
import { HASH_LENGTH, type NodeReader, nodeHash } from './merkle.ts'

export const TILE_WIDTH = 256
const TILE_HEIGHT = 8
/** So that no index is beyond 2^53. */
const MAX_LEVEL = 5
export const tileLevels: readonly number[] = Array.from({ length: MAX_LEVEL + 1 }, (_, level) => level)

export interface Tile {
  /** Null: the entry bundle, which has the data of the leaves and not their hashes. */
  readonly level: number | null
  readonly index: number
  /** 1 to 256 hashes. */
  readonly width: number
}

/** The path of a tile below the log's URL: `tile/0/x001/x234/067`, `tile/1/000.p/7`, `tile/entries/000`. */
export function tilePath({ level, index, width }: Tile): string {
  const digits = String(index)
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? []
  const name = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/')
  return `tile/${level ?? 'entries'}/${name}${width === TILE_WIDTH ? '' : `.p/${width}`}`
}

/** @returns null if it is not the path of a tile in the one form that the standard allows */
export function parseTilePath(path: string): Tile | null {
  const [, name, groups, width] = /^tile\/(\d|entries)\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path) ?? []
  if (name === undefined || groups === undefined) return null
  const tile: Tile = {
    level: name === 'entries' ? null : Number(name),
    index: Number(groups.replace(/[x/]/g, '')),
    width: width === undefined ? TILE_WIDTH : Number(width),
  }
  if ((tile.level ?? 0) > MAX_LEVEL || tile.width < 1 || tile.width > TILE_WIDTH) return null
  return tilePath(tile) === path ? tile : null
}

/** How many hashes the tile has in a tree of this size: 0 if it does not exist yet. */
export function widthAt(level: number | null, index: number, size: number): number {
  const there = Math.floor(size / 2 ** (TILE_HEIGHT * (level ?? 0)))
  return Math.min(TILE_WIDTH, Math.max(0, there - index * TILE_WIDTH))
}

/** The tile with this subtree, and where the subtree is in it. */
function tileOf(
  level: number,
  index: number,
): { readonly tileLevel: number; readonly first: number; readonly of: number } {
  const tileLevel = Math.min(MAX_LEVEL, Math.floor(level / TILE_HEIGHT))
  const of = 2 ** (level - tileLevel * TILE_HEIGHT)
  return { tileLevel, first: index * of, of }
}

/**
 * Reads the subtrees that proofs need from tiles.
 * @param size of the tree that the tiles belong to
 * @param fetchTile the bytes of a tile
 * @throws {ParseError} PARSE_LENGTH from the reader, if a tile does not have the length that its width demands
 */
export function nodesOfTiles(size: number, fetchTile: (tile: Tile) => Uint8Array | Promise<Uint8Array>): NodeReader {
  return async (level, index) => {
    const { tileLevel, first, of } = tileOf(level, index)
    const tileIndex = Math.floor(first / TILE_WIDTH)
    const width = widthAt(tileLevel, tileIndex, size)
    const at = first - tileIndex * TILE_WIDTH
    if (at + of > width) throw new TypeError('the tree does not have this subtree yet')
    const hashes = splitTile(await fetchTile({ level: tileLevel, index: tileIndex, width }), width)
    let row = hashes.slice(at, at + of)
    while (row.length > 1) row = pairs(row)
    return row[0] as Uint8Array
  }
}

/** @throws {ParseError} PARSE_LENGTH */
export function splitTile(bytes: Uint8Array, width: number): Uint8Array[] {
  if (bytes.length !== width * HASH_LENGTH) throw wrongLength('tile', `${width * HASH_LENGTH} bytes`, bytes.length)
  return Array.from({ length: width }, (_, i) => bytes.subarray(i * HASH_LENGTH, (i + 1) * HASH_LENGTH))
}

/** The hash of a full tile, which is one hash of the tile above. */
export function hashOfTile(bytes: Uint8Array): Uint8Array {
  let row = splitTile(bytes, TILE_WIDTH)
  while (row.length > 1) row = pairs(row)
  return row[0] as Uint8Array
}

const pairs = (row: readonly Uint8Array[]): Uint8Array[] =>
  Array.from({ length: row.length / 2 }, (_, i) => nodeHash(row[2 * i] as Uint8Array, row[2 * i + 1] as Uint8Array))

/** An entry bundle: each entry after its length in two bytes. */
export const formatEntries = (entries: readonly Uint8Array[]): Uint8Array =>
  concatAll(entries.map(entry => concat(u16be(entry.length), entry)))

/**
 * @param width entries that it must have
 * @throws {ParseError} PARSE_LENGTH, PARSE_VALUE
 */
export function parseEntries(bytes: Uint8Array, width: number): Uint8Array[] {
  const entries: Uint8Array[] = []
  let at = 0
  while (at < bytes.length) {
    if (at + 2 > bytes.length) throw wrongValue('entry bundle', 'it ends within a length')
    const length = ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
    if (at + 2 + length > bytes.length) throw wrongValue('entry bundle', 'it ends within an entry')
    entries.push(bytes.subarray(at + 2, at + 2 + length))
    at += 2 + length
  }
  if (entries.length !== width) throw wrongLength('entry bundle', `${width} entries`, entries.length)
  return entries
}
