/** Which fragments a frame contains (BCR-2020-005 §"Fountain codes"): a function of its number, their count and the checksum. */
import { concat, u32be } from '../../../lib/bytes.ts'
import { Xoshiro256 } from './xoshiro.ts'

/**
 * The fragments that are mixed (XOR) in a frame. The frames 1 to `count` contain one fragment each, in order.
 * @param count has to be limited by the caller: the work grows with it
 */
export function fragmentsOf(sequence: number, count: number, checksum: number): readonly number[] {
  if (sequence <= count) return [sequence - 1]
  const random = new Xoshiro256(concat(u32be(sequence), u32be(checksum)))
  const degree = degreeOf(count, random)
  const remaining = Array.from({ length: count }, (_, index) => index)
  return Array.from({ length: degree }, () => remaining.splice(random.below(remaining.length), 1)[0] as number)
}

/** 1 to `count`; the probability of a degree d is proportional to 1/d. */
function degreeOf(count: number, random: Xoshiro256): number {
  const { probability, alias } = aliasTable(count)
  const column = random.below(count)
  const drawn = random.double() < (probability[column] as number) ? column : (alias[column] as number)
  return drawn + 1
}

interface AliasTable {
  readonly probability: readonly number[]
  readonly alias: readonly number[]
}

let latest: { readonly count: number; readonly table: AliasTable } | undefined

/** Vose's alias method. The order of its steps decides which frame contains what, so it must not change. */
function aliasTable(count: number): AliasTable {
  if (latest?.count === count) return latest.table
  const weights = Array.from({ length: count }, (_, index) => 1 / (index + 1))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  const scaled = weights.map(weight => (weight * count) / sum)
  const probability = new Array<number>(count).fill(1)
  const alias = new Array<number>(count).fill(0)
  const small: number[] = []
  const large: number[] = []
  for (let index = count - 1; index >= 0; index--) ((scaled[index] as number) < 1 ? small : large).push(index)
  while (small.length > 0 && large.length > 0) {
    const less = small.pop() as number
    const more = large.pop() as number
    probability[less] = scaled[less] as number
    alias[less] = more
    scaled[more] = (scaled[more] as number) + (scaled[less] as number) - 1
    ;((scaled[more] as number) < 1 ? small : large).push(more)
  }
  const table = { probability, alias }
  latest = { count, table }
  return table
}
