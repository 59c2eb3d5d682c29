import { keccak256 } from '#crypto'
import { type Hex, toHex } from '../../lib/bytes.ts'
import { malformed } from '../../proof/errors.ts'
import { MutableTrie } from '../../proof/mutable-trie.ts'
import { AUTHORITY_SLOT, type Slot } from '../../proof/registries/slots.ts'
import { encodeRlp, rlpScalar } from '../../proof/rlp.ts'
import { EMPTY_TRIE_ROOT } from '../../proof/trie.ts'
import type { UndoLog } from './undo-log.ts'

const NOTHING = new Uint8Array(0)

/** The complete storage of one contract: the trie whose root a header commits to. */
export class Storage {
  readonly #trie = new MutableTrie(EMPTY_TRIE_ROOT, () => {
    throw malformed('storage trie', 'a node is missing')
  })
  #authority: Hex = `0x${'00'.repeat(20)}`

  constructor(private readonly undoLog: UndoLog) {}

  /** The contract that governs this one. */
  get authority(): Hex {
    return this.#authority
  }

  setAuthority(authority: Hex): void {
    const before = this.#authority
    this.undoLog.note(() => {
      this.#authority = before
    })
    this.#authority = authority
    this.write(AUTHORITY_SLOT, BigInt(authority))
  }

  /** Zero removes the slot, as on the ledger. */
  write(slot: Slot, value: bigint | Uint8Array): void {
    const key = keccak256(slot)
    if (this.undoLog.recording) {
      const before = this.#trie.get(key) ?? NOTHING
      this.undoLog.note(() => this.#trie.put(key, before))
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
