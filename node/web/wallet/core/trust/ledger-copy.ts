/**
 * The wallet's own copy of the ledger's registries: proved by its light client, stored on the phone, and brought forward
 * whenever there is a network. All questions are answered from it, so nobody learns what the holder is asked or shown.
 * Why: docs/decisions/146-the-wallet-keeps-a-copy-of-the-registries.md.
 */
import { atMost, type UnixSeconds } from '../../../../lib/time.ts'
import { ProofError } from '../../../../proof/errors.ts'
import { type LedgerProfile, verifyProfile } from '../../../../proof/profile.ts'
import { HttpHeadSource } from '../../../../verifier/replica/http-source.ts'
import { openStoredSnapshot } from '../../../../verifier/replica/proved-snapshot.ts'
import type { Replica } from '../../../../verifier/replica/replica.ts'
import { ReplicaUpdater } from '../../../../verifier/replica/updater.ts'
import { ReplicaView } from '../../../../verifier/replica/view.ts'
import type { PinnedView } from '../../../../verifier/view.ts'
import { UnavailableView } from '../../../../verifier/views/unavailable.ts'
import { WalletError } from '../errors.ts'
import { send } from '../http.ts'
import type { WalletPorts } from '../ports.ts'
import type { Knowledge } from '../wallet.ts'

type Ports = Pick<WalletPorts, 'settings' | 'store' | 'fetcher' | 'clock' | 'timer'>

const MAX_PROFILE = 65_536
/** How far a clock may be off before the holder is told, in seconds. */
const CLOCK_TOLERANCE = 120
/** The longest wait for a newer head before something is judged by the copy that there is, in milliseconds. */
const PATIENCE = 5000
/** After so many milliseconds without an answer the phone counts as offline, until the answer comes after all. */
const SILENCE = 10_000
/** Seconds between two copies on disk. */
const STORED_EVERY = 60
/** How late a block may be beyond the ledger's heartbeat before the clock is suspected. */
const LATE_BLOCK = 600

export class LedgerCopy {
  #profile: LedgerProfile | null = null
  #updater: ReplicaUpdater | null = null
  /** A copy from before the profile's checkpoint: used with its age until there is a newer one. */
  #old: Replica | null = null
  #storedAt: UnixSeconds | null = null
  #online = false
  /** The ledger's newest block is from our future. */
  #aheadOfUs = false
  #refusedAsFuture = false
  #refreshing: Promise<boolean> | undefined

  private constructor(private readonly ports: Ports) {}

  /** With what was stored. Makes no request. */
  static async open(ports: Ports): Promise<LedgerCopy> {
    const copy = new LedgerCopy(ports)
    const text = await ports.store.get('setting', 'profile')
    if (typeof text === 'string') await copy.#use(text)
    return copy
  }

  get profile(): LedgerProfile | null {
    return this.#profile
  }

  /** Null before anything was proved. */
  get replica(): Replica | null {
    return this.#updater?.replica ?? this.#old
  }

