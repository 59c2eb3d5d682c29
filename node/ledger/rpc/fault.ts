import { factsOfFault } from '../../lib/fault.ts'
import type { Warn } from '../../lib/warn.ts'
import { internalFault, LedgerError } from '../errors.ts'

/** Logs an error that no rule foresees. Its client learns only that there was an internal error. */
export function reportFault(warn: Warn | undefined, method: string, error: unknown): void {
  const fault = error instanceof LedgerError ? internalFault(error) : error
  if (fault === null) return
  warn?.({ method, ...factsOfFault(fault) }, 'a JSON-RPC request was answered with an internal error')
}
