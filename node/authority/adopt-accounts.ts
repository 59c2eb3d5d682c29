/** Adopts accounts that replace others, when the ledger knows the new one and has stopped the old one. */
import type { Wallet } from 'ethers'
import type { Custody } from '../keys/custody.ts'
import { REPLACEABLE, type ReplaceableAccount } from '../keys/next-accounts.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Hex } from '../lib/bytes.ts'
import type { Warn } from '../lib/warn.ts'
import type { LedgerProfile } from '../proof/profile.ts'
import { Capability } from '../proof/registries/records.ts'
import { addressesOf, type Registries } from '../registries/contracts.ts'
import { readAccount } from '../registries/reads.ts'

/** What the node does with each account. */
const NEEDED: Readonly<Record<ReplaceableAccount, number>> = {
  issuing: Capability.ANCHOR | Capability.STATUS,
  status: Capability.STATUS,
}

/**
 * The old account must be stopped first: its transactions that no block has must have no effect when they come later.
 * @returns the custody with the accounts to send from
 * @throws {LedgerError}
 */
export async function adoptAccounts(
  custody: Custody,
  ledger: Ledger,
  profile: LedgerProfile,
  org: number,
  warn: Warn,
): Promise<Custody> {
  const accounts = { ...custody.accounts }
  const registries: Registries = { ledger, addresses: addressesOf(profile) }
  for (const name of REPLACEABLE) {
    const next = custody.nextAccounts.get(name)
    if (!next) continue
    const old = custody.accounts[name]
    const [found, stopped] = await Promise.all([capabilitiesOf(next), capabilitiesOf(old)])
    const missing = [
      ...((found & NEEDED[name]) === NEEDED[name] ? [] : [`the council has not registered ${next.address}`]),
      ...(stopped === 0 ? [] : [`${old.address} is not stopped`]),
    ]
    if (missing.length > 0) {
      warn(
        { account: name, missing },
        'an account is not replaced yet; start again when the ledger has what is missing',
      )
      continue
    }
    custody.nextAccounts.adopt(name, old.address)
    accounts[name] = next
    warn({ account: name, old: old.address, new: next.address }, 'an account was replaced')
  }
  return { ...custody, accounts }

  async function capabilitiesOf({ address }: Wallet): Promise<number> {
    const account = await readAccount(registries, address as Hex)
    return account?.org === org ? account.capabilities : 0
  }
}
