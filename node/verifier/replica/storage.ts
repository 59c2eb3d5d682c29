import { keccak256 } from '#crypto'
import { type Hex, toHex } from '../../lib/bytes.ts'
import { malformed } from '../../proof/errors.ts'
import { MutableTrie } from '../../proof/mutable-trie.ts'
import { encodeRlp, rlpScalar } from '../../proof/rlp.ts'
import type { Slot } from '../../proof/slots.ts'
import { EMPTY_TRIE_ROOT } from '../../proof/trie.ts'
import type { Journal } from './journal.ts'

const NOTHING = new Uint8Array(0)

/** One contract's storage, whole: the trie whose root a header commits to. */
export class Storage {
  readonly #trie = new MutableTrie(EMPTY_TRIE_ROOT, () => {
    throw malformed('storage trie', 'a node of it is not there')
  })

  constructor(private readonly journal: Journal) {}

  /** Zero removes, as on the ledger. */
  write(slot: Slot, value: bigint | Uint8Array): void {
    const key = keccak256(slot)
    if (this.journal.recording) {
      const before = this.#trie.get(key) ?? NOTHING
      this.journal.note(() => this.#trie.put(key, before))
    }
    this.#trie.put(key, encode(value))
  }

  get root(): Hex {
    return toHex(this.#trie.commit(() => {}))
  }
}

function encode(value: bigint | Uint8Array): Uint8Array {
  if (typeof value === 'bigint') return value === 0n ? NOTHING : encodeRlp(rlpScalar(value))
  const start = value.findIndex(byte => byte !== 0)
  return start < 0 ? NOTHING : encodeRlp(value.slice(start))
}
