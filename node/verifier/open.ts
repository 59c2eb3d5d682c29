/** Everything in one call: the profile, a replica that follows the ledger, and a verifier that reads it. */
import { readBounded } from '../lib/stream.ts'
import type { Clock, UnixSeconds } from '../lib/time.ts'
import type { Warn } from '../lib/warn.ts'
import { ProofError } from '../proof/errors.ts'
import { type LedgerProfile, verifyProfile } from '../proof/profile.ts'
import { VerifierError } from './errors.ts'
import { HttpHeadSource } from './replica/http-source.ts'
import { headTrustedBy, openProvedSnapshot } from './replica/proved-snapshot.ts'
import { Replica } from './replica/replica.ts'
import { ReplicaUpdater } from './replica/updater.ts'
import { ReplicaView } from './replica/view.ts'
import { HttpStatusLists } from './status/port.ts'
import { TokenStatusLists } from './status/source.ts'
import { Verifier } from './verifier.ts'

export interface OpenVerifierOptions {
  readonly clock: Clock
  readonly fetcher?: typeof fetch
  /** The profile as text, when it is at hand already: then nothing is fetched for it. */
  readonly profile?: string
  /**
   * A snapshot from before: the check can begin offline, and nobody leads it back behind that. One from before the
   * profile's checkpoint serves, at its age, until a newer one is there.
   */
  readonly snapshot?: Uint8Array
  /** The highest version of the profile seen so far (`profile.version`): an older one is refused. */
  readonly minVersion?: number
  /** Told of each answer of the endpoint that was refused, and of a snapshot given that the profile leads to no more. */
  readonly onRefused?: (error: unknown) => void
  /** As of `Verifier`. */
  readonly warn?: Warn
}

export interface OpenedVerifier {
  readonly verifier: Verifier
  readonly profile: LedgerProfile
  readonly updater: ReplicaUpdater
  /** Stops following. */
  close(): Promise<void>
}

const MAX_PROFILE = 65_536

/** `openVerifier` of `public.ts`, which says what it throws. */
export async function openVerifier(
  endpoint: string,
  pinned: string,
  options: OpenVerifierOptions,
): Promise<OpenedVerifier> {
  const { clock, fetcher = (input, init) => fetch(input, init), onRefused } = options
  const base = endpoint.replace(/\/$/, '')
  const text = options.profile ?? (await fetchProfile(base, fetcher))
  const profile = verifyProfile(text, pinned, options.minVersion)
  if (profile.seals === 'none') {
    throw new VerifierError(
      { code: 'VERIFIER_CONFIGURATION', reason: 'seals' },
      'This ledger has no seals: only a trusted node can be asked (RpcView). Use a sealed ledger.',
    )
  }
  const endpoints = [...new Set([base, ...profile.endpoints.map(each => each.replace(/\/$/, ''))])]
  const kept = options.snapshot ? openProvidedSnapshot(options.snapshot, profile, clock(), onRefused) : null
  const updater = new ReplicaUpdater({
    ...{ profile, clock },
    sources: endpoints.map(each => new HttpHeadSource(each, fetcher)),
    ...(kept && !kept.behind ? { replica: kept.replica } : {}),
    ...(onRefused ? { onRefused } : {}),
  })
  if (kept) await updater.refresh()
  else await updater.begin()
  updater.start()
  const view = new ReplicaView(() => updater.replica ?? kept?.replica ?? null, { refresh: () => updater.refresh() })
  const statusLists = new TokenStatusLists(new HttpStatusLists({ fetcher }))
  const verifier = new Verifier({ profile, view, clock, statusLists, ...(options.warn ? { warn: options.warn } : {}) })
  return { verifier, profile, updater, close: () => updater.stop() }
}

/**
 * Null if the profile no longer leads to it: then it is as if there were none. Any other fault is thrown, so that the
 * caller hears of it.
 */
function openProvidedSnapshot(
  bytes: Uint8Array,
  profile: LedgerProfile,
  now: UnixSeconds,
  onRefused?: (error: unknown) => void,
) {
  try {
    return { replica: Replica.open(bytes, profile, now), behind: false }
  } catch (error) {
    if (!(error instanceof ProofError) || !['PROOF_ROLLBACK', 'PROOF_SET_UNTRUSTED'].includes(error.code)) throw error
  }
  try {
    return { replica: openProvedSnapshot(bytes, profile, headTrustedBy(bytes, profile)), behind: true }
  } catch (error) {
    if (!(error instanceof ProofError)) throw error
    onRefused?.(error)
    return null
  }
}

async function fetchProfile(base: string, fetcher: typeof fetch): Promise<string> {
  const url = `${base}/.well-known/dojang-ledger`
  let cause: unknown
  try {
    const response = await fetcher(url, { signal: AbortSignal.timeout(10_000), redirect: 'error' })
    if (response.ok) return new TextDecoder().decode(await readBounded(response.body, MAX_PROFILE)).trim()
  } catch (error) {
    cause = error
  }
  throw new VerifierError(
    { code: 'VERIFIER_CONFIGURATION', reason: 'profile' },
    `There is no ledger profile to be had at ${url}. Check the URL and the network, or give the profile itself.`,
    { cause },
  )
}
