/** The last part of every reception: the card is requested with its key, checked, stored, and acknowledged. */
import type { History } from '../cards/history.ts'
import type { StoredCard } from '../cards/record.ts'
import { WalletError } from '../errors.ts'
import type { HolderKey } from '../keys/keys.ts'
import type { SealedToken } from '../keys/sealed-tokens.ts'
import { dropSpare } from '../keys/spare.ts'
import type { IssuerStanding, ReceiveOptions } from '../offer.ts'
import type { StoreChange, WalletPorts } from '../ports.ts'
import type { CardChecks } from '../trust/card-check.ts'
import type { LedgerCopy } from '../trust/ledger-copy.ts'
import { attestHolderKey } from './attestation.ts'
import { type CredentialRequest, notify, requestCredential } from './credential-request.ts'
import { checkDelivered } from './delivered.ts'
import { Dpop } from './dpop.ts'
import { inTime } from './guards.ts'
import type { IssuerMetadata } from './metadata.ts'
import type { AccessToken } from './token.ts'

/** The right to a card that was not collected yet. */
export interface Collectable {
  readonly metadata: IssuerMetadata
  readonly standing: IssuerStanding
  /** Without its refresh token, which is sealed. */
  readonly token: AccessToken
  readonly refreshToken: SealedToken | null
  /** The card that it renews. */
  readonly renews: string | null
}

export interface CollectParts {
  readonly ports: WalletPorts
  readonly copy: LedgerCopy
  readonly checks: CardChecks
  readonly history: History
}

export interface CollectSteps {
  readonly options?: ReceiveOptions | undefined
  readonly onDelivered?: (() => void) | undefined
}

/**
 * @param changes further changes that are stored with the card
 * @throws {WalletError} WALLET_CARD_REFUSED, after which the issuer was told; as `requestCredential` and `checkDelivered`
 */
export async function collectCard(
  { metadata, token, standing, refreshToken, renews }: Collectable,
  key: HolderKey,
  parts: CollectParts,
  changes: (card: StoredCard) => Promise<readonly StoreChange[]>,
  { options, onDelivered }: CollectSteps = {},
): Promise<StoredCard> {
  const { ports, copy, history } = parts
  const dpop = await Dpop.of(metadata.server.issuer, ports)
  const attestKey = (holder: HolderKey, nonce: string) => attestHolderKey(metadata, holder, nonce, ports)
  const request: CredentialRequest = { metadata, token, dpop, clientId: ports.settings.name, attestKey, ports }
  const { credential, notificationId } = await inTime(requestCredential(request, key, options), copy)
  onDelivered?.()
  await copy.refresh()
  const renewal = refreshToken === null ? null : { metadata, refreshToken }
  let card: StoredCard
  try {
    card = await checkDelivered(credential, { key, metadata, standing, renewal }, parts)
  } catch (error) {
    if (error instanceof WalletError && error.code === 'WALLET_CARD_REFUSED') {
      await notify(request, notificationId, 'credential_failure')
    }
    throw error
  }
  const { name, vct, organisation } = card
  const entry = {
    at: card.receivedAt,
    act: 'received',
    party: organisation?.name ?? null,
    host: hostOf(card.iss),
  } as const
  await ports.store.commit([
    { table: 'card', key: card.id, put: card },
    history.remember({ ...entry, purposes: [], cards: [{ vct, name, claims: [] }] }),
    ...(await changes(card)),
    ...(renews === null ? [] : removal(renews)),
  ])
  await notify(request, notificationId, 'credential_accepted')
  return card
}

export const removal = (id: string): StoreChange[] => [
  { table: 'card', key: id, del: true },
  { table: 'key', key: id, del: true },
  dropSpare(id),
]

const hostOf = (url: string): string | null => (URL.canParse(url) ? new URL(url).host : null)
