/** Opens the register and the source of lines that the configuration names. */
import type { LinePort } from '../residents/lines/port.ts'
import type { Register } from '../residents/register.ts'
import { RestClient } from '../residents/rest/client.ts'
import { LINES_FAILURES, REGISTER_FAILURES } from '../residents/rest/failures.ts'
import { RestLines } from '../residents/rest/lines.ts'
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
  const client = new RestClient(register, timer, REGISTER_FAILURES)
  closeStack.add(async () => client.close())
  const { cacheSeconds } = register
  return new RestRegister({ client, store, vault, columns: cards.columns, clock, cacheSeconds })
}

/** @throws {ResidentsError} RESIDENTS_SERVICE_FILES */
export function openLines(
  { config, timer, random }: AuthorityBase,
  residents: Register,
  closeStack: CloseStack,
): LinePort {
  if (config.lines.kind === 'csv') return residents.lines
  const client = new RestClient(config.lines, timer, LINES_FAILURES)
  closeStack.add(async () => client.close())
  return new RestLines({ client, stored: residents.lines, residents, random })
}
