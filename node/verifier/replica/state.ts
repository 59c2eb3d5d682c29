/** The whole state of the three registries. It can be queried, changed by events, and compared with storage roots. */
import type { Hex } from '../../lib/bytes.ts'
import { ParseError } from '../../lib/parse-error.ts'
import { malformed, ProofError } from '../../proof/errors.ts'
import { decodeEvent } from '../../proof/registries/events.ts'
import { type LoggedBlock, REGISTRIES, type RegistryName } from '../../proof/registries/log.ts'
import { AnchorsPart } from './anchors.ts'
import { StatusPart, type StatusRegistryId } from './status.ts'
import { TrustPart } from './trust.ts'
import { UndoLog } from './undo-log.ts'

export type StorageRoots = Readonly<Record<RegistryName, Hex>>

export interface LedgerId {
  readonly chainId: number
  readonly contracts: { readonly statusRegistry: { readonly address: Hex } }
}

export class ReplicaState {
  readonly undoLog = new UndoLog()
  readonly trust = new TrustPart(this.undoLog)
  readonly status: StatusPart
  /** Null if this replica has no anchors. Questions about them are answered with "not covered". */
  readonly anchors: AnchorsPart | null

  constructor({ chainId, contracts }: LedgerId, withAnchors = true) {
    const registry: StatusRegistryId = { chainId, address: contracts.statusRegistry.address }
    this.status = new StatusPart(this.undoLog, registry)
    this.anchors = withAnchors ? new AnchorsPart(this.undoLog) : null
  }

  /** @throws {ProofError} PROOF_MALFORMED */
  apply({ time, logs }: LoggedBlock): void {
    for (const log of logs) {
      const event = decodeEvent(log)
      if (!event) throw malformed('log', 'no registry emits this event')
      if (event.registry === 'trustRegistry') this.trust.apply(event)
      else if (event.registry === 'statusRegistry') this.status.apply(event, time)
      else this.anchors?.apply(event, time)
    }
  }

  /**
   * Checks that this is exactly the state that the header commits to.
   * @throws {ProofError} PROOF_INCOMPLETE
   */
  prove(roots: StorageRoots): void {
    const own = { trustRegistry: this.trust.root, anchorLog: this.anchors?.root, statusRegistry: this.status.root }
    for (const part of REGISTRIES) {
      const actual = own[part]
      if (actual === undefined || actual === roots[part]) continue
      throw new ProofError(
        { code: 'PROOF_INCOMPLETE', part, expected: roots[part], actual },
        `the data of ${part} is not what the sealed block commits to: something was omitted, added or changed`,
      )
    }
  }
}

/**
 * Runs `read`, and throws a ProofError in place of a ParseError.
 * @throws {ProofError} PROOF_MALFORMED
 */
export function withProofErrors<T>(what: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof ParseError) throw malformed(what, error.message, error)
    throw error
  }
}
