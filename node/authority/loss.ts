/** Composes what locks the cards of lost phones: the desk, and the reports of telecoms. */
import { LossDesk } from '../issuer/loss/loss-desk.ts'
import { type ReadReporter, Reporters } from '../issuer/loss/reporters.ts'
import { TelecomReports } from '../issuer/loss/telecom-reports.ts'
import type { HeldSuspensions } from '../status/held.ts'
import type { Vault } from '../store/vault.ts'
import type { LedgerView } from '../verifier/view.ts'
import type { AuthorityBase } from './base.ts'
import type { CloseStack } from './close-stack.ts'
import type { IssuerParts } from './issuer.ts'

export interface LossParts {
  readonly lossDesk: LossDesk
  readonly telecomReports: TelecomReports
}

export async function composeLoss(
  { config, store, clock, timer, random, warn, alarm }: AuthorityBase,
  vault: Vault,
  view: LedgerView,
  held: HeldSuspensions,
  { credentials, installations, journal, residents }: IssuerParts,
  closeStack: CloseStack,
): Promise<LossParts> {
  const lossDesk = await LossDesk.open({ store, vault, held, credentials, journal, clock, timer, random, warn })
  closeStack.add(async () => lossDesk.close())
  const telecomReports = new TelecomReports({
    ...{
      store,
      vault,
      desk: lossDesk,
      reporters: new Reporters(readReporter(view)),
      credentials,
      installations,
      clock,
      alarm,
    },
    customerOf: line => residents.lines.customerOf(line),
    publicUrl: config.publicUrl,
    perHour: config.lossPerHour,
  })
  return { lossDesk, telecomReports }
}

/** From the node's proved copy, which it has while the ledger is out of reach, too. */
const readReporter =
  (view: LedgerView): ReadReporter =>
  async (keyId, purpose) => {
    const answer = await (await view.pin()).accreditation(keyId, purpose)
    return answer.known ? { ...answer.value, time: answer.asOf.time } : null
  }
