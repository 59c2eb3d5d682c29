/** Composes the way to a card by the chip of an IC card. */
import { verifyChip } from '../chip/document/verify.ts'
import { readCountrySigners } from '../config/csca.ts'
import { LedgerChipTrust } from '../issuer/chip/anchors.ts'
import { ChipIssuing, type ChipIssuingOptions } from '../issuer/chip/chip-issuing.ts'
import type { FacePort } from '../issuer/chip/ports.ts'
import { SimulatedFace } from '../issuer/chip/simulated-face.ts'
import { ChipWalletEndpoints } from '../issuer/chip/wallet-endpoints.ts'
import { SimulatedCards } from '../issuer/personalisation/simulated-cards.ts'
import { addressesOf } from '../registries/contracts.ts'
import type { Vault } from '../store/vault.ts'
import type { AuthorityBase } from './base.ts'
import type { WalletProtocol } from './wallet-protocol.ts'

export interface ChipIssuingParts {
  readonly chip: ChipIssuing
  readonly chipWallets: ChipWalletEndpoints
  /** These two simulate, and are null outside a demo. */
  readonly face: FacePort | null
  readonly simulatedCards: SimulatedCards | null
}

export type ChipNeeds = WalletProtocol & Pick<ChipIssuingOptions, 'journal' | 'residents' | 'rollout' | 'gate'>

/** @throws {ConfigError} CONFIG_CSCA_UNREADABLE */
export async function composeChip(
  { config, cards, custody, simulated, ledger, profileFile, store, clock, random }: AuthorityBase,
  vault: Vault,
  { applications, offers, oid4vci, journal, residents, rollout, gate }: ChipNeeds,
): Promise<ChipIssuingParts> {
  const registries = { ledger, addresses: addressesOf(profileFile.profile) }
  const simulatedCards = simulated && (await SimulatedCards.open({ keys: simulated, clock, random }))
  const known = [...readCountrySigners(config.data), ...(simulatedCards ? [simulatedCards.countrySigner] : [])]
  const chip = new ChipIssuing({
    ...{ cards, store, vault, journal, applications, offers, residents, rollout, gate, clock, random },
    trust: new LedgerChipTrust(registries, known, clock),
    verifyDocument: verifyChip,
    issuingAuthority: config.authority.ko,
    master: custody.master,
  })
  const { publicUrl, mode } = config
  return {
    chip,
    chipWallets: new ChipWalletEndpoints({ publicUrl, dpop: oid4vci.dpop, chip }),
    simulatedCards,
    face: simulated && new SimulatedFace(simulated.face, mode, clock),
  }
}
