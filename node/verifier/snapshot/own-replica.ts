/**
 * The replica of a node's own ledger. The node checks cards against it and publishes it as snapshots. It is proved like
 * any other replica. It starts from the file of the last run, or from the logs.
 */

import { toQuantity } from '../../lib/bytes.ts'
import { DojangError } from '../../lib/errors.ts'
import type { Clock } from '../../lib/time.ts'
import type { Warn } from '../../lib/warn.ts'
import { ProofError } from '../../proof/errors.ts'
import { parseHeader } from '../../proof/header.ts'
import { TRUST_PERIOD } from '../../proof/light-client.ts'
import type { ReplicaProfile } from '../replica/head.ts'
import { type HeadLedger, LedgerSource } from '../replica/ledger-source.ts'
import { Replica } from '../replica/replica.ts'
import { ReplicaUpdater } from '../replica/updater.ts'
import { readSnapshot, writeSnapshot } from './file.ts'

export interface OwnReplicaOptions {
  readonly ledger: HeadLedger
  /** Its checkpoint changes while the node runs. */
  readonly profileFile: { readonly profile: ReplicaProfile }
  readonly clock: Clock
  /** The file with the snapshot of the last run. */
  readonly path: string
  readonly warn: Warn
}

/** The most changes in a published delta: about 4 MB. */
const MAX_LOGS = 20_000
/** Seconds between writes of the file. */
const SAVE = 600

export class OwnReplica {
  /** The source of the deltas that are served over HTTP. */
  readonly source: LedgerSource
  readonly #updater: ReplicaUpdater
  #saved: number
  #exported: { height: number; bytes: Uint8Array } | null = null

  private constructor(private readonly options: OwnReplicaOptions) {
    const { ledger, clock, warn } = options
    const { profile } = options.profileFile
    this.source = new LedgerSource(ledger, profile, MAX_LOGS)
    this.#saved = clock()
    this.#updater = new ReplicaUpdater({
      ...{ profile, clock },
      sources: [new LedgerSource(ledger, profile)],
      replica: lastRun(options) ?? Replica.empty(profile),
      onHead: () => this.#saveNowAndThen(),
      onRefused: error => warn(factsOf(error), 'the replica of the own ledger could not be updated'),
    })
  }

  /** Returns at once. `replica` is available when it has caught up. */
  static open(options: OwnReplicaOptions): OwnReplica {
    const own = new OwnReplica(options)
    own.#updater.start()
    return own
  }

  /** Null until its first proof. */
  get replica(): Replica | null {
    const { replica } = this.#updater
    return replica?.proved ? replica : null
  }

  /** Brings the replica to the newest head. @returns false if that took too long or failed */
  refresh(): Promise<boolean> {
    return this.#updater.refresh()
  }

  /**
   * A snapshot of the newest proved head; null before the first one. It contains everything that the ledger had at the
   * time of the call, unless the ledger does not answer; then it is a snapshot of the last head.
   */
  async snapshot(): Promise<{ readonly height: number; readonly bytes: Uint8Array } | null> {
    await this.refresh()
    const replica = this.replica
    if (!replica) return null
    const { height } = replica.head
    if (this.#exported?.height !== height) {
      const { ledger, profileFile } = this.options
      const block = await ledger.request('eth_getBlockByNumber', [toQuantity(height), false])
      const path = await this.source.path(profileFile.profile.checkpoint.height, parseHeader(block))
      // The replica may have advanced meanwhile; these headers then do not lead to its head.
      if (replica.head.height !== height) return { height: replica.head.height, bytes: replica.export() }
      this.#exported = { height, bytes: replica.export({ path }) }
    }
    return this.#exported
  }

  async close(): Promise<void> {
    await this.#updater.stop()
    this.#save()
  }

  #saveNowAndThen(): void {
    if (this.options.clock() - this.#saved >= SAVE) this.#save()
  }

  #save(): void {
    const replica = this.replica
    if (!replica) return
    this.#saved = this.options.clock()
    try {
      writeSnapshot(this.options.path, replica.export())
    } catch (error) {
      this.options.warn({ err: error }, 'the snapshot could not be written; the next start reads the logs instead')
    }
  }
}

function lastRun({ profileFile, clock, path, warn }: OwnReplicaOptions): Replica | null {
  try {
    const bytes = readSnapshot(path)
    return bytes ? openOwn(bytes, profileFile.profile, clock()) : null
  } catch (error) {
    warn(factsOf(error), 'the snapshot of the last run is invalid; the logs are read instead')
    return null
  }
}

/**
 * The own file may be older than the present checkpoint. The validators of the profile must still vouch for its head.
 */
function openOwn(bytes: Uint8Array, profile: ReplicaProfile, now: number): Replica {
  try {
    return Replica.open(bytes, profile, now)
  } catch (error) {
    if (!(error instanceof ProofError) || error.code !== 'PROOF_ROLLBACK') throw error
    const checkpoint = { height: 0, hash: profile.genesis, time: now - TRUST_PERIOD }
    return Replica.open(bytes, { ...profile, checkpoint }, now)
  }
}

const factsOf = (error: unknown): Record<string, unknown> =>
  error instanceof DojangError ? { code: error.code } : { err: error }
