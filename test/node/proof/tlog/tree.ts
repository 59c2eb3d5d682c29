/** A log in memory, with its tiles. */
import { leafHash, nodeHash } from '../../../../node/proof/tlog/merkle.ts'
import { formatEntries, TILE_WIDTH, type Tile, widthAt } from '../../../../node/proof/tlog/tiles.ts'

export function at<T>(items: readonly T[], index: number): T {
  const item = items[index]
  if (item === undefined) throw new TypeError('no such item')
  return item
}

export class MemoryLog {
  /** By level, the hashes of all complete subtrees. */
  readonly #levels: Uint8Array[][] = [[]]
  readonly #entries: Uint8Array[] = []

  get size(): number {
    return this.#entries.length
  }

  append(entry: Uint8Array): void {
    this.#entries.push(entry)
    let hash = leafHash(entry)
    for (let level = 0; ; level++) {
      this.#levels[level] ??= []
      const row = this.#levels[level] as Uint8Array[]
      row.push(hash)
      if (row.length % 2 === 1) return
      hash = nodeHash(at(row, row.length - 2), hash)
    }
  }

  node = (level: number, index: number): Uint8Array => at(this.#levels[level] ?? [], index)

  tile({ level, index, width }: Tile): Uint8Array {
    const first = index * TILE_WIDTH
    if (width > widthAt(level, index, this.size)) throw new TypeError('no such tile')
    if (level === null) return formatEntries(this.#entries.slice(first, first + width))
    return Buffer.concat(Array.from({ length: width }, (_, i) => this.node(level * 8, first + i)))
  }
}
