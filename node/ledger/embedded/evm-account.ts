import { Account as EvmAccount } from '@ethereumjs/util'
import { equalBytes } from '../../lib/bytes.ts'
import type { Account } from '../../proof/account.ts'

/** Conversion to and from the EVM library's class of accounts. The library changes its objects. */
export const toEvm = ({ nonce, balance, storageRoot, codeHash }: Account) =>
  new EvmAccount(nonce, balance, storageRoot, codeHash)
export const fromEvm = ({ nonce, balance, storageRoot, codeHash }: EvmAccount): Account => ({
  nonce,
  balance,
  storageRoot,
  codeHash,
})

export function sameAccount(a: Account, b: Account): boolean {
  return (
    a.nonce === b.nonce &&
    a.balance === b.balance &&
    equalBytes(a.storageRoot, b.storageRoot) &&
    equalBytes(a.codeHash, b.codeHash)
  )
}
