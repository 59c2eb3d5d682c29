/** Parses `name=value` words of the command line into a contract's arguments. */
import { getAddress, id, type ParamType } from 'ethers'
import type { UnixSeconds } from '../../lib/time.ts'
import type { ContractName } from '../../proof/profile.ts'
import { NEVER } from '../../proof/registries/interval.ts'
import { Capability, KeyUse } from '../../proof/registries/records.ts'
import type { ContractAddresses } from '../../registries/contracts.ts'
import { ACTS, type ActKind } from '../../registries/governance/acts.ts'
import { Role } from '../../registries/governance/governance.ts'
import { CliError } from '../errors.ts'

/** Values of omitted arguments. */
const DEFAULTS: Readonly<Record<string, string>> = { from: 'now', issuer: '', info: '{}' }

/** The values that an argument accepts, for help texts: by name, or else by type. */
const TAKES: Readonly<Record<string, string>> = {
  from: 'now | 2030-01-31 | 2030-01-31T09:00:00+09:00 | seconds since 1970',
  until: 'never | now | 2030-01-31 | 2030-01-31T09:00:00+09:00 | seconds since 1970',
  purpose: "1 to 256 visible ASCII characters, such as 'issue:urn:dojang:kr:resident:1'",
  uses: Object.keys(KeyUse).join(','),
  capabilities: Object.keys(Capability).join(','),
  list: 'organisation/n, such as 1/1',
  target: 'trustRegistry | anchorLog | statusRegistry | accessManager | address',
  selectors: 'names of functions, separated by commas',
  uint64: `${Object.keys(Role).join(' | ')} | number`,
  executionDelay: '172800 | 48h | 2d',
  newDelay: '172800 | 48h | 2d',
  name: 'text, not empty',
  address: '0x…, 20 bytes, not all zero',
  bytes32: '0x…, 32 bytes',
  bool: 'true | false',
}

/**
 * @returns the values in the order of the function's inputs
 * @throws {CliError} CLI_USAGE with the argument and its possible values
 */
export function parseArguments(
  { fragment }: ActKind,
  words: readonly string[],
  addresses: ContractAddresses,
  now: UnixSeconds,
): readonly unknown[] {
  const given = new Map<string, string>()
  for (const word of words) {
    const at = word.indexOf('=')
    const name = word.slice(0, at)
    if (at < 1 || !fragment.inputs.some(input => input.name === name) || given.has(name)) {
      const names = fragment.inputs.map(input => `${input.name}=…`).join(' ')
      throw usage(`"${word}" is not an argument of ${fragment.name}. Its arguments are: ${names}`)
    }
    given.set(name, word.slice(at + 1))
  }
  return fragment.inputs.map(input => {
    // `from` of distrustKey is in the past, so it has no default. Zero would be 1970.
    const moment = fragment.name === 'distrustKey' && input.name === 'from'
    const text = given.get(input.name) ?? (moment ? undefined : DEFAULTS[input.name])
    if (text === undefined) throw usage(`${fragment.name} needs ${input.name}=… (${takes(input)})`)
    const value = moment && text === 'now' ? now : parseValue(input, text.trim(), addresses)
    if (value === undefined) throw usage(`${input.name}=${text} cannot be used. Possible values: ${takes(input)}`)
    return value
  })
}

export const takes = ({ name, type }: ParamType): string =>
  (type === 'address' && name !== 'target' ? TAKES.address : (TAKES[name] ?? TAKES[type])) ?? type

