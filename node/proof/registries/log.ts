/** Logs of the registries, as a ledger hands them out. */
import { fromHex } from '../../lib/bytes.ts'
import type { UnixSeconds } from '../../lib/time.ts'

export const REGISTRIES = ['trustRegistry', 'anchorLog', 'statusRegistry'] as const
export type RegistryName = (typeof REGISTRIES)[number]

export interface Log {
  /** 32 bytes each. The first says which event it is; the others are its indexed fields. */
  readonly topics: readonly Uint8Array[]
  /** The other fields, ABI-encoded. */
  readonly data: Uint8Array
}

/** As JSON-RPC writes it. @throws {ParseError} PARSE_ENCODING if it is not hex */
export const parseLog = ({ topics, data }: { readonly topics: readonly string[]; readonly data: string }): Log => ({
  topics: topics.map(fromHex),
  data: fromHex(data),
})

export interface RegistryLog extends Log {
  readonly registry: RegistryName
}

export interface LoggedBlock {
  readonly height: number
  /** Proved only by the storage that results from it. */
  readonly time: UnixSeconds
  readonly logs: readonly RegistryLog[]
}
