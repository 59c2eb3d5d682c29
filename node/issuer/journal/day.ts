/**
 * A day of the journal as it is anchored: the root of the RFC 9162 §2.1.1 tree over the hashes of its entries, and a
 * manifest that says which entries they are.
 *
 *   leaf i = SHA-256(0x00 ‖ hash(first + i)), in the order of the entries, without padding
 *   manifest = SHA-256(UTF-8 of {"day":"2026-03-01","first":0,"last":41,"head":"0x…"}), in this order, without spaces
 *
 * Each leaf contains its number and all entries before it, so two days never have the same root.
 * Why: docs/decisions/109.
 */
import { sha256 } from '#crypto'
import { nodeHash } from '../../credential/leaf.ts'
import { concat, type Hex, toHex, utf8 } from '../../lib/bytes.ts'

export interface JournalRange {
  /** `YYYY-MM-DD`, in Korean time. */
  readonly day: string
  /** Numbers of its first and its last entry. */
  readonly first: number
  readonly last: number
  /** Hash of the last entry. */
  readonly head: Hex
}

export interface JournalDay extends JournalRange {
  readonly root: Hex
}

export const entriesOf = ({ first, last }: JournalRange): number => last - first + 1

export const manifestOf = ({ day, first, last, head }: JournalRange): Hex =>
  toHex(sha256(utf8(JSON.stringify({ day, first, last, head }))))

const LEAF = new Uint8Array([0])

/** Computes the root while the entries are read, in memory for one hash a level. */
export class DayTree {
  /** Roots of complete subtrees, largest first, with their numbers of leaves. */
  readonly #subtrees: { readonly hash: Uint8Array; readonly leaves: number }[] = []

  /** @param hash of the next entry */
  add(hash: Uint8Array): void {
    let right = { hash: sha256(concat(LEAF, hash)), leaves: 1 }
    for (let left = this.#subtrees.at(-1); left?.leaves === right.leaves; left = this.#subtrees.at(-1)) {
      this.#subtrees.pop()
      right = { hash: nodeHash(left.hash, right.hash), leaves: 2 * right.leaves }
    }
    this.#subtrees.push(right)
  }

  /** @throws {TypeError} if no entry was added */
  get root(): Hex {
    const [last, ...rest] = this.#subtrees.toReversed()
    if (!last) throw new TypeError('a day has at least the entry that opens it')
    return toHex(rest.reduce((right, left) => nodeHash(left.hash, right), last.hash))
  }
}
