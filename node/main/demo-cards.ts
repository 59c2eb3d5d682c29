/**
 * The cards of a demo's page of fakes: a genuine one for the attacker's own phone, and one that somebody in the authority
 * signs in secret. Everybody in a demo is invented.
 */
import type { Authority } from '../authority/authority.ts'
import { claimsOf } from '../credential/claims.ts'
import { completeCredential } from '../credential/complete.ts'
import { cardValidity } from '../credential/dates.ts'
import { createCredentialHeader } from '../credential/header.ts'
import { prepareCredential } from '../credential/prepare.ts'
import { receiptFor } from '../credential/receipt.ts'
import { buildTree } from '../credential/tree.ts'
import type { CardOffer, TrialCards } from '../http/demo-routes.ts'
import { personOf } from '../issuer/applications/application.ts'
import type { CredentialRecord } from '../issuer/credential-record.ts'
import { IssuerError } from '../issuer/errors.ts'
import { fromHex } from '../lib/bytes.ts'
import type { P256Jwk } from '../lib/crypto.ts'
import { thumbprint } from '../lib/jose/jwk.ts'
import { MINUTE } from '../lib/time.ts'
import { issuePurpose } from '../proof/registries/purpose.ts'
import { FIRST_ORG } from '../registries/deployment/plan.ts'
import type { DemoPeople } from './demo-people.ts'

type Parts = Pick<
  Authority,
  | ('applications' | 'cards' | 'clock' | 'config' | 'counter' | 'credentials' | 'custody')
  | ('lists' | 'profile' | 'random' | 'residents')
>

const CARD = 'resident'
const BY = 'demo'
/** Seconds in which the card that was signed in secret could be shown. */
const SHORT = 15 * MINUTE
const MOST = 64

export class DemoCards implements TrialCards {
  /** The applications that were made here. Nothing can be done with others. */
  readonly #made = new Set<string>()

  constructor(
    private readonly parts: Parts,
    private readonly people: DemoPeople,
  ) {}

  async offer(): Promise<CardOffer> {
    const { config, counter, custody } = this.parts
    const { facts } = await this.people.someoneWithout(CARD)
    const identity = { by: BY, how: 'page of fakes' }
    const made = await counter.apply(CARD, facts.personalNumber, identity, 'any-centre')
    this.#made.add(made.applicationId)
    for (const oldest of this.#made) {
      if (this.#made.size <= MOST) break
      this.#made.delete(oldest)
    }
    return {
      ...{ id: made.applicationId, offerUrl: made.offerUrl, txCode: made.txCode },
      ...{ authority: config.publicUrl, profileKey: thumbprint(custody.profile.publicKey.jwk) },
    }
  }

  async suspend(id: string): Promise<boolean> {
    const issued = await this.#issued(id)
    if (issued === undefined) return false
    await this.parts.credentials.change(issued.id, 'SUSPENDED', 'page of fakes', BY)
    return true
  }

  /**
   * The same card once more, signed with the authority's key and with a receipt of a tree that is never anchored: what
   * somebody could make who has that key, but cannot write to the ledger without being seen.
   */
  async unanchored(id: string, holder: P256Jwk): Promise<string | undefined> {
    const { cards, clock, config, custody, lists, profile, random, residents } = this.parts
    const issued = await this.#issued(id)
    const card = cards.byId(CARD)
    if (issued === undefined || card === undefined) return undefined
    const { person, issuedAt: iat, list, idx } = issued.record
    const resident = await residents.find(fromHex(person))
    if (resident === undefined) return undefined
    const { issuedOn, expiresOn } = cardValidity(card, iat)
    const prepared = prepareCredential(
      {
        ...{ card, holder, iat, exp: clock() + SHORT, iss: config.publicUrl },
        claims: claimsOf(card, resident.facts, { issuedOn, expiresOn, issuingAuthority: config.authority.ko }),
        header: createCredentialHeader(custody.credential.x5c),
        status: { list: BigInt(list), idx, uri: lists.uri(BigInt(list)) },
        entry: { keyStorage: 'software', walletProvider: null, subjectTag: '', installationTag: '' },
      },
      random,
    )
    const tree = buildTree([prepared.leaf], random)
    const { chainId, contracts } = profile
    const target = {
      ...{ chainId, log: contracts.anchorLog.address, org: FIRST_ORG, purpose: issuePurpose(card.vct) },
    }
    const receipt = receiptFor(tree, tree.leafIndexes[0] as number, target, prepared.entryHash)
    return completeCredential(prepared, receipt, data => custody.credential.sign(data))
  }

  /** @throws {IssuerError} ISSUER_CREDENTIAL_UNKNOWN before the card was issued */
  async #issued(id: string): Promise<{ readonly id: string; readonly record: CredentialRecord } | undefined> {
    const { applications, credentials } = this.parts
    const application = this.#made.has(id) ? applications.get(id) : undefined
    if (application === undefined) return undefined
    const all = await credentials.ofPerson(personOf(application))
    const issued = all.find(({ record }) => record.application === id)
    if (issued) return issued
    throw new IssuerError(
      { code: 'ISSUER_CREDENTIAL_UNKNOWN', credential: id },
      'The card of this offer is not issued yet. Accept the offer first.',
    )
  }
}
