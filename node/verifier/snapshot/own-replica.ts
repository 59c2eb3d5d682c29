/**
 * The replica that a node keeps of its own ledger: its own checks read it, and it is published as snapshots. It is
 * proved like anybody else's. It begins from the file of the last run, or else from the logs.
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
  /** Its checkpoint moves on while the node runs. */
  readonly profileFile: { readonly profile: ReplicaProfile }
  readonly clock: Clock
  /** Where the snapshot of the last run stands. */
  readonly path: string
  readonly warn: Warn
}

/** Changes in one delta that is handed out: about 4 MB. */
const MAX_LOGS = 20_000
/** Seconds between writes of the file. */
const SAVE = 600

export class OwnReplica {
  /** For followers over HTTP. */
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
      onRefused: error => warn(factsOf(error), 'the replica of our own ledger could not step forward'),
    })
  }

  /** Resolves at once; the replica is there when it has caught up. */
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

  /** Brings it to the newest head; false if that could not be done in a moment. */
  refresh(): Promise<boolean> {
    return this.#updater.refresh()
  }

  /**
   * A snapshot of the newest head that is proved; null before the first. What the ledger held when it was asked for is
   * in it, unless the ledger does not answer: then it is of the last head.
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
      // It may have stepped on meanwhile, and then these headers are not its own.
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
    warn(factsOf(error), 'the snapshot of the last run is not good; the logs are read instead')
    return null
  }
}

/** Our own file may be older than a checkpoint that was set since; its validators have to be the profile's still. */
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
