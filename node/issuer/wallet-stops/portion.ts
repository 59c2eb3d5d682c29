/** What one step of a stop does with the next cards of the provider. */
import type { UnixSeconds } from '../../lib/time.ts'
import type { StatusName } from '../../proof/registries/status.ts'
import type { WriteOp } from '../../store/store.ts'
import type { Credentials } from '../credentials.ts'
import type { StatusRequest } from '../status-requests.ts'
import type { Suspensions } from '../suspensions.ts'
import type { Allowance } from './allowance.ts'
import type { ProviderCard } from './provider-cards.ts'
import { byOfStop, type WalletStop } from './wallet-stop.ts'

export interface Portion {
  /** The cards that were dealt with: all that were given, unless the limit of the day is spent. */
  readonly dealt: readonly ProviderCard[]
  /** Of those, the ones that are neither revoked nor expired, before the changes. */
  readonly live: readonly ProviderCard[]
  readonly changes: readonly ProviderCard[]
  /** Left for later. */
  readonly skipped: number
  readonly requests: readonly StatusRequest[]
  /** To be committed with the requests. */
  readonly ops: readonly WriteOp[]
}

export interface PortionParts {
  readonly credentials: Credentials
  readonly suspensions: Suspensions
  readonly allowance: Allowance
}

const TO = { suspending: 'SUSPENDED', revoking: 'INVALID', reinstating: 'VALID' } as const
type Act = keyof typeof TO

/** Call it while no status of these cards is changed by anything else here. */
export async function planPortion(
  act: Act,
  stop: WalletStop,
  cards: readonly ProviderCard[],
  now: UnixSeconds,
  parts: PortionParts,
): Promise<Portion> {
  const { credentials, suspensions } = parts
  const by = byOfStop(stop)
  const room = act === 'revoking' ? await roomFor(stop, cards, now, parts) : null
  const dealt: ProviderCard[] = []
  const live: ProviderCard[] = []
  const changes: (ProviderCard & { readonly from: StatusName })[] = []
  const ops: WriteOp[] = []
  let skipped = 0
  for (const card of cards) {
    const from = credentials.statusOf(card.record)
    const isLive = from !== 'INVALID' && card.record.expiresAt > now
    if (isLive && room?.authority === changes.length) break
    dealt.push(card)
    if (!isLive) continue
    live.push(card)
    if (act === 'suspending') {
      if (from === 'VALID') changes.push({ ...card, from })
      else if (suspensions.isStronger(by, card.id)) ops.push(...credentials.keep(card.id, by))
    } else if (act === 'revoking') {
      if (room?.take(card.record.list)) changes.push({ ...card, from })
      else skipped++
    } else if (suspensions.by(card.id) === by && from === 'SUSPENDED' && !(await credentials.replaced(card.id))) {
      changes.push({ ...card, from })
    }
  }
  const purpose = { to: TO[act], reason: stop.reason, by }
  const requests = (['VALID', 'SUSPENDED'] as const).flatMap(from => {
    const ids = changes.filter(change => change.from === from).map(({ id }) => id)
    return ids.length === 0 ? [] : credentials.requests(ids, from, purpose)
  })
  return { dealt, live, changes, skipped, requests, ops }
}

/** How many of these cards may be revoked now, all together and of each list. */
async function roomFor(
  { walk }: WalletStop,
  cards: readonly ProviderCard[],
  now: UnixSeconds,
  { allowance }: PortionParts,
) {
  const ofList = new Map<string, number>()
  for (const { record } of cards) {
    if (!ofList.has(record.list)) ofList.set(record.list, await allowance.ofList(record.list, now))
  }
  const take = (list: string): boolean => {
    const left = ofList.get(list) ?? 0
    ofList.set(list, left - 1)
    return left > 0
  }
  return { authority: walk ? allowance.ofAuthority(walk, now) : 0, take }
}
