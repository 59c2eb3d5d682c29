/** Logs of the registries. */
import { fromHex } from '../../lib/bytes.ts'
import { wrongValue } from '../../lib/parse-error.ts'
import type { UnixSeconds } from '../../lib/time.ts'

export const REGISTRIES = ['trustRegistry', 'anchorLog', 'statusRegistry'] as const
export type RegistryName = (typeof REGISTRIES)[number]

export interface Log {
  /** 32 bytes each. The first one identifies the event; the others are its indexed fields. */
  readonly topics: readonly Uint8Array[]
  /** The other fields, ABI-encoded. */
  readonly data: Uint8Array
}

/**
 * Parses a log in its JSON-RPC form.
 * @throws {ParseError} PARSE_VALUE, PARSE_ENCODING
 */
export function parseLog(log: unknown): Log {
  const { topics, data } = (log ?? {}) as { readonly topics?: unknown; readonly data?: unknown }
  if (!Array.isArray(topics)) throw wrongValue('log', 'topics is not a list')
  return { topics: topics.map(bytesOf), data: bytesOf(data) }
}

function bytesOf(value: unknown): Uint8Array {
  if (typeof value !== 'string') throw wrongValue('log', 'a member is not hex bytes')
  return fromHex(value)
}

export interface RegistryLog extends Log {
  readonly registry: RegistryName
}

export interface LoggedBlock {
  readonly height: number
  /** Not proved directly. A wrong time leads to other storage, and the storage root is proved. */
  readonly time: UnixSeconds
  readonly logs: readonly RegistryLog[]
}
