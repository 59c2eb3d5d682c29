/** The shop's device: the verifier that the check screen has, with a proved copy of the ledger. */
import type { Clock } from '../../../lib/time.ts'
import { judgeOneWay } from '../../../verifier/in-person/one-way.ts'
import { SeenPresentations } from '../../../verifier/in-person/seen.ts'
import { type OpenedVerifier, openVerifier } from '../../../verifier/open.ts'
import { presetById } from '../../../verifier/presets/all.ts'
import { type Preset, policyOf } from '../../../verifier/presets/preset.ts'
import type { VerifiedPresentation, Verifier } from '../../../verifier/verifier.ts'

export interface Shop extends OpenedVerifier {
  readonly clock: Clock
  readonly seen: SeenPresentations
}

export async function openShop(
  authority: string,
  profileKey: string,
  clock: Clock,
  more: Partial<Parameters<typeof openVerifier>[2]> = {},
): Promise<Shop> {
  const opened = await openVerifier(authority, profileKey, { clock, onRefused: () => undefined, ...more })
  return { ...opened, clock, seen: await freshMemory() }
}

const freshMemory = () => SeenPresentations.open({ read: async () => [], write: async () => undefined })

interface Judging {
  readonly verifier: Verifier
  readonly clock: Clock
  readonly seen: SeenPresentations
}

/** What the check screen does with a code that its camera has read. */
export const judge = (
  message: Uint8Array,
  preset: Preset,
  { verifier, clock, seen }: Judging,
): Promise<VerifiedPresentation> =>
  judgeOneWay(message, { preset, policy: policyOf(preset, { inPerson: true }), verifier, clock, seen })

export function presetOf(id: string): Preset {
  const preset = presetById(id)
  if (preset === undefined) throw new TypeError(`there is no preset ${id}`)
  return preset
}
