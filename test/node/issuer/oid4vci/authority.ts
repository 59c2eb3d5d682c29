/** An issuer with a memory store and a clock that tests can set, and helpers for a test wallet. */
import { composeWalletProtocol } from '../../../../node/authority/wallet-protocol.ts'
import { signTemporary } from '../../../../node/credential/temporary.ts'
import type { Applications } from '../../../../node/issuer/applications/applications.ts'
import { IssuerError } from '../../../../node/issuer/errors.ts'
import { Journal, type JournalEntry } from '../../../../node/issuer/journal.ts'
import type { OfferHandout } from '../../../../node/issuer/offers/offer.ts'
import type { Offers } from '../../../../node/issuer/offers/offers.ts'
import type { WalletAttestation } from '../../../../node/issuer/oid4vci/attestation/setting.ts'
import type { Exchange, Reply } from '../../../../node/issuer/oid4vci/exchange.ts'
import type { Oid4vci } from '../../../../node/issuer/oid4vci/oid4vci.ts'
import type { Issued, IssueOrder, Issuing } from '../../../../node/issuer/order.ts'
import { notRenewed } from '../../../../node/issuer/renewal/not-renewed.ts'
import type { RenewalRefusal } from '../../../../node/issuer/renewal/refusal.ts'
import type { CardState } from '../../../../node/issuer/renewal/renewals.ts'
import { fromHex, type Hex, toBase64url, utf8 } from '../../../../node/lib/bytes.ts'
import { thumbprint } from '../../../../node/lib/jose/jwk.ts'
import type { Store, WriteOp } from '../../../../node/store/store.ts'
import { Vault } from '../../../../node/store/vault.ts'
import { ownCards } from '../../../support/cards.ts'
import { MemoryStore } from '../../../support/memory-store.ts'
import { input, issuer, NOW, random } from '../../credential/support.ts'
import { certifiedKey } from './wallet-provider.ts'

export const MASTER = new Uint8Array(32).fill(7)
const URL_OF_ISSUER = 'http://localhost:4100'
const metadataSigner = certifiedKey(NOW).then(({ key, x5c }) => ({ x5c, sign: key.sign }))

/** Issues real SD-JWT VCs without a ledger. A repeated order gets the same credential, as from the pipeline. */
export class InMemoryIssuing implements Issuing {
  readonly orders: IssueOrder[] = []
  failure: Error | null = null
  readonly #issued = new Map<string, { key: string; issued: Issued }>()

  constructor(
    private readonly store: Store,
    private readonly iss: string,
  ) {}

  async issue(order: IssueOrder): Promise<Issued> {
    if (this.failure) throw this.failure
    const key = thumbprint(order.holderKey)
    const before = this.#issued.get(order.application)
    if (before && before.key !== key) {
      throw new IssuerError({ code: 'ISSUER_ALREADY_ISSUED', application: order.application }, 'issued')
    }
    this.orders.push(order)
    if (before) return before.issued
    const holder = order.holderKey
    const filled = input(order.card, { holder, iss: this.iss })
    const credential = signTemporary({ ...filled, exp: filled.iat + 3600 }, issuer.sign, random)
    await this.store.commit(order.ops)
    const issued = { credential, credentialId: toBase64url(random(16)) }
    this.#issued.set(order.application, { key, issued })
    return issued
  }
}

export interface TestAuthority {
  now: number
  /** What the issuer knows about the cards. */
  state: CardState | undefined
  /** Why no card is renewed. */
  refusal: RenewalRefusal | undefined
  readonly store: Store
  readonly applications: Applications
  readonly offers: Offers
  readonly issuing: InMemoryIssuing
  readonly oid4vci: Oid4vci
  readonly notified: [string, string][]
  /** Applications whose card is revoked, expired, or of a person who was erased. */
  readonly ended: Set<string>
  /** Keys of admitted wallet providers, with their organisations. */
  readonly providers: Map<Hex, number>
  /** An application whose applicant was identified, with an offer. */
  offer(card?: string): Promise<OfferHandout>
  journal(): Promise<JournalEntry[]>
}

export interface TestAuthorityOptions {
  readonly publicUrl?: string
  readonly walletUrl?: string
  readonly store?: Store
  readonly clock?: () => number
  readonly walletAttestation?: WalletAttestation
  readonly haip?: boolean
}

export async function makeAuthority(options: TestAuthorityOptions = {}): Promise<TestAuthority> {
  const publicUrl = options.publicUrl ?? URL_OF_ISSUER
  const store = options.store ?? new MemoryStore()
  const journal = new Journal(store)
  const notified: [string, string][] = []
  const ended = new Set<string>()
  const turned: Pick<TestAuthority, 'now' | 'state' | 'refusal'> = { now: NOW, state: undefined, refusal: undefined }
  const { haip = false, walletAttestation = haip ? 'required' : 'accepted' } = options
  const providers = new Map<Hex, number>()
  const clock = options.clock ?? (() => turned.now)
  const vault = new Vault(store, MASTER, random)
  const issuing = new InMemoryIssuing(store, publicUrl)
  const { applications, offers, oid4vci } = composeWalletProtocol({
    config: {
      publicUrl,
      walletUrl: options.walletUrl ?? 'https://wallet.id.example.test',
      authority: { ko: '행정안전부', en: 'Ministry of the Interior' },
      walletAttestation,
      haip,
      walletsShowingDigits: [],
    },
    walletProviders: { admitted: async keyId => providers.get(keyId) ?? null, nameOf: async () => 'Wallets Ltd' },
    metadataSigner: await metadataSigner,
    ...{ cards: ownCards, master: MASTER, store, vault, journal, clock, random, issuing },
    // Renewals are tested with the real ones; here a refresh token gives the same card again.
    renewals: () => ({
      hasEnded: ({ id }) => ended.has(id),
      newest: id => id,
      state: async () => turned.state,
      issue: async ({ id: application, person, lineTag }, wallet) => {
        if (turned.refusal) throw notRenewed(application, turned.refusal)
        const order = { ...wallet, application, person: fromHex(person), lineTag, ops: [] }
        return { ...(await issuing.issue(order)), application }
      },
    }),
    notified: (application, event): readonly WriteOp[] => {
      notified.push([application, event])
      return []
    },
  })
  return Object.assign(turned, {
    store,
    providers,
    applications,
    offers,
    issuing,
    oid4vci,
    notified,
    ended,
    offer: async (card = 'urn:dojang:kr:resident:1') => {
      const identity = { by: 'staff-1', how: 'plastic card' }
      const application = await applications.create({ person: random(16), vct: card, channel: 'counter', identity })
      return offers.create(application.id)
    },
    journal: async () => {
      const entries: JournalEntry[] = []
      for await (const [, entry] of journal.entries()) entries.push(entry)
      return entries
    },
  })
}

export function exchange(body: Uint8Array | string | object, headers: Partial<Exchange> = {}): Exchange {
  const json = typeof body === 'object' && !(body instanceof Uint8Array)
  const text = json ? JSON.stringify(body) : body
  return {
    contentType: json ? 'application/json' : 'application/x-www-form-urlencoded',
    authorization: undefined,
    dpop: undefined,
    clientAttestation: undefined,
    clientAttestationPop: undefined,
    body: typeof text === 'string' ? utf8(text) : text,
    ...headers,
  }
}

/** Undefined members are left out. */
export function form(members: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(members)) if (value !== undefined) query.append(name, value)
  return query.toString()
}

export const parsed = (reply: Reply): Record<string, unknown> => JSON.parse(reply.body) as Record<string, unknown>
