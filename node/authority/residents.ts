/** Opens the register that the configuration names. */
import type { Register } from '../residents/register.ts'
import { RestClient } from '../residents/rest/client.ts'
import { RestRegister } from '../residents/rest/register.ts'
import { StoredRegister } from '../residents/stored.ts'
import type { Vault } from '../store/vault.ts'
import type { AuthorityBase } from './base.ts'
import type { CloseStack } from './close-stack.ts'

/** @throws {ResidentsError} RESIDENTS_REGISTER_FILES */
export function openRegister(
  { config, cards, store, clock, timer }: AuthorityBase,
  vault: Vault,
  closeStack: CloseStack,
): Register {
  const { register } = config
  if (register.kind === 'csv') return new StoredRegister(store, vault)
  const client = new RestClient(register, timer)
  closeStack.add(async () => client.close())
  const { cacheSeconds } = register
  return new RestRegister({ client, store, vault, columns: cards.columns, clock, cacheSeconds })
}
