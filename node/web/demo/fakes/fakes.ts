/**
 * The fakes: each makes real bytes, and asks the verifier, or the wallet, that everybody uses. No answer is written here.
 * Why: docs/decisions/154.
 */
import { fromBase64url, fromUtf8, textToBase64url, toBase64url } from '../../../lib/bytes.ts'
import type { Clock } from '../../../lib/time.ts'
import { ProofError } from '../../../proof/errors.ts'
import { InPersonCheck } from '../../../verifier/in-person/check.ts'
import { policyOf } from '../../../verifier/presets/preset.ts'
import { requestPolicyOf } from '../../../verifier/presets/request-policy.ts'
import type { VerifiedPresentation } from '../../../verifier/verifier.ts'
import { registerTill } from '../../check/core/till.ts'
import { WalletError } from '../../wallet/core/errors.ts'
import type { Asker, SharedClaim } from '../../wallet/core/wallet.ts'
import { cardsOf, firstChoice } from '../../wallet/screens/request/choice.ts'
import { type Attacker, becomeAttacker, oneWayCode } from './attacker.ts'
import { type CardOffer, signInSecret, suspendCard } from './call-node.ts'
import { judge, openShop, presetOf, type Shop } from './shop.ts'

export const FAKES = ['screenshot', 'replay', 'tampered', 'unanchored', 'rollback', 'overasking'] as const
export type Fake = (typeof FAKES)[number]

export type Exposed =
  | {
      readonly by: 'shop'
      readonly verdict: VerifiedPresentation
      /** Of what was refused before there was a verdict. */
      readonly code: string | null
    }
  | {
      readonly by: 'wallet'
      readonly asker: Asker
      /** What is asked beyond the registration. */
      readonly marked: readonly SharedClaim[]
      /** Of what the wallet says if it is to answer all the same; null if it answers. */
      readonly code: string | null
    }

/** Both sides, once: a phone with a genuine card, and a shop that finds it valid. */
export interface Stage {
  readonly attacker: Attacker
  readonly shop: Shop
  readonly offer: CardOffer
  readonly clock: Clock
  /** What the shop says of the genuine card. */
  readonly genuine: VerifiedPresentation
}

export async function openStage(clock: Clock): Promise<Stage> {
  const { attacker, offer } = await becomeAttacker(clock)
  const shop = await openShop(offer.authority, offer.profileKey, clock)
  const preset = presetOf('airport')
  const genuine = await judge(await oneWayCode(attacker, { preset, iat: clock() }), preset, shop)
  return { attacker, shop, offer, clock, genuine }
}

export function expose(fake: Fake, stage: Stage): Promise<Exposed> {
  switch (fake) {
    case 'screenshot':
      return screenshot(stage)
    case 'replay':
      return replay(stage)
    case 'tampered':
      return tampered(stage)
    case 'unanchored':
      return unanchored(stage)
    case 'rollback':
      return rollback(stage)
    case 'overasking':
      return overasking(stage)
  }
}

const said = (verdict: VerifiedPresentation, code: string | null = null): Exposed => ({ by: 'shop', verdict, code })

const MINUTE_AGO = 61

/** A code that the phone signed a minute ago, as a screenshot of it shows it now. */
async function screenshot({ attacker, shop, clock }: Stage): Promise<Exposed> {
  const preset = presetOf('age')
  const code = await oneWayCode(attacker, { preset, iat: clock() - MINUTE_AGO })
  return said(await judge(code, preset, shop))
}

/** The same code twice, at once. The first time it is the holder's. */
async function replay({ attacker, shop, clock }: Stage): Promise<Exposed> {
  const preset = presetOf('age')
  const code = await oneWayCode(attacker, { preset, iat: clock() })
  await judge(code, preset, shop)
  return said(await judge(code, preset, shop))
}

