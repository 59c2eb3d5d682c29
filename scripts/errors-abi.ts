/**
 * Writes `contracts/errors.json`: the errors of all contracts as one ABI. A registry can revert with an error that another
 * one declares, so a client that has one contract's ABI cannot name every error. Run after `npm run build`.
 */
import { writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { factories } from '../node/registries/contracts.ts'

interface ErrorAbi {
  readonly type: string
  readonly name: string
}

/** By name, without duplicates. */
export function errorsAbi(): ErrorAbi[] {
  const entries = Object.values(factories).flatMap(({ abi }) => abi as readonly ErrorAbi[])
  const errors = new Map(entries.filter(({ type }) => type === 'error').map(entry => [JSON.stringify(entry), entry]))
  return [...errors.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

export const ERRORS_FILE = new URL('../contracts/errors.json', import.meta.url)

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(ERRORS_FILE, `${JSON.stringify(errorsAbi(), null, 2)}\n`)
}
