/** Who suspended a card, as far as its holder is told. */
import { REPLACEMENT, WALLET_STOP } from './suspensions.ts'

/** `authority`: an operator or a machine client of the authority. */
export type ReportKind = 'replacement' | 'wallet_stop' | 'telecom' | 'holder' | 'authority'

/** @param by as in the journal */
export function reportKind(by: string): ReportKind {
  if (by === REPLACEMENT) return 'replacement'
  if (by.startsWith(WALLET_STOP)) return 'wallet_stop'
  if (by.startsWith('telecom')) return 'telecom'
  return by.startsWith('holder') ? 'holder' : 'authority'
}