/** @returns undefined if the argument does not accept the text */
function parseValue({ name, type }: ParamType, text: string, addresses: ContractAddresses): unknown {
  if (name === 'target') return Object.hasOwn(addresses, text) ? addresses[text as ContractName] : address(text)
  if (type === 'address') return address(text)
  if (name === 'purpose') return purpose(text, type)
  // The registry refuses an organisation without a name.
  if (type === 'string') return text === '' && name === 'name' ? undefined : text
  if (type === 'bool') return text === 'true' ? true : text === 'false' ? false : undefined
  if (type === 'bytes32')
    return /^0x[0-9a-fA-F]{64}$/.test(text) && !(name === 'keyId' && BigInt(text) === 0n) ? text : undefined
  if (name === 'selectors') return selectors(text)
  if (type === 'uint40') return time(text)
  if (name === 'uses') return bits(text, KeyUse)
  if (name === 'capabilities') return bits(text, Capability)
  if (name === 'list') return listId(text)
  if (type === 'uint64' && Object.hasOwn(Role, text)) return Role[text as keyof typeof Role]
  if (/delay$/i.test(name)) return duration(text)
  const size = Number(/^uint(\d+)$/.exec(type)?.[1] ?? 0)
  return /^\d+$/.test(text) && BigInt(text) < 1n << BigInt(size) ? BigInt(text) : undefined
}

function address(text: string): string | undefined {
  try {
    // Mixed case is a checksum, which must be correct.
    const found = getAddress(text)
    return BigInt(found) === 0n ? undefined : found
  } catch {
    return undefined
  }
}

/** Where the ledger stores the hash of a purpose, both the hash and the text are accepted. */
function purpose(text: string, type: string): string | undefined {
  if (type === 'bytes32' && /^0x[0-9a-fA-F]{64}$/.test(text)) return text
  if (!/^[!-~]{1,256}$/.test(text)) return undefined
  return type === 'bytes32' ? id(text) : text
}

const TIME = /^(\d{4}-\d{2}-\d{2})(T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?(Z|[+-]\d{2}:\d{2}))?$/

/** A date alone begins at midnight in Seoul. */
function time(text: string): number | undefined {
  if (text === 'now') return 0
  if (text === 'never') return NEVER
  if (/^\d{1,13}$/.test(text)) return Number(text) <= NEVER ? Number(text) : undefined
  const [, day, moment] = TIME.exec(text) ?? []
  // Otherwise a day that the month does not have would become a day of the next month.
  if (day === undefined || dayOf(Date.parse(day)) !== day) return undefined
  const seconds = Date.parse(moment === undefined ? `${day}T00:00:00+09:00` : text) / 1000
  return Number.isInteger(seconds) && seconds > 0 && seconds <= NEVER ? seconds : undefined
}

const dayOf = (milliseconds: number): string | undefined =>
  Number.isNaN(milliseconds) ? undefined : new Date(milliseconds).toISOString().slice(0, 10)

function duration(text: string): number | undefined {
  const [, number, unit = 's'] = /^(\d{1,9})([smhd]?)$/.exec(text) ?? []
  if (number === undefined) return undefined
  const seconds = Number(number) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[unit || 's'] as number)
  return seconds < 2 ** 32 ? seconds : undefined
}

/** @returns undefined for an unknown name */
export const parseKeyUses = (text: string): number | undefined => bits(text, KeyUse)

function bits(text: string, known: Readonly<Record<string, number>>): number | undefined {
  const values = text
    .split(',')
    .map(name => name.trim().toUpperCase())
    .map(name => (Object.hasOwn(known, name) ? known[name] : undefined))
  return values.reduce((sum: number | undefined, bit) => {
    return sum === undefined || bit === undefined ? undefined : sum | bit
  }, 0)
}

function listId(text: string): bigint | undefined {
  const halves = /^(\d{1,10})\/(\d{1,10})$/.exec(text)?.slice(1).map(BigInt)
  if (halves)
    return halves.every(half => half > 0n && half < 1n << 32n) ? halves.reduce((a, b) => (a << 32n) | b) : undefined
  return /^\d+$/.test(text) && BigInt(text) < 1n << 64n ? BigInt(text) : undefined
}

function selectors(text: string): readonly string[] | undefined {
  const found = text.split(',').map(name => {
    if (/^0x[0-9a-f]{8}$/.test(name)) return name
    return ACTS.get(name.trim())?.fragment.selector
  })
  return found.every(selector => selector !== undefined) ? (found as string[]) : undefined
}

const usage = (message: string): CliError => new CliError({ code: 'CLI_USAGE' }, message)
