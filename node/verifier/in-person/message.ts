/** The first byte of a message says which of the messages of this protocol it is. */
import { concat } from '../../lib/bytes.ts'
import { wrongValue } from '../../lib/parse-error.ts'

/** `request` and `answer`: two-way.ts. `one_way`: one-way.ts. A number is never used again for something else. */
const KINDS = { request: 1, answer: 2, one_way: 3 } as const
export type MessageKind = keyof typeof KINDS

export interface Message {
  readonly kind: MessageKind
  readonly content: Uint8Array
}

export const toMessage = (kind: MessageKind, content: Uint8Array): Uint8Array =>
  concat(Uint8Array.of(KINDS[kind]), content)

/** @throws {ParseError} PARSE_VALUE */
export function parseMessage(bytes: Uint8Array): Message {
  const kind = (Object.keys(KINDS) as MessageKind[]).find(name => KINDS[name] === bytes[0])
  if (kind === undefined) throw wrongValue('message', 'of an unknown kind')
  return { kind, content: bytes.subarray(1) }
}

/** The content of a message of one kind. @throws {ParseError} PARSE_VALUE */
export function contentOf(bytes: Uint8Array, expected: MessageKind): Uint8Array {
  const { kind, content } = parseMessage(bytes)
  if (kind !== expected) throw wrongValue('message', `of the kind ${kind} and not ${expected}`)
  return content
}
