/** Which CSCA and which face providers are admitted: the trust registry decides, at its newest block (docs/chip.md, Issuing). */
import type { ChipAnchor, CountrySigner } from '../../chip/document/trust.ts'
import type { Hex } from '../../lib/bytes.ts'
import type { Clock } from '../../lib/time.ts'
import { MATCH_FACE, purposeHash, SIGN_CHIP } from '../../proof/registries/purpose.ts'
import { KeyUse } from '../../proof/registries/records.ts'
import { readAdmitted } from '../../registries/admitted.ts'
import type { Registries } from '../../registries/contracts.ts'

const CHIP = { use: KeyUse.CHIP, purpose: purposeHash(SIGN_CHIP) }
const FACE = { use: KeyUse.FACE, purpose: purposeHash(MATCH_FACE) }

export interface ChipTrust {
  /** @throws {LedgerError} if the ledger does not answer */
  anchors(): Promise<readonly ChipAnchor[]>
  /** The organisation of this key, if it may compare faces now. @throws {LedgerError} */
  faceProvider(keyId: Hex): Promise<number | null>
}

export class LedgerChipTrust implements ChipTrust {
  /**
   * @param known the registry has only hashes of keys, so a CSCA has to be known to be used; that it is known makes it
   * trusted nowhere
   */
  constructor(
    private readonly registries: Registries,
    private readonly known: readonly CountrySigner[],
    private readonly clock: Clock,
  ) {}

  async anchors(): Promise<readonly ChipAnchor[]> {
    const found = await Promise.all(
      this.known.map(async countrySigner => {
        const admitted = await readAdmitted(this.registries, countrySigner.keyId, CHIP, this.clock)
        return admitted ? [{ countrySigner, ...admitted.term }] : []
      }),
    )
    return found.flat()
  }

  async faceProvider(keyId: Hex): Promise<number | null> {
    return (await readAdmitted(this.registries, keyId, FACE, this.clock))?.org ?? null
  }
}
