/** What an audit finds: a rule that was broken, and the block in which it was. */
import type { RuleId } from './rules.ts'

export interface Finding {
  readonly rule: RuleId
  readonly block: number
  /** What the block has, for people who look it up: ids, numbers and hashes. No personal data: the ledger has none. */
  readonly facts: Readonly<Record<string, string | number>>
}

export type Report = (rule: RuleId, facts: Finding['facts']) => void
