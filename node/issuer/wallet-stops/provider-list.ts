/** The wallet providers that the ledger admits or admitted, each with its stop. */
import type { Clock, UnixSeconds } from '../../lib/time.ts'
import { contains } from '../../proof/registries/interval.ts'
import { PROVIDE_WALLET, purposeHash } from '../../proof/registries/purpose.ts'
import type { Registries } from '../../registries/contracts.ts'
import { readNames } from '../../registries/governance/council.ts'
import { readGrant, readOrganisation } from '../../registries/reads.ts'
import type { Credentials } from '../credentials.ts'
import { IssuerError } from '../errors.ts'
import type { WalletAttestation } from '../oid4vci/attestation/setting.ts'
import type { Allowance } from './allowance.ts'
import { progressOf, type StopProgress } from './progress.ts'
import type { ProviderCards } from './provider-cards.ts'
import { endsIssuing } from './wallet-stop.ts'
import type { WalletStops } from './wallet-stops.ts'

export interface ListedProvider {
  /** Its organisation in the trust registry. */
  readonly id: number
  readonly name: string | null
  /** Whether the council admits it now. */
  readonly admitted: boolean
  /** Whether its wallets get cards of this authority now. */
  readonly issuing: boolean
  /** Null: it was never stopped here. */
  readonly stop: StopProgress | null
}

export interface ProviderListOptions {
  readonly registries: Registries
  /** The block of the trust registry. */
  readonly fromBlock: number
  readonly walletAttestation: WalletAttestation
  readonly stops: WalletStops
  readonly cards: ProviderCards
  readonly credentials: Pick<Credentials, 'statusOf' | 'catchUp'>
  readonly allowance: Allowance
  readonly clock: Clock
  readonly ledgerTime: () => UnixSeconds
}

export class ProviderList {
  readonly #purpose = purposeHash(PROVIDE_WALLET)

  constructor(private readonly options: ProviderListOptions) {}

  get walletAttestation(): WalletAttestation {
    return this.options.walletAttestation
  }

  /** @throws {LedgerError} if the ledger does not answer */
  async all(): Promise<ListedProvider[]> {
    const { registries, fromBlock, stops, allowance, clock, ledgerTime } = this.options
    const names = await readNames(registries, fromBlock)
    const now = Math.max(clock(), ledgerTime())
    const found: ListedProvider[] = []
    for (const [id, name] of names) {
      const [grant, organisation] = await Promise.all([
        readGrant(registries, id, this.#purpose),
        readOrganisation(registries, id),
      ])
      const stop = stops.get(String(id))
      if (!grant && !stop) continue
      const admitted = !!grant && !!organisation && contains(grant, now) && contains(organisation, now)
      found.push({
        ...{ id, name, admitted },
        issuing: admitted && !(stop && endsIssuing(stop)),
        stop: stop ? await progressOf(stop, allowance, now) : null,
      })
    }
    return found
  }

  /**
   * How many cards on wallets of this provider are neither revoked nor expired. Reads the records of all cards.
   * @throws {IssuerError} ISSUER_WALLET_PROVIDER_UNKNOWN
   * @throws {LedgerError} if the ledger does not answer
   */
  async countCards(provider: number): Promise<number> {
    const { registries, cards, credentials, ledgerTime } = this.options
    if (!(await readOrganisation(registries, provider))) {
      throw new IssuerError(
        { code: 'ISSUER_WALLET_PROVIDER_UNKNOWN', provider },
        `The ledger has no organisation ${provider}. The list of wallet providers has the numbers.`,
      )
    }
    await credentials.catchUp()
    const now = ledgerTime()
    let count = 0
    for await (const { record } of cards.after('', String(provider))) {
      if (record.expiresAt > now && credentials.statusOf(record) !== 'INVALID') count++
    }
    return count
  }
}
