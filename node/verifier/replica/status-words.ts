/** The statuses of one list in memory. Parts of the list in which every card is VALID take none. */
import { setStatus, statusAt } from '../../credential/status-list.ts'
import { type CredentialStatus, STATUS_BITS, WORD_BYTES } from '../../proof/registries/status.ts'

/** Bytes of a part: 1,024 cards. A change of one status in a delta, 4 bytes, may add one. */
const PART = 256
const WORDS_IN_PART = PART / WORD_BYTES
const CARDS_IN_PART = (PART * 8) / STATUS_BITS
const ZEROS = new Uint8Array(WORD_BYTES)

export class StatusWords {
  readonly #parts = new Map<number, Uint8Array>()

  at(index: number): number {
    const part = this.#parts.get(Math.floor(index / CARDS_IN_PART))
    return part === undefined ? 0 : statusAt(part, STATUS_BITS, index % CARDS_IN_PART)
  }

  set(index: number, status: CredentialStatus | number): void {
    setStatus(this.#part(Math.floor(index / CARDS_IN_PART)), index % CARDS_IN_PART, status as CredentialStatus)
  }

  /** A copy of a word, in Token Status List order. */
  word(number: number): Uint8Array {
    const part = this.#parts.get(Math.floor(number / WORDS_IN_PART))
    const from = (number % WORDS_IN_PART) * WORD_BYTES
    return part === undefined ? ZEROS.slice() : part.slice(from, from + WORD_BYTES)
  }

  setWord(number: number, word: Uint8Array): void {
    this.#part(Math.floor(number / WORDS_IN_PART)).set(word, (number % WORDS_IN_PART) * WORD_BYTES)
  }

  /** The words that are not zero, ascending by number. */
  *written(): Generator<readonly [number: number, word: Uint8Array]> {
    const parts = [...this.#parts.keys()].sort((a, b) => a - b)
    for (const part of parts) {
      for (let number = part * WORDS_IN_PART; number < (part + 1) * WORDS_IN_PART; number++) {
        const word = this.word(number)
        if (word.some(byte => byte !== 0)) yield [number, word]
      }
    }
  }

  #part(number: number): Uint8Array {
    const known = this.#parts.get(number)
    if (known !== undefined) return known
    const part = new Uint8Array(PART)
    this.#parts.set(number, part)
    return part
  }
}
