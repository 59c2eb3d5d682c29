import { CredentialError } from '../../../../credential/errors.ts'
import { parseSdJwt } from '../../../../credential/sd-jwt/parse.ts'
import { parseP256Jwk, thumbprint } from '../../../../lib/jose/jwk.ts'
import { ParseError } from '../../../../lib/parse-error.ts'
import { holderOf, type Renewal, type StoredCard } from '../cards/record.ts'
import { walletError } from '../errors.ts'
import type { HolderKey } from '../keys/keys.ts'
import type { IssuerStanding } from '../offer.ts'
import type { WalletPorts } from '../ports.ts'
import type { CardChecks, CardJudgement } from '../trust/card-check.ts'
import type { LedgerCopy } from '../trust/ledger-copy.ts'
import type { IssuerMetadata } from './metadata.ts'

export interface Expected {
  readonly key: HolderKey
  readonly metadata: IssuerMetadata
  readonly standing: IssuerStanding
  readonly renewal: Renewal | null
}

export interface DeliveryParts {
  readonly checks: CardChecks
  readonly copy: LedgerCopy
  readonly ports: Pick<WalletPorts, 'clock' | 'settings'>
}

/**
 * The delivered card, if it is the one that was offered, bound to our key, and one that a verifier would accept now.
 * @throws {WalletError} WALLET_CARD_REFUSED; WALLET_UNREACHABLE if that cannot be checked now, after which the same card
 * can be requested again; WALLET_CLOCK
 */
export async function checkDelivered(
  credential: string,
  expected: Expected,
  parts: DeliveryParts,
): Promise<StoredCard> {
  const { key, metadata, renewal } = expected
  const now = parts.ports.clock()
  const { vct, iss, exp, provisional } = readCard(credential, expected)
  const judgement = await judged(credential, parts)
  requireAccepted(judgement, provisional, expected.standing, parts)
  return {
    id: key.id,
    ...{ credential, vct, iss },
    name: metadata.card.name,
    labels: metadata.card.labels,
    organisation: judgement.organisation,
    receivedAt: now,
    expiresAt: exp,
    keyLevel: key.level,
    status: judgement.status && { ...judgement.status, since: judgement.status.at },
    provisional,
    renewal,
  }
}

function readCard(credential: string, { key, metadata }: Expected) {
  try {
    const { unverifiedPayload, keyBinding } = parseSdJwt(credential)
    const { vct, iss, exp, anchor_pending } = unverifiedPayload
    if (keyBinding !== null || typeof iss !== 'string' || typeof exp !== 'number') throw refused('malformed')
    if (vct !== metadata.card.vct) throw refused('other_card')
    if (thumbprint(parseP256Jwk(holderOf(credential))) !== thumbprint(key.jwk)) throw refused('other_key')
    return { vct: metadata.card.vct, iss, exp, provisional: anchor_pending === true }
  } catch (error) {
    throw error instanceof ParseError || error instanceof CredentialError ? refused('malformed', error) : error
  }
}

async function judged(credential: string, { checks, ports }: DeliveryParts): Promise<CardJudgement> {
  try {
    return await checks.judge(credential, ports.clock())
  } catch (error) {
    throw error instanceof ParseError || error instanceof CredentialError ? refused('forged', error) : error
  }
}

function requireAccepted(
  { finding, organisation }: CardJudgement,
  provisional: boolean,
  standing: IssuerStanding,
  parts: DeliveryParts,
): void {
  const { copy, ports } = parts
  if (standing.state === 'unknown' && standing.reason === 'no_seals') return
  const { clock } = copy.knowledge
  if (finding === 'not_yet_valid' || finding === 'retry/clock') {
    throw walletError({ code: 'WALLET_CLOCK', ahead: clock === 'ahead' }, "This device's clock is wrong. Set it.")
  }
  // The ledger is out of reach, so the copy gets no newer. What it had proved is enough for 72 hours.
  if (provisional && finding === 'unknown/view_stale' && standing.state === 'accredited') return
  if (
    finding === 'unknown/view_stale' ||
    finding === 'unknown/list_unreachable' ||
    finding === 'unknown/anchor_needed'
  ) {
    const host = new URL(ports.settings.authority).host
    throw walletError({ code: 'WALLET_UNREACHABLE', host }, 'The card cannot be checked now. Try again.')
  }
  if (finding !== 'valid' && finding !== 'unknown/anchor_pending') throw refused(finding)
  if (standing.state !== 'accredited' || organisation?.id !== standing.organisation.id) throw refused('other_issuer')
}

const refused = (reason: string, cause?: unknown) =>
  walletError(
    { code: 'WALLET_CARD_REFUSED', reason },
    `The delivered card was not stored: ${reason}. Ask the issuer.`,
    cause,
  )
