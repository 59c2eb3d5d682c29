/** Composes the page with which holders lock a lost phone, and how wallets prepare for it. */
import { PhoneCards } from '../issuer/installations/phone-cards.ts'
import { HolderLock } from '../issuer/loss/lock/holder-lock.ts'
import { LockMeansTable } from '../issuer/loss/lock/lock-means.ts'
import { LockPasskeys } from '../issuer/loss/lock/lock-passkeys.ts'
import { LockPreparation } from '../issuer/loss/lock/preparation.ts'
import { Tries } from '../issuer/loss/lock/tries.ts'
import type { LossDesk } from '../issuer/loss/loss-desk.ts'
import { Dpop } from '../issuer/oid4vci/dpop/dpop.ts'
import { ImportedKeys } from '../issuer/oid4vci/imported-keys.ts'
import { Challenges } from '../issuer/operators/challenges.ts'
import type { HeldSuspensions } from '../status/held.ts'
import type { Vault } from '../store/vault.ts'
import type { AuthorityBase } from './base.ts'
import type { IssuerParts } from './issuer.ts'

export interface LockParts {
  readonly holderLock: HolderLock
  readonly lockPreparation: LockPreparation
  readonly lockTries: Tries
  /** Checks the proofs of wallets that prepare for a loss. */
  readonly lockDpop: Dpop
}

export async function composeLock(
  { config, cards, store, clock, random }: AuthorityBase,
  vault: Vault,
  held: HeldSuspensions,
  lossDesk: LossDesk,
  { credentials, installations, journal, residents }: IssuerParts,
): Promise<LockParts> {
  const phones = new PhoneCards(store)
  await phones.indexAll()
  const means = new LockMeansTable(store)
  const challenges = new Challenges(clock, random)
  const passkeys = new LockPasskeys({ means, challenges, walletUrl: config.walletUrl })
  const lockTries = new Tries(store, vault, clock)
  const holderLock = new HolderLock({
    ...{ store, means, passkeys, tries: lockTries, phones, installations, credentials, held, cards, clock, random },
    desk: lossDesk,
    customerOf: line => residents.lines.customerOf(line),
  })
  const lockPreparation = new LockPreparation({ store, means, passkeys, phones, journal, clock })
  return { holderLock, lockPreparation, lockTries, lockDpop: new Dpop(clock, random, new ImportedKeys(), config.haip) }
}
