/** A checker and a phone in person: real keys, cards and messages. A test sets the time and the ledger. */
import { randomBytes } from 'node:crypto'
import type { SoftwareSigner } from '../../../../node/keys/signer.ts'
import { toBase64url } from '../../../../node/lib/bytes.ts'
import { type CheckOptions, InPersonCheck } from '../../../../node/verifier/in-person/check.ts'
import { judgeOneWay, oneWayAudience, oneWayMessage } from '../../../../node/verifier/in-person/one-way.ts'
import { type Seen, SeenPresentations, type SeenStore } from '../../../../node/verifier/in-person/seen.ts'
import { answerMessage, parseRequestMessage } from '../../../../node/verifier/in-person/two-way.ts'
import { parseRequestObject } from '../../../../node/verifier/oid4vp/wallet-side/request-object.ts'
import {
  type VerifiedRequest,
  verifyRequestObject,
} from '../../../../node/verifier/oid4vp/wallet-side/verify-request.ts'
import { type Preset, policyOf, queryOf } from '../../../../node/verifier/presets/preset.ts'
import { requestPolicyOf } from '../../../../node/verifier/presets/request-policy.ts'
import { Verifier } from '../../../../node/verifier/verifier.ts'
import { makeShop } from '../asker/support.ts'
import { cardOn, holder, MemoryView, NOW, noFaults, type PresentOptions, present, profile } from '../support.ts'

export const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length))
export const shop = await makeShop()
export const till = await shop.till()

/** What the preset asks for in person of its first card, as a test's `present` names claims. */
export function shownFor(preset: Preset, portrait = true): string[] {
  const asked = queryOf(preset, { inPerson: portrait }).credentials[0]?.claims ?? []
  return asked.flatMap(({ path }) => path.map((_, i) => path.slice(0, i + 1).join('/')))
}

/** A checker of one preset, with a clock of its own. */
export function makeChecker(preset: Preset, view = new MemoryView()) {
  const time = { now: NOW }
  const clock = () => time.now
  const verifier = new Verifier({ profile, view, clock, warn: noFaults })
  const policy = policyOf(preset, { inPerson: true })
  const seenStore = new MemorySeenStore()
  const seen = SeenPresentations.open(seenStore)
  return {
    view,
    time,
    seenStore,
    begin: (options: Pick<CheckOptions, 'responseUri'> = {}) =>
      InPersonCheck.begin({
        ...options,
        asker: { x5c: [till.certificate, shop.certificate], sign: data => till.key.sign(data) },
        requestPolicy: requestPolicyOf(preset),
        ...{ policy, verifier, clock, random },
      }),
    judgeOneWay: async (message: Uint8Array) =>
      judgeOneWay(message, { preset, policy, verifier, seen: await seen, clock }),
    /** After the page was loaded again. */
    async judgeOneWayAfterReload(message: Uint8Array) {
      return judgeOneWay(message, { preset, policy, verifier, seen: await SeenPresentations.open(seenStore), clock })
    },
  }
}

class MemorySeenStore implements SeenStore {
  seen: readonly Seen[] = []
  async read() {
    return this.seen
  }
  async write(seen: readonly Seen[]) {
    this.seen = seen
  }
}

/** The wallet's side of a request by value. */
export async function openRequest(message: Uint8Array, now = NOW): Promise<VerifiedRequest> {
  const request = parseRequestObject(await parseRequestMessage(message))
  return verifyRequestObject(request, { clientId: null, walletNonce: null, posted: false, haip: false, now })
}

export interface Shown extends PresentOptions {
  readonly query?: string
}

/** The answer of a wallet that shows this card. */
export function answer(request: VerifiedRequest, card: string, { query = 'resident', ...options }: Shown = {}) {
  const shown = present(card, { audience: request.clientId, nonce: request.nonce, ...options })
  return answerMessage(request, { vpToken: { [query]: [shown] } })
}

export const newNonce = (): string => toBase64url(random(16))

/** What a phone shows one-way. */
export async function oneWay(preset: Preset, card: string, options: PresentOptions = {}): Promise<Uint8Array> {
  const nonce = options.nonce ?? newNonce()
  const show = shownFor(preset)
  const shown = present(card, { audience: oneWayAudience(preset.id), nonce, show, ...options })
  return oneWayMessage(preset, nonce, { resident: [shown] })
}

export const residentCard = (view: MemoryView, by: SoftwareSigner = holder): string => cardOn(view, { holder: by })