/** Another name in a genuine card, signed with the phone's own key. */
async function tampered({ attacker, shop, clock }: Stage): Promise<Exposed> {
  const preset = presetOf('airport')
  const change = (presented: string) => presented.split('~').map(renamed).join('~')
  return said(await judge(await oneWayCode(attacker, { preset, iat: clock(), change }), preset, shop))
}

const NAME = 'given_name'

/** A disclosure is `["salt","name",value]` in base64url (RFC 9901 §4.2.1). The first part is a JWS and stays. */
function renamed(part: string, index: number): string {
  if (index === 0 || part === '') return part
  const [salt, name] = JSON.parse(fromUtf8(fromBase64url(part))) as readonly [string, string]
  return name === NAME ? textToBase64url(JSON.stringify([salt, name, toBase64url(Uint8Array.of(1, 2, 3))])) : part
}

/** A card that somebody with the authority's key signed in secret. */
async function unanchored({ attacker, shop, offer, clock }: Stage): Promise<Exposed> {
  const preset = presetOf('airport')
  const credential = await signInSecret(offer.id, attacker.jwk)
  return said(await judge(await oneWayCode(attacker, { preset, iat: clock(), credential }), preset, shop))
}

/** A card of its own is suspended, and the shop's network then gives it a copy of the ledger from before that. */
async function rollback({ clock }: Stage): Promise<Exposed> {
  const preset = presetOf('age')
  const { attacker, offer } = await becomeAttacker(clock)
  const { authority, profileKey } = offer
  const before = await openShop(authority, profileKey, clock)
  const older = before.updater.replica?.export()
  await suspendCard(offer.id)
  await before.updater.refresh()
  const newest = before.updater.replica?.export()
  await before.close()
  if (older === undefined || newest === undefined) throw new TypeError('the shop has no copy of the ledger')
  let code: string | null = null
  const shop = await openShop(authority, profileKey, clock, {
    snapshot: newest,
    fetcher: servingOnly(older),
    onRefused: error => {
      if (error instanceof ProofError) code = error.code
    },
  })
  try {
    const verdict = await judge(await oneWayCode(attacker, { preset, iat: clock() }), preset, shop)
    return said(verdict, code)
  } finally {
    await shop.close()
  }
}

/** A network that has nothing newer than this snapshot. The profile is the genuine one. */
const servingOnly =
  (snapshot: Uint8Array): typeof fetch =>
  async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input, location.href)
    if (pathname.endsWith('/snapshots/latest')) return new Response(Uint8Array.from(snapshot))
    if (pathname.includes('/heads/')) return new Response(null, { status: 410 })
    return fetch(input, init)
  }

/** A till that is registered for checking ages asks for what a bank may ask. */
async function overasking({ attacker, shop, offer, clock }: Stage): Promise<Exposed> {
  const till = await registerTill(offer.authority, null, forgetful)
  const check = await InPersonCheck.begin({
    asker: { x5c: till.x5c, sign: till.sign },
    requestPolicy: requestPolicyOf(presetOf('age')),
    policy: policyOf(presetOf('bank'), { inPerson: true }),
    verifier: shop.verifier,
    clock,
    random: length => crypto.getRandomValues(new Uint8Array(length)),
  })
  const { wallet } = attacker
  await wallet.refresh()
  const request = await wallet.openShownRequest(check.message)
  const candidates = request.groups.flatMap(({ options }) =>
    options.flatMap(({ parts }) => parts.flatMap(part => part.candidates)),
  )
  const marked = candidates.flatMap(({ claims }) => claims.filter(({ beyond }) => beyond))
  const choice = { cards: cardsOf(request, firstChoice(request)) }
  let code: string | null = null
  try {
    await wallet.answerShown(request, choice, await wallet.touch())
  } catch (error) {
    if (!(error instanceof WalletError)) throw error
    code = error.code
  }
  return { by: 'wallet', asker: request.asker, marked, code }
}

/** The till is used once. */
const forgetful = {
  get: async () => undefined,
  put: async () => undefined,
  delete: async () => undefined,
  clear: async () => undefined,
}
