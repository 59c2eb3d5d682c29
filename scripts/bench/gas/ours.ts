import type { Hex } from '../../../node/lib/bytes.ts'
import { ops, PURPOSE_ID, settled } from '../../../test/contracts/support/world.ts'
import { type Contender, chunked, freshHash } from './contender.ts'

const CAPACITY = 131_072
/** The most operations one `set` accepts. */
const MOST = 512

/** Indexes in a shuffled order like the allocator's, each once and the same in every run. */
function* shuffledIndexes(): Generator<number> {
  // 69,069 is odd, so it has an inverse modulo 2^17.
  for (let i = 0; ; i++) yield ((i * 69_069 + 12_345) % CAPACITY) >>> 0
}

/**
 * @param word `fresh`: a new list, in which each status is in a word that was never written, if possible.
 * `written`: a list in use
 */
export async function ours(word: 'fresh' | 'written'): Promise<Contender> {
  const { log, registry, anchorA, statusA } = await settled()
  const anchoring = log.connect(anchorA)
  const lists = registry.connect(statusA)
  await lists.openList(CAPACITY, CAPACITY)
  const list = (1n << 32n) | 1n
  const CAUSE = freshHash() as Hex
  if (word === 'written') {
    // One status in each of its 1,024 words.
    const first = Array.from({ length: CAPACITY / 128 }, (_, i) => [i * 128, 0, 1] as const)
    for (const part of chunked(first, MOST)) await lists.set(list, ops(...part), CAUSE)
  }
  await lists.set(list, ops([CAPACITY - 1, 0, 1]), CAUSE)
  await anchoring.anchor(PURPOSE_ID, freshHash(), 16, freshHash())
  const indexes = shuffledIndexes()
  const next = (): number => {
    for (;;) {
      const { value } = indexes.next() as { value: number }
      if (value % 128 !== 0 && value !== CAPACITY - 1) return value
    }
  }
  return {
    name: word === 'fresh' ? 'Dojang' : 'Dojang, list in use',
    leaves:
      word === 'fresh'
        ? 'time, count and number of the batch, who was accredited for what, running hash; two status bits'
        : 'the same',
    issue: async count => [await anchoring.anchor(PURPOSE_ID, freshHash(), Math.max(16, count), freshHash())],
    async revoke(count) {
      const chosen = Array.from({ length: count }, next)
      return Promise.all(
        chunked(chosen, MOST).map(part => {
          const sorted = [...part].sort((a, b) => a - b)
          return lists.set(list, ops(...sorted.map(index => [index, 0, 1] as const)), freshHash())
        }),
      )
    },
  }
}
