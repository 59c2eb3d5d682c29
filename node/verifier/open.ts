/** Opens a verifier in one call: gets the profile, keeps a replica up to date, and checks presentations against it. */
import { readBounded } from '../lib/stream.ts'
import type { Clock } from '../lib/time.ts'
import type { Warn } from '../lib/warn.ts'
import { type LedgerProfile, verifyProfile } from '../proof/profile.ts'
import { VerifierError } from './errors.ts'
import type { Preset } from './presets/preset.ts'
import { HttpHeadSource } from './replica/http-source.ts'
import { openStoredSnapshot } from './replica/proved-snapshot.ts'
import { ReplicaUpdater } from './replica/updater.ts'
import { ReplicaView } from './replica/view.ts'
import { HttpStatusLists } from './status/port.ts'
import { TokenStatusLists } from './status/source.ts'
import { Verifier } from './verifier.ts'

export interface OpenVerifierOptions {
  readonly clock: Clock
  readonly fetcher?: typeof fetch
  /** The text of the profile. If it is given, none is fetched. */
  readonly profile?: string
  /**
   * A snapshot that was stored before. Checks can start offline, and no endpoint can return the replica to an earlier
   * state. A snapshot from before the profile's checkpoint is used, with its age, until a newer one is available.
   */
  readonly snapshot?: Uint8Array
  /** The highest version of the profile seen so far (`profile.version`). An older one is refused. */
  readonly minVersion?: number
  /**
   * Receives each refused answer of an endpoint, and the refusal of the given snapshot if the profile no longer leads
   * to it.
   */
  readonly onRefused?: (error: unknown) => void
  /** See `VerifierOptions`. */
  readonly presets?: readonly Preset[]
  /** See `VerifierOptions`. */
  readonly warn?: Warn
}

export interface OpenedVerifier {
  readonly verifier: Verifier
  readonly profile: LedgerProfile
  readonly updater: ReplicaUpdater
  /** Stops updating. */
  close(): Promise<void>
}

const MAX_PROFILE = 65_536

/** Implements `openVerifier` of `public.ts`, which documents the errors. */
export async function openVerifier(
  endpoint: string,
  pinned: string,
  options: OpenVerifierOptions,
): Promise<OpenedVerifier> {
  const { clock, fetcher = (input, init) => fetch(input, init), onRefused, presets, warn } = options
  const base = endpoint.replace(/\/$/, '')
  const text = options.profile ?? (await fetchProfile(base, fetcher))
  const profile = verifyProfile(text, pinned, options.minVersion)
  requireSeals(profile)
  const endpoints = [...new Set([base, ...profile.endpoints.map(each => each.replace(/\/$/, ''))])]
  const provided = options.snapshot ? openStoredSnapshot(options.snapshot, profile, clock(), onRefused) : null
  const updater = new ReplicaUpdater({
    ...{ profile, clock },
    sources: endpoints.map(each => new HttpHeadSource(each, fetcher)),
    ...(provided && !provided.needsUpdate ? { replica: provided.replica } : {}),
    ...(onRefused ? { onRefused } : {}),
  })
  if (provided) await updater.refresh()
  else await updater.begin()
  updater.start()
  const view = new ReplicaView(() => updater.replica ?? provided?.replica ?? null, { refresh: () => updater.refresh() })
  const statusLists = new TokenStatusLists(new HttpStatusLists({ fetcher }))
  const verifier = new Verifier({
    ...{ profile, view, clock, statusLists },
    ...(presets ? { presets } : {}),
    ...(warn ? { warn } : {}),
  })
  return { verifier, profile, updater, close: () => updater.stop() }
}

/** @throws {VerifierError} VERIFIER_CONFIGURATION `seals` */
export function requireSeals({ seals }: LedgerProfile): void {
  if (seals !== 'none') return
  throw new VerifierError(
    { code: 'VERIFIER_CONFIGURATION', reason: 'seals' },
    'This ledger has no seals, so nothing can be proved. Use a sealed ledger, or ask a trusted node (RpcView).',
  )
}

/**
 * The text of the profile that an endpoint serves. Nothing of it is verified.
 * @throws {VerifierError} VERIFIER_CONFIGURATION if the endpoint serves no profile
 */
export async function fetchProfile(base: string, fetcher: typeof fetch): Promise<string> {
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
    `${url} did not return a ledger profile. Check the URL and the network, or pass the profile as an option.`,
    { cause },
  )
}
