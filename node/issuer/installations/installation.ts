import type { KeyStorage } from '../../credential/card.ts'
import type { Hex } from '../../lib/bytes.ts'

/** One wallet on one phone, as it was when it got a card. Holds no personal data. */
export interface Installation {
  /** 16 random bytes, base64url. The entries of its cards have it as their tag. */
  readonly id: string
  /** The provider that attested the wallet; null if nobody did. */
  readonly walletProvider: string | null
  /** RFC 7638 thumbprint of the wallet's DPoP key. */
  readonly dpopKey: string
  /** Tag of the line that was verified with the application; null without one. */
  readonly lineTag: Hex | null
  readonly keyStorage: KeyStorage
}

export type InstallationFacts = Omit<Installation, 'id'>
type Phone = Pick<Installation, 'dpopKey' | 'lineTag'>

/** Two lines are two phones and one line is one phone, whatever the keys are. Without both lines, the key decides. */
export function isSamePhone(a: Phone, b: Phone): boolean {
  return a.lineTag !== null && b.lineTag !== null ? a.lineTag === b.lineTag : a.dpopKey === b.dpopKey
}

export const isSameInstallation = (a: InstallationFacts, b: InstallationFacts): boolean =>
  a.walletProvider === b.walletProvider &&
  a.dpopKey === b.dpopKey &&
  a.lineTag === b.lineTag &&
  a.keyStorage === b.keyStorage
