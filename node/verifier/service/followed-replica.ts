/**
 * The replica of a verifier that runs alone. It begins with the newest snapshot on this disk, follows the endpoints of the
 * profile, and stores what it proved, so that the next start needs no network. It trusts no endpoint.
 */
import { DojangError } from '../../lib/errors.ts'
import type { Clock } from '../../lib/time.ts'
import type { Warn } from '../../lib/warn.ts'
import type { LedgerProfile } from '../../proof/profile.ts'
import { parseDelta } from '../replica/delta.ts'
import { HttpHeadSource } from '../replica/http-source.ts'
import { openStoredSnapshot, type StoredSnapshot } from '../replica/proved-snapshot.ts'
import type { Replica } from '../replica/replica.ts'
import { ReplicaUpdater } from '../replica/updater.ts'
import { readSnapshot, writeSnapshot } from '../snapshot/file.ts'
import { DeltaLog, RememberingSource } from './delta-log.ts'

export interface FollowedReplicaOptions {
  readonly profile: LedgerProfile
  /** URLs beside those of the profile, which are asked first. */
  readonly mirrors: readonly string[]
  readonly clock: Clock
  /** The file with the snapshot of the last run. */
  readonly path: string
  /** A snapshot that somebody brought. The newer of the two counts. */
  readonly given?: Uint8Array | undefined
  readonly warn: Warn
  readonly fetcher?: typeof fetch
}

/** Seconds between writes of the file. */
const SAVE = 60

export class FollowedReplica {
  readonly #deltas = new DeltaLog()
  readonly #sources: readonly RememberingSource[]
  readonly #endpoints: readonly HttpHeadSource[]
  readonly #updater: ReplicaUpdater
  /** What is known until the first head of an endpoint is proved. */
  readonly #stored: StoredSnapshot | null
  #height = -1
  #exported: { readonly height: number; readonly bytes: Uint8Array } | null = null
  #saved: number
  #lastRefusal = ''

  private constructor(private readonly options: FollowedReplicaOptions) {
    const { profile, mirrors, clock, fetcher = (input, init) => fetch(input, init) } = options
    const urls = [...new Set([...mirrors, ...profile.endpoints].map(url => url.replace(/\/$/, '')))]
    this.#endpoints = urls.map(url => new HttpHeadSource(url, fetcher))
    this.#sources = this.#endpoints.map(source => new RememberingSource(source))
    this.#stored = this.#newestStored()
    this.#saved = clock()
    const start = this.#stored && !this.#stored.needsUpdate ? this.#stored.replica : null
    if (start) this.#began(start)
    this.#updater = new ReplicaUpdater({
      ...{ profile, clock, sources: this.#sources },
      ...(start && { replica: start }),
      onHead: replica => this.#advanced(replica),
      onRefused: error => this.#refused(error),
    })
  }

  /** Returns at once, with or without a network. */
  static open(options: FollowedReplicaOptions): FollowedReplica {
    const followed = new FollowedReplica(options)
    followed.#updater.start()
    return followed
  }

  /** Null as long as there is nothing that was proved. */
  get replica(): Replica | null {
    const { replica } = this.#updater
    return replica?.proved ? replica : (this.#stored?.replica ?? null)
  }

  /** For devices that follow this service. */
  get source(): Pick<DeltaLog, 'delta'> & Pick<HttpHeadSource, 'statements'> {
    return {
      delta: (height, wait, signal) => this.#deltas.delta(height, wait, signal),
      statements: height => this.#statements(height),
    }
  }

  /** Brings the replica to the newest head. @returns false if that took too long or failed */
  refresh(): Promise<boolean> {
    return this.#updater.refresh()
  }

  /** A snapshot of the newest proved head; null before the first one. */
  async snapshot(): Promise<{ readonly height: number; readonly bytes: Uint8Array } | null> {
    const { replica } = this
    if (!replica) return null
    const { height } = replica.head
    if (this.#exported?.height !== height) this.#exported = { height, bytes: replica.export() }
    return this.#exported
  }

  async close(): Promise<void> {
    await this.#updater.stop()
    this.#save()
  }

  #newestStored(): StoredSnapshot | null {
    const { path, given } = this.options
    const found = [readSnapshot(path), given].flatMap(bytes => this.#opened(bytes) ?? [])
    found.sort((a, b) => b.replica.head.height - a.replica.head.height)
    return found[0] ?? null
  }

  #opened(bytes: Uint8Array | undefined): StoredSnapshot | null {
    if (bytes === undefined) return null
    const { profile, clock } = this.options
    const refused = (error: unknown) => this.options.warn(factsOf(error), 'a stored snapshot is not used')
    try {
      return openStoredSnapshot(bytes, profile, clock(), refused)
    } catch (error) {
      refused(error)
      return null
    }
  }

  #began(replica: Replica): void {
    this.#height = replica.head.height
    this.#deltas.began(this.#height)
  }

  #advanced(replica: Replica): void {
    const { height } = replica.head
    const delta = this.#sources.find(
      ({ last }) => last?.from === this.#height && this.#leadsTo(last.bytes, height),
    )?.last
    if (delta) this.#deltas.applied(delta.from, delta.bytes, height)
    else this.#deltas.began(height)
    this.#height = height
    this.#lastRefusal = ''
    if (this.options.clock() - this.#saved >= SAVE) this.#save()
  }

  /** A step that ended meanwhile may have brought the replica elsewhere than this delta. */
  #leadsTo(bytes: Uint8Array, height: number): boolean {
    return parseDelta(bytes, this.options.profile.chainId).section.path.at(-1)?.number === height
  }

  async #statements(height: number): Promise<readonly string[]> {
    for (const source of this.#endpoints) {
      try {
        return await source.statements(height)
      } catch (error) {
        this.#refused(error)
      }
    }
    return []
  }

  /** The endpoints are asked every few seconds. The same refusal is logged once. */
  #refused(error: unknown): void {
    const facts = factsOf(error)
    const text = JSON.stringify(facts)
    if (text !== this.#lastRefusal) this.options.warn(facts, 'an endpoint did not bring the copy of the ledger forward')
    this.#lastRefusal = text
  }

  #save(): void {
    const { replica } = this.#updater
    if (!replica?.proved) return
    this.#saved = this.options.clock()
    try {
      writeSnapshot(this.options.path, replica.export())
    } catch (error) {
      this.options.warn({ err: error }, 'the snapshot could not be written; the next start needs the network')
    }
  }
}

const factsOf = (error: unknown): Record<string, unknown> =>
  error instanceof DojangError ? { code: error.code } : { error: String(error) }
