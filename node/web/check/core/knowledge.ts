/**
 * What this device knows of the ledger. It begins with the snapshot of last time, follows the authority's heads while
 * there is a network, and stores each newer state, so that the next check without a network begins there. Why:
 * docs/decisions/150.
 */
import type { Clock, UnixSeconds } from '../../../lib/time.ts'
import { type LedgerProfile, openProfile } from '../../../proof/profile.ts'
import { VerifierError } from '../../../verifier/errors.ts'
import { fetchProfile, type OpenedVerifier, openVerifier } from '../../../verifier/open.ts'
import type { Verifier } from '../../../verifier/verifier.ts'
import type { Store } from './store.ts'

export interface Knowledge {
  readonly verifier: Verifier
  readonly profile: LedgerProfile
  /** The newest proved block; null before the first snapshot has arrived. */
  readonly head: () => { readonly height: number; readonly time: UnixSeconds } | null
  /** Whether the newest block is about as new as the ledger's rhythm allows. */
  readonly isCurrent: () => boolean
  close(): Promise<void>
}

/** There is neither a network nor anything stored. */
export class NothingKnown extends Error {
  override name = 'NothingKnown'
}

/** The authority's profile is signed by another key than the one that this device has trusted so far. */
export class OtherAuthority extends Error {
  override name = 'OtherAuthority'
}

interface Kept {
  /** Thumbprint of the key that signed the first profile. Later profiles must have the same. */
  readonly pin: string
  readonly profile: string
  readonly version: number
}

export interface KnowledgeOptions {
  /** The authority's public URL, without a slash at its end. */
  readonly base: string
  readonly store: Store
  readonly clock: Clock
  readonly fetcher: typeof fetch
}

const PROFILE = 'profile'
const SNAPSHOT = 'snapshot'
const FETCH_MS = 5000
/** Milliseconds between two writes of the snapshot. */
const STORE_EVERY = 30_000
/** Seconds beyond the ledger's longest pause after which a newer block must have come. */
const SLACK = 30

/**
 * @throws {NothingKnown} {OtherAuthority}
 * @throws {ProofError} {VerifierError} as `openVerifier`
 */
export async function openKnowledge(options: KnowledgeOptions): Promise<Knowledge> {
  const { base, store, clock, fetcher } = options
  const kept = await store.get<Kept>(PROFILE)
  const { pin, text } = await profileText(options, kept)
  const snapshot = await store.get<Uint8Array>(SNAPSHOT)
  const opened = await openVerifier(base, pin, {
    ...{ clock, fetcher, profile: text, minVersion: kept?.version ?? 0 },
    ...(snapshot && { snapshot }),
    // An endpoint that cannot be reached shows in the age of the data.
    onRefused: () => undefined,
  })
  const { profile } = opened
  await store.put(PROFILE, { pin, profile: text, version: profile.version } satisfies Kept)
  const stopStoring = keepSnapshots(opened, store)
  const head = () => opened.updater.replica?.head ?? null
  return {
    ...{ verifier: opened.verifier, profile, head },
    isCurrent: () => {
      const newest = head()
      return newest !== null && clock() - newest.time <= profile.heartbeat + SLACK
    },
    close: async () => {
      stopStoring()
      await opened.close()
    },
  }
}

async function profileText(
  { base, fetcher }: KnowledgeOptions,
  kept: Kept | undefined,
): Promise<{ readonly pin: string; readonly text: string }> {
  const text = await newestProfile(base, fetcher)
  if (text === null) {
    if (kept === undefined) throw new NothingKnown('no network and no profile')
    return { pin: kept.pin, text: kept.profile }
  }
  const { signer, profile } = openProfile(text)
  if (kept === undefined) return { pin: signer, text }
  if (signer !== kept.pin) throw new OtherAuthority('another key signs the profile')
  // A server that was set back, or somebody who plays an old answer, changes nothing here.
  return { pin: kept.pin, text: profile.version < kept.version ? kept.profile : text }
}

/** @returns null without a network */
async function newestProfile(base: string, fetcher: typeof fetch): Promise<string | null> {
  const hasty: typeof fetch = (url, init) =>
    fetcher(url, { ...init, signal: AbortSignal.timeout(FETCH_MS), cache: 'no-store' })
  try {
    return await fetchProfile(base, hasty)
  } catch (error) {
    if (error instanceof VerifierError) return null
    throw error
  }
}

function keepSnapshots({ updater }: OpenedVerifier, store: Store): () => void {
  let height = -1
  const keep = () => {
    const { replica } = updater
    if (!replica?.proved || replica.head.height === height) return
    height = replica.head.height
    void store.put(SNAPSHOT, replica.export())
  }
  keep()
  const timer = setInterval(keep, STORE_EVERY)
  return () => {
    clearInterval(timer)
    keep()
  }
}
