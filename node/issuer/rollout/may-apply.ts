/** Decides by the roll-out policy whether an application may be taken. Pure. */
import type { Channel } from '../../credential/card.ts'
import { koreanDate } from '../../credential/dates.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { municipalityOfAddress, municipalityOfCode } from '../../residents/municipality.ts'
import type { Municipality, RolloutPhase, RolloutPolicy } from './policy.ts'

/** Where a clerk takes the application. The local command line without a centre may act for any. */
export type Place = { readonly centre: string | null } | 'any-centre'

export interface Asked {
  /** Of the applicant, as registered. The code may be empty, then the address decides. */
  readonly residence: { readonly municipality: string; readonly address: string }
  /** Id of the card definition. */
  readonly card: string
  /** Such as `mobile`. */
  readonly kind: string
  readonly channel: Channel
  /** For the channel `counter` only. */
  readonly place: Place
  readonly now: UnixSeconds
}

/** Where the applicant may apply. */
export type Where =
  /** At a centre of one of these municipalities. */
  | { readonly kind: 'municipalities'; readonly names: readonly Pick<Municipality, 'ko' | 'en'>[] }
  | { readonly kind: 'any-centre' }
  /** Through this channel, which has no place. */
  | { readonly kind: 'channel'; readonly channel: Channel }

export type Decision =
  | { readonly allowed: true }
  | {
      readonly allowed: false
      readonly code: 'ISSUER_NOT_YET' | 'ISSUER_OTHER_CENTRE'
      /** Null: no date is set for this applicant. */
      readonly where: Where | null
      /** The day from which, YYYY-MM-DD. Null: now (another centre), or no date is set. */
      readonly from: string | null
    }

const ALLOWED: Decision = { allowed: true }

export function mayApply(policy: RolloutPolicy | null, asked: Asked): Decision {
  if (policy === null) return ALLOWED
  const today = koreanDate(asked.now)
  const home = homeOf(policy, asked.residence)
  const possible = policy.phases.filter(
    phase => concerns(phase, asked) && admits(phase, home) && (phase.until === undefined || today < phase.until),
  )
  const active = possible.filter(({ from }) => from <= today)
  if (active.some(phase => isAt(phase, policy, home, asked))) return ALLOWED
  const [open] = active
  if (open)
    return { allowed: false, code: 'ISSUER_OTHER_CENTRE', where: whereOf(open, policy, home, asked), from: null }
  const [next] = possible.toSorted((a, b) => (a.from < b.from ? -1 : 1))
  if (!next) return { allowed: false, code: 'ISSUER_NOT_YET', where: null, from: null }
  return { allowed: false, code: 'ISSUER_NOT_YET', where: whereOf(next, policy, home, asked), from: next.from }
}

/** The code of the applicant's municipality; undefined if the policy does not know it. */
function homeOf({ municipalities }: RolloutPolicy, { municipality, address }: Asked['residence']): string | undefined {
  const code = municipalityOfCode(municipality)
  if (code !== undefined) return code
  const name = municipalityOfAddress(address)
  return municipalities.find(({ ko }) => ko === name)?.code
}

const concerns = ({ channels, cards, kinds }: RolloutPhase, { channel, card, kind }: Asked): boolean =>
  channels.includes(channel) && (cards?.includes(card) ?? true) && (kinds?.includes(kind) ?? true)

const covers = ({ municipalities }: RolloutPhase, code: string | undefined): boolean =>
  municipalities === 'all' || (code !== undefined && municipalities.includes(code))

const admits = (phase: RolloutPhase, home: string | undefined): boolean => phase.who === 'anyone' || covers(phase, home)

/** Whether the place of the application is one that the phase allows. Other channels than the counter have no place. */
function isAt(
  phase: RolloutPhase,
  policy: RolloutPolicy,
  home: string | undefined,
  { channel, place }: Asked,
): boolean {
  if (channel !== 'counter' || phase.where === 'any-centre' || place === 'any-centre') return true
  const centre = policy.centres.find(({ id }) => id === place.centre)
  if (!centre) return false
  return phase.who === 'anyone' ? covers(phase, centre.municipality) : centre.municipality === home
}

function whereOf(phase: RolloutPhase, policy: RolloutPolicy, home: string | undefined, asked: Asked): Where {
  if (asked.channel !== 'counter') return { kind: 'channel', channel: asked.channel }
  if (phase.where === 'any-centre') return { kind: 'any-centre' }
  if (phase.who === 'anyone') {
    if (phase.municipalities === 'all') return { kind: 'any-centre' }
    return { kind: 'municipalities', names: policy.municipalities.filter(({ code }) => covers(phase, code)) }
  }
  const named = policy.municipalities.find(({ code }) => code === home)
  // A policy for all municipalities need not list them. The address then has the name.
  const ko = named?.ko ?? municipalityOfAddress(asked.residence.address) ?? '주소지'
  return { kind: 'municipalities', names: [named ?? { ko, en: ko === '주소지' ? 'your registered address' : ko }] }
}
