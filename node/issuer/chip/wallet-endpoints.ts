/**
 * What a wallet calls to get a card by chip: it opens a session with a DPoP proof (RFC 9449), and asks with another one
 * whether its offer is there. The chip and the face may be sent by a kiosk beside it, which has no key of the wallet.
 */
import { z } from 'zod'
import { ParseError } from '../../lib/parse-error.ts'
import type { Dpop } from '../oid4vci/dpop/dpop.ts'
import { errorReply, OAuthError } from '../oid4vci/errors.ts'
import { type Exchange, type Reply, readJson, reply } from '../oid4vci/exchange.ts'
import type { ChipIssuing } from './chip-issuing.ts'

export const Opening = z.object({ vct: z.string().min(1).max(256) })

/** Below the public URL. */
export const CHIP_SESSIONS = '/chip/sessions'

export interface ChipWalletEndpointsOptions {
  readonly publicUrl: string
  readonly dpop: Pick<Dpop, 'verify' | 'nonce'>
  readonly chip: Pick<ChipIssuing, 'open' | 'stateOf'>
}

export class ChipWalletEndpoints {
  constructor(private readonly options: ChipWalletEndpointsOptions) {}

  /** @throws {IssuerError} as `ChipIssuing.open` */
  open(exchange: Exchange): Promise<Reply> {
    return this.#proved(exchange, CHIP_SESSIONS, async jkt => {
      const { vct } = parseOpening(exchange)
      const { session, nonce, expiresIn } = await this.options.chip.open(jkt, vct)
      return reply(201, { session, nonce, expires_in: expiresIn })
    })
  }

  /** @throws {IssuerError} ISSUER_CHIP_SESSION_UNKNOWN */
  state(exchange: Exchange, id: string): Promise<Reply> {
    return this.#proved(exchange, `${CHIP_SESSIONS}/${id}/offer`, async jkt => {
      const state = this.options.chip.stateOf(id, jkt)
      return reply(200, state.next === 'offer' ? { next: 'offer', credential_offer: state.link } : state)
    })
  }

  async #proved(exchange: Exchange, path: string, body: (jkt: string) => Promise<Reply>): Promise<Reply> {
    const { publicUrl, dpop } = this.options
    const nonce = () => ({ 'DPoP-Nonce': dpop.nonce() })
    try {
      const answer = await body(dpop.verify(exchange.dpop, { method: 'POST', url: `${publicUrl}${path}` }))
      return { ...answer, headers: { ...answer.headers, ...nonce() } }
    } catch (error) {
      if (error instanceof OAuthError) return errorReply(error, nonce())
      throw error
    }
  }
}

/** @throws {OAuthError} invalid_request */
function parseOpening(exchange: Exchange): z.infer<typeof Opening> {
  try {
    const parsed = Opening.safeParse(readJson(exchange))
    if (parsed.success) return parsed.data
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
  }
  throw new OAuthError('invalid_request', 'the body must be JSON with the vct of a card')
}
