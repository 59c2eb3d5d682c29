/** A further access token for the application of a card (RFC 6749 §6). */
import { pause } from '../../../../lib/time.ts'
import type { StoredCard } from '../cards/record.ts'
import { WalletError, walletError } from '../errors.ts'
import type { SealedTokens } from '../keys/sealed-tokens.ts'
import type { WalletPorts } from '../ports.ts'
import { attestWallet } from './attestation.ts'
import { Dpop } from './dpop.ts'
import { type AccessToken, requestToken } from './token.ts'

export interface Refreshed {
  readonly token: AccessToken
  /** The one that stays: the issuer's new one, or the one that was used. */
  readonly refreshToken: string
  readonly dpop: Dpop
}

/** So often a request is made while the issuer serves others first. */
const TRIES = 10
const MAX_WAIT = 30

/**
 * @param onWaiting called each time that the issuer is busy
 * @throws {WalletError} WALLET_CODE_REFUSED if the card cannot be renewed or the token has ended; WALLET_BUSY; WALLET_STOPPED;
 * as `requestToken`
 */
export async function refreshToken(
  card: StoredCard,
  tokens: SealedTokens,
  ports: WalletPorts,
  onWaiting?: () => void,
): Promise<Refreshed> {
  const { renewal } = card
  if (!renewal) throw walletError({ code: 'WALLET_CODE_REFUSED' }, 'The issuer gave no refresh token for this card.')
  const { metadata } = renewal
  const refreshToken = await tokens.open(card.id, renewal.refreshToken)
  const dpop = await Dpop.of(metadata.server.issuer, ports)
  const form = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: ports.settings.name }
  for (let tries = 1; ; tries++) {
    try {
      const token = await requestToken(metadata, form, dpop, ports, await attestWallet(metadata, dpop, ports))
      return { token, refreshToken: token.refreshToken ?? refreshToken, dpop }
    } catch (error) {
      if (!(error instanceof WalletError) || error.detail.code !== 'WALLET_BUSY' || tries === TRIES) throw error
      onWaiting?.()
      await pause(ports.timer, Math.min(error.detail.retryAfter, MAX_WAIT) * 1000)
    }
  }
}
