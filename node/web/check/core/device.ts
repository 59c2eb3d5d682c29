/** All that one device needs to check cards, from the network where there is one and otherwise from last time. */
import type { Clock } from '../../../lib/time.ts'
import { type Seen, SeenPresentations } from '../../../verifier/in-person/seen.ts'
import type { Preset } from '../../../verifier/presets/preset.ts'
import { type Knowledge, NothingKnown, openKnowledge } from './knowledge.ts'
import { type CardLabels, labelsOf } from './labels.ts'
import { newestOrKept, type Source } from './newest.ts'
import type { Store } from './store.ts'
import { currentTill, type Till } from './till.ts'

export interface Device {
  /** The authority's public URL. */
  readonly base: string
  /** A demo gives every device a certificate. */
  readonly isDemo: boolean
  readonly store: Store
  readonly knowledge: Knowledge
  readonly presets: readonly Preset[]
  readonly till: Till | null
  readonly seen: SeenPresentations
  /** By `vct`. */
  readonly labels: ReadonlyMap<string, CardLabels>
}

export interface DeviceOptions {
  readonly store: Store
  readonly clock: Clock
  readonly fetcher: typeof fetch
  /** The directory of this page. */
  readonly page: string
}

interface Authority {
  /** Its public URL. */
  readonly authority: string
  readonly mode: string
}

const AUTHORITY = 'authority'
const PRESETS = 'presets'
const SEEN = 'seen'

/** @throws {NothingKnown} {OtherAuthority} as `openKnowledge` */
export async function openDevice({ store, clock, fetcher, page }: DeviceOptions): Promise<Device> {
  const load = async <Document>(name: string, url: string) => {
    const found = await newestOrKept<Document>(name, url, { store, fetcher })
    if (found === undefined) throw new NothingKnown(`no network and no ${name}`)
    return found
  }
  const { authority, mode } = await load<Authority>(AUTHORITY, `${page}settings.json`)
  const base = authority.replace(/\/$/, '')
  const knowledge = await openKnowledge({ base, store, clock, fetcher })
  const all = await load<{ readonly presets: readonly Preset[] }>(PRESETS, `${base}/presets.json`)
  // Where nobody compares a face, nobody stands in front of the other.
  const presets = all.presets.filter(({ portrait }) => portrait === 'in_person')
  const seen = await SeenPresentations.open({
    read: async () => (await store.get<readonly Seen[]>(SEEN)) ?? [],
    write: list => store.put(SEEN, list),
  })
  const till = await currentTill(base, store, clock())
  const labels = await labelsOfAll(presets, { base, store, fetcher })
  return { base, isDemo: mode === 'demo', store, knowledge, presets, till, seen, labels }
}

async function labelsOfAll(
  presets: readonly Preset[],
  source: Source & { readonly base: string },
): Promise<ReadonlyMap<string, CardLabels>> {
  const types = [...new Set(presets.flatMap(({ cards }) => cards.map(({ vct }) => vct)))]
  const found = await Promise.all(types.map(async vct => [vct, await labelsOf(vct, source)] as const))
  return new Map(found.filter((entry): entry is readonly [string, CardLabels] => entry[1] !== null))
}
