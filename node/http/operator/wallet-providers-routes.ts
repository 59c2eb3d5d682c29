/** Wallet providers, and how far their stops are. A stop is a proposal: proposals-routes.ts. */
import { z } from 'zod'
import type { ProviderList } from '../../issuer/wallet-stops/provider-list.ts'
import { defineRoute, ProviderId, type Route, UnixTime } from './route.ts'

export interface WalletProvidersParts {
  readonly providerList: ProviderList
}

const StopForm = z.object({
  state: z.enum(['waiting', 'suspending', 'revoking', 'done', 'reinstating', 'lifted']),
  orderedAt: UnixTime,
  /** When its cards are suspended; null: they stay as they are. */
  suspendAt: UnixTime.nullable(),
  cards: z.int().describe('The cards that the stop concerns: those neither revoked nor expired.'),
  notYet: z.int().describe('Of those, the ones that are not suspended yet.'),
  suspended: z.int().describe('Of those, the ones that are suspended and not revoked yet.'),
  revoked: z.int(),
  revokeFrom: UnixTime.nullable().describe('When the revocations begin; null before all are suspended.'),
  expectedEnd: UnixTime.nullable().describe('When all will be revoked under the present limits.'),
})

export function walletProvidersRoutes({ providerList }: WalletProvidersParts): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/wallet-providers',
      summary: 'The wallet providers that the ledger admits or admitted, and how far their stops are.',
      roles: ['administrator', 'supervisor', 'auditor'],
      scope: null,
      status: 200,
      answer: z.object({
        /** `accepted`: wallets without an attestation get cards too, and no stop ends that. */
        walletAttestation: z.enum(['accepted', 'required']),
        providers: z.array(
          z.object({
            id: ProviderId,
            name: z.string().nullable(),
            admitted: z.boolean().describe('Whether the council admits it now.'),
            issuing: z.boolean().describe('Whether its wallets get cards of this authority now.'),
            stop: StopForm.nullable(),
          }),
        ),
      }),
      errors: ['LEDGER_UNREACHABLE'],
      handle: async () => ({
        walletAttestation: providerList.walletAttestation,
        providers: await providerList.all(),
      }),
    }),
    defineRoute({
      method: 'get',
      path: '/wallet-providers/{provider}/cards',
      summary: 'How many cards a stop would concern now. Reads the records of all cards.',
      roles: ['administrator', 'supervisor', 'auditor'],
      scope: null,
      params: z.strictObject({ provider: z.coerce.number().pipe(ProviderId) }),
      status: 200,
      answer: z.object({ cards: z.int() }),
      errors: ['ISSUER_WALLET_PROVIDER_UNKNOWN', 'LEDGER_UNREACHABLE'],
      handle: async ({ params: { provider } }) => ({ cards: await providerList.countCards(provider) }),
    }),
  ]
}
