/**
 * A card by the chip of an IC card (docs/chip.md, Issuing). A page cannot send commands to a chip: the wallet opens a session for its
 * own key, a kiosk reads the card for it, and the wallet asks whether its offer is there.
 */
import { formatSessionCode } from '../../../../chip/session-code.ts'
import type { JsonObject } from '../../../../lib/json.ts'
import type { ChipSession, ChipState } from '../chip-session.ts'
import { walletError } from '../errors.ts'
import { answerInvalid, hostOf, jsonOf } from '../http.ts'
import type { WalletPorts } from '../ports.ts'
import { Dpop } from './dpop.ts'

const JSON_BODY = { 'content-type': 'application/json', accept: 'application/json' }
const SECRET = /^[\w-]{43}$/
const MAX_LINK = 4096

/**
 * @param authority its public URL
 * @throws {WalletError} WALLET_UNREACHABLE, WALLET_ANSWER_INVALID, WALLET_ISSUER_REFUSED
 */
export async function openChipSession(authority: string, vct: string, ports: WalletPorts): Promise<ChipSession> {
  const dpop = await Dpop.of(authority, ports)
  const sessions = `${authority}/chip/sessions`
  const reply = await dpop.post(sessions, { headers: JSON_BODY, body: JSON.stringify({ vct }) })
  if (reply.status !== 201) throw refused(reply.status)
  const { session, nonce, expires_in: seconds } = jsonOf(reply, sessions)
  if (!isSecret(session) || !isSecret(nonce) || typeof seconds !== 'number') throw invalid(sessions)
  const url = `${sessions}/${session}/offer`
  return {
    code: formatSessionCode({ authority, session, nonce, key: dpop.thumbprint }),
    endsAt: ports.clock() + seconds,
    state: async () => {
      const asked = await dpop.post(url, { headers: JSON_BODY, body: '{}' })
      if (asked.status === 404) return { at: 'over' }
      if (asked.status !== 200) throw refused(asked.status)
      return stateOf(jsonOf(asked, url), url)
    },
  }
}

function stateOf({ next, credential_offer: link }: JsonObject, url: string): ChipState {
  if (next === 'document' || next === 'face' || next === 'counter') return { at: next }
  if (next === 'offer' && typeof link === 'string' && link.length <= MAX_LINK) return { at: 'offer', link }
  throw invalid(url)
}

const isSecret = (value: unknown): value is string => typeof value === 'string' && SECRET.test(value)

const invalid = (url: string) => answerInvalid(hostOf(url), 'it is not what was asked for')

const refused = (status: number) =>
  walletError(
    { code: 'WALLET_ISSUER_REFUSED', error: 'chip', status },
    'The issuer does not give this card by chip now. Try again later, or ask the issuer.',
  )