  /** @returns whether the newest head of the authority is known now */
  refresh(): Promise<boolean> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined
    })
    return this.#refreshing
  }

  /**
   * As `refresh`, but does not wait for a network that has fallen silent. What was asked goes on: over a slow connection it
   * arrives later. The first copy is large, and is waited for.
   */
  async look(): Promise<boolean> {
    const looking = this.refresh()
    if (!this.replica) return looking
    await atMost(this.ports.timer, SILENCE, looking)
    if (this.#refreshing !== looking) return looking
    this.#online = false
    return false
  }

  /** For a holder who waits: a copy that is a little old is better than a spinning wheel. */
  refreshSoon(): Promise<void> {
    return atMost(this.ports.timer, PATIENCE, this.refresh())
  }

  async pin(): Promise<PinnedView> {
    if (!this.replica) return new UnavailableView('replica', 'unreachable')
    return new ReplicaView(() => this.replica, { refresh: () => this.refresh() }).pin()
  }

  get knowledge(): Knowledge {
    const now = this.ports.clock()
    const head = this.replica?.proved ? this.replica.head : null
    const online = this.#online
    if (this.#profile?.seals === 'none') return { ledger: { state: 'no_seals' }, online, clock: null }
    const ledger = head
      ? ({ state: 'proved', block: head.height, time: head.time, age: Math.max(0, now - head.time) } as const)
      : ({ state: 'none' } as const)
    return { ledger, online, clock: this.#clock(now, head?.time ?? null) }
  }

  #clock(now: UnixSeconds, headTime: UnixSeconds | null): Knowledge['clock'] {
    if (this.#aheadOfUs) return 'behind'
    if (headTime === null || this.#profile === null) return null
    if (headTime > now + CLOCK_TOLERANCE) return 'behind'
    if (!this.#online) return null
    return now - headTime > this.#profile.heartbeat + LATE_BLOCK ? 'ahead' : 'right'
  }

  async #refresh(): Promise<boolean> {
    let fetched = false
    try {
      fetched = await this.#fetchProfile()
    } catch (error) {
      if (!(error instanceof WalletError || error instanceof ProofError)) throw error
      // The profile that is stored still counts.
    }
    if (this.#profile?.seals === 'none') {
      this.#online = fetched
      return false
    }
    this.#refusedAsFuture = false
    this.#online = (await this.#updater?.begin()) ?? false
    this.#aheadOfUs = this.#refusedAsFuture
    if (this.#online) await this.#storeCopy()
    return this.#online
  }

  /** @returns whether the authority answered with a profile that counts */
  async #fetchProfile(): Promise<boolean> {
    const { settings, fetcher, store } = this.ports
    const url = `${settings.authority}/.well-known/dojang-ledger`
    const { status, text } = await send(fetcher, url, { maxLength: MAX_PROFILE })
    if (status !== 200) return false
    const profile = verifyProfile(text.trim(), settings.profileKey, this.#profile?.version ?? 0)
    if (profile.version === this.#profile?.version) return true
    await store.commit([{ table: 'setting', key: 'profile', put: text.trim() }])
    await this.#use(text.trim())
    return true
  }

  async #use(text: string): Promise<void> {
    const { settings, store, fetcher, clock } = this.ports
    const profile = verifyProfile(text, settings.profileKey)
    this.#profile = profile
    if (profile.seals === 'none') return
    const bytes = await store.get('setting', 'snapshot')
    const stored = bytes instanceof Uint8Array ? this.#openStored(bytes, profile) : null
    this.#old = stored?.needsUpdate ? stored.replica : null
    const endpoints = new Set([settings.authority, ...profile.endpoints.map(each => each.replace(/\/$/, ''))])
    this.#updater = new ReplicaUpdater({
      ...{ profile, clock },
      sources: [...endpoints].map(endpoint => new HttpHeadSource(endpoint, fetcher)),
      ...(stored && !stored.needsUpdate && { replica: stored.replica }),
      onRefused: error => {
        if (error instanceof ProofError && error.code === 'PROOF_FUTURE') this.#refusedAsFuture = true
      },
    })
  }

  /** A copy that is damaged, or of another ledger, is as good as none. */
  #openStored(bytes: Uint8Array, profile: LedgerProfile) {
    try {
      return openStoredSnapshot(bytes, profile, this.ports.clock())
    } catch (error) {
      if (!(error instanceof ProofError)) throw error
      if (error.code === 'PROOF_FUTURE') this.#aheadOfUs = true
      return null
    }
  }

  async #storeCopy(): Promise<void> {
    const replica = this.#updater?.replica
    const now = this.ports.clock()
    const isRecent = this.#storedAt !== null && Math.abs(now - this.#storedAt) < STORED_EVERY
    if (!replica?.proved || isRecent) return
    this.#old = null
    this.#storedAt = now
    await this.ports.store.commit([{ table: 'setting', key: 'snapshot', put: replica.export() }])
  }
}
