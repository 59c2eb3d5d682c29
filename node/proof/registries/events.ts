/** All events of the three registries. The whole state of the registries can be rebuilt from them. */
import { type AnchorLogEvent, anchorLogEvents } from './events/anchor-log.ts'
import { type StatusRegistryEvent, statusRegistryEvents } from './events/status-registry.ts'
import { type TrustRegistryEvent, trustRegistryEvents } from './events/trust-registry.ts'
import type { RegistryLog } from './log.ts'

/** `registry` and `type` together identify the event: all three registries have an `AuthorityUpdated`. */
export type RegistryEvent =
  | ({ readonly registry: 'trustRegistry' } & TrustRegistryEvent)
  | ({ readonly registry: 'anchorLog' } & AnchorLogEvent)
  | ({ readonly registry: 'statusRegistry' } & StatusRegistryEvent)

export const registryEvents = {
  trustRegistry: trustRegistryEvents,
  anchorLog: anchorLogEvents,
  statusRegistry: statusRegistryEvents,
}

/**
 * The event in a log of a registry; null if the registry declares no such event.
 * @throws {ProofError} PROOF_MALFORMED if the log is not what the registry emits
 */
export function decodeEvent(log: RegistryLog): RegistryEvent | null {
  const { registry } = log
  const event = registryEvents[registry].decode(log)
  return event && ({ registry, ...event } as RegistryEvent)
}
