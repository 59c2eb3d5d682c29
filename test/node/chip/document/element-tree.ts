/** DER as a tree that a test can change and encode again, with lengths that fit. */
import { TlvReader, tlv } from '../../../../node/chip/tlv.ts'

export interface Element {
  readonly tag: number
  readonly value: Uint8Array | readonly Element[]
}

const isConstructed = (tag: number) => (tag & 0x20) !== 0

export function parse(bytes: Uint8Array): Element[] {
  const reader = new TlvReader(bytes)
  const elements: Element[] = []
  while (!reader.isAtEnd) {
    const { tag, value } = reader.next()
    elements.push({ tag, value: isConstructed(tag) ? parse(value) : value })
  }
  return elements
}

export const encode = (elements: readonly Element[]): Uint8Array =>
  Buffer.concat(elements.map(({ tag, value }) => tlv(tag, value instanceof Uint8Array ? value : encode(value))))

/** The tree with another element at this path of indexes. */
export function replaced(
  elements: readonly Element[],
  [first = 0, ...rest]: readonly number[],
  change: (element: Element) => Element,
): readonly Element[] {
  const own = elements[first]
  if (!own) throw new TypeError('no element at this path')
  if (rest.length === 0) return elements.with(first, change(own))
  if (own.value instanceof Uint8Array) throw new TypeError('no list at this path')
  return elements.with(first, { tag: own.tag, value: replaced(own.value, rest, change) })
}
