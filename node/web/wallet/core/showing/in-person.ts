/** The wallet's side of a check in person (docs/in-person.md). */
import { toBase64url } from '../../../../lib/bytes.ts'
import { ParseError } from '../../../../lib/parse-error.ts'
import { MINUTE } from '../../../../lib/time.ts'
import { VerifierError } from '../../../../verifier/errors.ts'
import { oneWayAudience, oneWayMessage, RENEWAL, requireOneWay } from '../../../../verifier/in-person/one-way.ts'
import { answerMessage, parseRequestMessage } from '../../../../verifier/in-person/two-way.ts'
import { answerForm, encryptAnswer, errorForm, type VpToken } from '../../../../verifier/oid4vp/wallet-side/answer.ts'
import type { VerifiedRequest } from '../../../../verifier/oid4vp/wallet-side/verify-request.ts'
import { type Preset, queryOf } from '../../../../verifier/presets/preset.ts'
import { WalletError, walletError } from '../errors.ts'
import { patience } from '../http.ts'
import { VerifiedTouch } from '../keys/touch.ts'
import type { CardRequest, Choice, OneWayRequest, OneWayShow, Touch } from '../wallet.ts'
import { chosenParts } from './choice.ts'
import { groupsOf, isAnswerable } from './groups.ts'
import { openCards, sharedOf, vpToken } from './presenting.ts'
import { invalid, verified } from './request-link.ts'
import type { Showing, ShowingParts } from './showing.ts'

/** Milliseconds after which an answer that nobody takes becomes a code: two people wait, and the request ends soon. */
const SILENCE = 5000
/** How long a code is renewed after one touch, in seconds. */
const SHOW_FOR = 3 * MINUTE

export class InPerson {
  constructor(
    private readonly parts: ShowingParts,
    private readonly showing: Showing,
  ) {}

  /**
   * Makes no request, so that it works where there is no network: the copy of the ledger is as old as it is.
   * @throws {WalletError} as `fetchRequest`, but for those of a network
   */
  async open(message: Uint8Array): Promise<CardRequest> {
    const { clock, settings } = this.parts.ports
    const text = await textOf(message)
    const { haip } = settings
    return this.showing.judge(verified(text, { clientId: null, walletNonce: null, posted: false, haip, now: clock() }))
  }

  /** @throws {WalletError} as `Showing.sealed`, and WALLET_REQUEST_UNSUPPORTED if the answer is too long for a code */
  answer(request: CardRequest, choice: Choice, touch: Touch): Promise<Uint8Array> {
    return this.showing.sealed(request, choice, touch, codeOf)
  }

  async decline(request: CardRequest): Promise<Uint8Array> {
    return declineOf((await this.showing.refuse(request)).request)
  }

  /**
   * Sends the answer to the address in the request, where there is one and a network; otherwise it is a code. Both contain
   * the same presentation, so a checker that gets both accepts one. Why: docs/decisions/155.
   * @throws {WalletError} as `answer`, and WALLET_ASKER_REFUSED, WALLET_ANSWER_INVALID
   */
  async answerShown(request: CardRequest, choice: Choice, touch: Touch): Promise<Uint8Array | null> {
    const { address, form, code } = await this.showing.sealed(request, choice, touch, async (asked, token) => {
      const to = this.#addressOf(asked)
      const message = to === null ? await codeOf(asked, token) : null
      return {
        address: to,
        form: to === null ? null : answerForm(await encryptAnswer(asked, token)),
        code: async () => message ?? codeOf(asked, token),
      }
    })
    return address !== null && form !== null && (await this.#isSent(address, form)) ? null : code()
  }

  async declineShown(request: CardRequest): Promise<Uint8Array | null> {
    const { request: asked } = await this.showing.refuse(request)
    const address = this.#addressOf(asked)
    const form = errorForm('access_denied', asked.state)
    // The holder has declined, whether the asker hears of it or not.
    const isSent = address !== null && (await this.#isSent(address, form).catch(() => false))
    return isSent ? null : declineOf(asked)
  }

  #addressOf({ responseUri }: VerifiedRequest): string | null {
    return this.parts.copy.knowledge.online ? responseUri : null
  }

  /** @returns false if nobody answers. The phone may have believed in a network that is gone. */
  async #isSent(address: string, form: URLSearchParams): Promise<boolean> {
    const { signal, end } = patience(this.parts.ports.timer, SILENCE, address)
    try {
      await this.showing.post(address, form, signal)
      return true
    } catch (error) {
      if (error instanceof WalletError && error.code === 'WALLET_UNREACHABLE') return false
      throw error
    } finally {
      end()
    }
  }

  /** @throws {WalletError} WALLET_ONE_WAY_REFUSED */
  async openOneWay(preset: Preset): Promise<OneWayRequest> {
    const { cards, ports } = this.parts
    refuseUnlessOneWay(preset)
    const marks = { beyond: [], withheld: [] }
    const groups = groupsOf(queryOf(preset, { inPerson: true }), await cards(), marks, ports.clock())
    return { preset, groups, answerable: isAnswerable(groups) }
  }

  /** @throws {WalletError} WALLET_ONE_WAY_REFUSED, WALLET_CHOICE_INVALID, WALLET_TOUCH_SPENT, WALLET_KEY_LOST */
  async showOneWay(request: OneWayRequest, choice: Choice, touch: Touch): Promise<OneWayShow> {
    const { ports, keys, cards, history } = this.parts
    const { preset } = request
    refuseUnlessOneWay(preset)
    const chosen = chosenParts(request, choice)
    const held = new Map((await cards()).map(card => [card.id, card]))
    const begun = ports.clock()
    let open = await VerifiedTouch.spend(touch, begun, prf => openCards({ chosen, held, keys }, prf))
    const shown = chosen.map(({ candidate }) => sharedOf(candidate, held))
    const entry = {
      at: begun,
      act: 'shared',
      party: null,
      host: null,
      purposes: [preset.purpose],
      cards: shown,
    } as const
    await ports.store.commit([history.remember(entry)])
    const endsAt = begun + SHOW_FOR
    return {
      renewal: RENEWAL,
      endsAt,
      next: async () => {
        const iat = ports.clock()
        if (open.length === 0 || iat >= endsAt || iat < begun) {
          throw walletError({ code: 'WALLET_TOUCH_SPENT' }, 'The code has ended. Check the passkey again.')
        }
        const nonce = toBase64url(ports.random(16))
        const binding = { nonce, audience: oneWayAudience(preset.id), iat }
        return oneWayMessage(preset, nonce, await vpToken(open, { binding }))
      },
      end: () => {
        open = []
      },
    }
  }
}

async function codeOf(asked: VerifiedRequest, vpToken: VpToken): Promise<Uint8Array> {
  try {
    return await answerMessage(asked, { vpToken })
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    const reason = 'answer_too_long'
    throw walletError({ code: 'WALLET_REQUEST_UNSUPPORTED', reason }, 'The answer is too long for a code.', error)
  }
}

const declineOf = (asked: VerifiedRequest): Promise<Uint8Array> => answerMessage(asked, { error: 'access_denied' })

/** @throws {WalletError} WALLET_REQUEST_INVALID */
async function textOf(message: Uint8Array): Promise<string> {
  try {
    return await parseRequestMessage(message)
  } catch (error) {
    throw error instanceof ParseError ? invalid('malformed', error) : error
  }
}

function refuseUnlessOneWay(preset: Preset): void {
  try {
    requireOneWay(preset)
  } catch (error) {
    if (!(error instanceof VerifierError)) throw error
    throw walletError({ code: 'WALLET_ONE_WAY_REFUSED' }, error.message, error)
  }
}
