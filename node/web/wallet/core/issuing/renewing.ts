/** The beginning of a renewal: the refresh token of a card is redeemed for the right to the next one. */
import type { StoredCard } from '../cards/record.ts'
import { WalletError, walletError } from '../errors.ts'
import type { SealedTokens } from '../keys/sealed-tokens.ts'
import type { WalletPorts } from '../ports.ts'
import type { RenewOptions } from '../renewal.ts'
import type { LedgerCopy } from '../trust/ledger-copy.ts'
import { standingOf } from '../trust/standing.ts'
import { inTime, requireTrusted } from './guards.ts'
import { refreshToken } from './refreshing.ts'

export interface RenewingParts {
  readonly ports: WalletPorts
  readonly copy: LedgerCopy
  readonly tokens: SealedTokens
}

/** @throws {WalletError} WALLET_RENEWAL_REFUSED, WALLET_ISSUER_UNTRUSTED before the token leaves the wallet; as `refreshToken` */
export async function beginRenewal(
  card: StoredCard,
  { ports, copy, tokens }: RenewingParts,
  onStep: RenewOptions['onStep'],
) {
  if (!card.renewal) throw renewalRefused()
  const { metadata } = card.renewal
  await copy.refresh()
  const standing = standingOf(copy, metadata.issuer, card.vct, ports.clock())
  requireTrusted(standing, copy)
  try {
    const refreshing = refreshToken(card, tokens, ports, () => onStep?.('waiting'))
    const { token, refreshToken: kept } = await inTime(refreshing, copy)
    return { with: { metadata, standing }, token, refreshToken: kept }
  } catch (error) {
    throw error instanceof WalletError && error.code === 'WALLET_CODE_REFUSED' ? renewalRefused(error) : error
  }
}

export const renewalRefused = (cause?: unknown) =>
  walletError({ code: 'WALLET_RENEWAL_REFUSED' }, 'The issuer gives no next card. Ask at the counter.', cause)
