/** Composes the reconciler, with what belongs to this authority and the way to disown a root that it did not order. */

import type { Wallet } from 'ethers'
import type { Journal } from '../issuer/journal.ts'
import { Acceptance } from '../issuer/reconciler/acceptance.ts'
import type { ComparedLane } from '../issuer/reconciler/reconciler.ts'
import { Reconciler } from '../issuer/reconciler/reconciler.ts'
import { REPLACEABLE } from '../keys/next-accounts.ts'
import { type Hex, toHex, utf8 } from '../lib/bytes.ts'
import { addressesOf, anchorLog } from '../registries/contracts.ts'
import { sendAct } from '../registries/sending/act.ts'
import { OrderedTransactions } from '../registries/sending/ordered.ts'
import type { Vault } from '../store/vault.ts'
import type { AuthorityBase } from './base.ts'
import type { CloseStack } from './close-stack.ts'

export async function composeReconciler(
  base: AuthorityBase,
  lanes: readonly ComparedLane[],
  journal: Journal,
  closeStack: CloseStack,
): Promise<Reconciler> {
  const { custody, store, ledger, profileFile, org, clock, warn, alarm } = base
  const { credential, request, walletProvider } = custody
  const reconciler = await Reconciler.open({
    ...{ store, ledger, org, lanes, journal, clock, warn, alarm },
    addresses: addressesOf(profileFile.profile),
    own: {
      isNextAccount: account => REPLACEABLE.some(name => addressOf(custody.nextAccounts.get(name)) === account),
      keys: new Set([credential.keyId, request.keyId, walletProvider.keyId]),
    },
    ordered: new OrderedTransactions(store),
    disown: disowning(base),
  })
  closeStack.add(() => reconciler.close())
  return reconciler
}

export function acceptanceOf(
  reconciler: Reconciler,
  { store, clock }: AuthorityBase,
  vault: Vault,
  journal: Journal,
): Acceptance {
  const { alarms } = reconciler
  const seal = (reason: string) => toHex(vault.sealForInstall('reason of an acceptance', utf8(reason)))
  return new Acceptance({ alarms, store, journal, clock, seal, reopened: () => reconciler.reopened() })
}

const addressOf = (account: Wallet | undefined) => account?.address.toLowerCase()

/** In other modes than `local` the administrator's key is on another host, and its holder decides. */
function disowning({ config, custody, ledger, profileFile: { profile }, org, timer }: AuthorityBase) {
  if (config.mode !== 'local') return null
  const sending = { ledger, account: custody.accounts.admin, chainId: profile.chainId, timer }
  return (purpose: Hex, root: Hex) => {
    const data = anchorLog.encodeFunctionData('disown', [org, purpose, root]) as Hex
    return sendAct(sending, profile.contracts.anchorLog.address, data)
  }
}
