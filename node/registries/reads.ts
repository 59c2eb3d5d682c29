/**
 * What the registries say, as of a block. These ask the node and believe it: what is to be proven goes through
 * `proof/`. Nothing known is null, never an error.
 */
import type { FunctionFragment, Interface, Result } from 'ethers'
import { LedgerError } from '../ledger/errors.ts'
import { fromHex, type Hex } from '../lib/bytes.ts'
import type { UnixSeconds } from '../lib/time.ts'
import { accessManager, anchorLog, type Registries, statusRegistry, trustRegistry } from './contracts.ts'

/** A height, or the newest block. */
export type BlockTag = number | 'latest'

/** [from, until). */
export interface Term {
  readonly from: UnixSeconds
  readonly until: UnixSeconds
}

export interface OrganisationRecord extends Term {
  readonly admin: Hex
  /** keccak256(keccak256(name) ‖ keccak256(info)), both in the event. */
  readonly descriptionHash: Hex
  /** keccak256 of the URL that stands as `iss` in its credentials. */
  readonly issuerHash: Hex
}

export interface KeyRecord extends Term {
  readonly org: number
  /** Null unless it is distrusted. */
  readonly distrustedFrom: UnixSeconds | null
  /** Bits: `KeyUse`. */
  readonly uses: number
}

export interface AccountRecord {
  readonly org: number
  /** Bits: `Capability`. */
  readonly capabilities: number
}

export interface ReceiptRecord {
  readonly time: UnixSeconds
  /** Number in its organisation, from 1. */
  readonly batch: number
  /** Leaves, padding included. */
  readonly count: number
  readonly disowned: boolean
}

export interface HeadRecord {
  readonly batches: number
  readonly credentials: number
  /** The running hash (docs/auditor.md, Running hashes). */
  readonly chain: Hex
}

export interface ListRecord {
  readonly org: number
  readonly custodian: number
  readonly capacity: number
  readonly limit: number
  /** The last UTC day, since 1970, on which credentials became INVALID, and how many did. */
  readonly day: number
  readonly used: number
  readonly chain: Hex
}

/** Contract constants of `types/KeyWord.sol`. */
export const KeyUse = {
  CREDENTIAL: 1,
  STATUS_LIST: 2,
  WALLET: 4,
  REQUEST: 8,
  CHIP: 16,
  FACE: 32,
  REPORT: 64,
} as const

/** Contract constants of `types/AccountWord.sol`. */
export const Capability = { ANCHOR: 1, STATUS: 2 } as const

/** The largest time a word holds: a term without an end, a key never distrusted. */
export const NEVER: UnixSeconds = 2 ** 40 - 1

/** EIP-1474. */
const NOT_FOUND = -32001

const ZERO_ADDRESS = `0x${'0'.repeat(40)}`

const ORGANISATIONS = trustRegistry.getFunction('organisations')
const GRANTS = trustRegistry.getFunction('grants')
const KEYS = trustRegistry.getFunction('keys')
const ACCOUNTS = trustRegistry.getFunction('accounts')
const RECEIPTS = anchorLog.getFunction('receipts')
const HEADS = anchorLog.getFunction('heads')
const LISTS = statusRegistry.getFunction('lists')
const LIST_COUNT = statusRegistry.getFunction('listCount')

export async function readOrganisation(
  { ledger, addresses }: Registries,
  org: number,
  block: BlockTag = 'latest',
): Promise<OrganisationRecord | null> {
  const to = addresses.trustRegistry
  const [admin, from, until, descriptionHash, issuerHash] = await call(
    ledger,
    to,
    trustRegistry,
    ORGANISATIONS,
    [org],
    block,
  )
  if (admin === ZERO_ADDRESS) return null
  return { admin: admin.toLowerCase(), from: Number(from), until: Number(until), descriptionHash, issuerHash }
}

/** The present term of the grant; whether its organisation is active is another question. */
export async function readGrant(
  { ledger, addresses }: Registries,
  org: number,
  purpose: Hex,
  block: BlockTag = 'latest',
): Promise<Term | null> {
  const to = addresses.trustRegistry
  const [from, until] = await call(ledger, to, trustRegistry, GRANTS, [org, purpose], block)
  return until === 0n ? null : { from: Number(from), until: Number(until) }
}

export async function readKey(
  { ledger, addresses }: Registries,
  keyId: Hex,
  block: BlockTag = 'latest',
): Promise<KeyRecord | null> {
  const to = addresses.trustRegistry
  const [org, from, until, distrustedFrom, uses] = await call(ledger, to, trustRegistry, KEYS, [keyId], block)
  if (org === 0n) return null
  const distrusted = Number(distrustedFrom)
  return {
    org: Number(org),
    from: Number(from),
    until: Number(until),
    distrustedFrom: distrusted === NEVER ? null : distrusted,
    uses: Number(uses),
  }
}

export async function readAccount(
  { ledger, addresses }: Registries,
  account: Hex,
  block: BlockTag = 'latest',
): Promise<AccountRecord | null> {
  const [org, capabilities] = await call(ledger, addresses.trustRegistry, trustRegistry, ACCOUNTS, [account], block)
  return org === 0n ? null : { org: Number(org), capabilities: Number(capabilities) }
}

export async function readReceipt(
  { ledger, addresses }: Registries,
  org: number,
  purpose: Hex,
  root: Hex,
  block: BlockTag = 'latest',
): Promise<ReceiptRecord | null> {
  const args = [org, purpose, root]
  const [time, batch, count, disowned] = await call(ledger, addresses.anchorLog, anchorLog, RECEIPTS, args, block)
  return batch === 0n ? null : { time: Number(time), batch: Number(batch), count: Number(count), disowned }
}

export async function readHead(
  { ledger, addresses }: Registries,
  org: number,
  block: BlockTag = 'latest',
): Promise<HeadRecord> {
  const [batches, credentials, chain] = await call(ledger, addresses.anchorLog, anchorLog, HEADS, [org], block)
  return { batches: Number(batches), credentials: Number(credentials), chain }
}

export async function readList(
  { ledger, addresses }: Registries,
  list: bigint,
  block: BlockTag = 'latest',
): Promise<ListRecord | null> {
  const found = await call(ledger, addresses.statusRegistry, statusRegistry, LISTS, [list], block)
  const [org, custodian, capacity, limit, day, used] = found.slice(0, 6).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  return org === 0 ? null : { org, custodian, capacity, limit, day, used, chain: found[6] }
}

/** n of the organisation's last list; its lists are `org << 32 | 1..n`. */
export async function readListCount(
  { ledger, addresses }: Registries,
  org: number,
  block: BlockTag = 'latest',
): Promise<number> {
  const [n] = await call(ledger, addresses.statusRegistry, statusRegistry, LIST_COUNT, [org], block)
  return Number(n)
}

/** 128 statuses: bytes [32 wordIndex, 32 wordIndex + 32) of the Token Status List. */
export async function readStatusWord(
  { ledger, addresses }: Registries,
  list: bigint,
  wordIndex: number,
  block: BlockTag = 'latest',
): Promise<Uint8Array> {
  const data = statusRegistry.encodeFunctionData('words', [list, wordIndex])
  // The answer is the word itself: 32 bytes.
  return fromHex(await ethCall(ledger, addresses.statusRegistry, data, block))
}

/** `count` words from number `from` on, as one piece of the Token Status List. */
export async function readStatusWords(
  { ledger, addresses }: Registries,
  list: bigint,
  from: number,
  count: number,
  block: BlockTag = 'latest',
): Promise<Uint8Array> {
  const data = statusRegistry.encodeFunctionData('wordsOf', [list, from, count])
  // One `bytes`: offset, length, then the words.
  return fromHex(await ethCall(ledger, addresses.statusRegistry, data, block)).subarray(64, 64 + 32 * count)
}

/** Members of a role, one account at a time: whether it is one now, and after which delay its acts take effect. */
export async function readRole(
  { ledger, addresses }: Registries,
  role: bigint,
  account: Hex,
  block: BlockTag = 'latest',
): Promise<{ member: boolean; delay: number }> {
  const fragment = accessManager.getFunction('hasRole')
  const [member, delay] = await call(ledger, addresses.accessManager, accessManager, fragment, [role, account], block)
  return { member, delay: Number(delay) }
}

/** @throws {LedgerError} LEDGER_NO_CONTRACT; LEDGER_RPC if the call reverts or the block is unknown */
export async function call(
  ledger: Registries['ledger'],
  to: Hex,
  contract: Interface,
  fragment: FunctionFragment,
  args: readonly unknown[],
  block: BlockTag,
): Promise<Result> {
  const answer = await ethCall(ledger, to, contract.encodeFunctionData(fragment, args), block)
  return contract.decodeFunctionResult(fragment, answer)
}

async function ethCall(ledger: Registries['ledger'], to: Hex, data: string, block: BlockTag): Promise<string> {
  const tag = block === 'latest' ? block : `0x${block.toString(16)}`
  const answer = await ledger.request('eth_call', [{ to, data }, tag])
  // Besu's answer for a block that it does not have.
  if (typeof answer !== 'string') {
    const rpcMessage = `the node does not have block ${block}`
    const detail = { code: 'LEDGER_RPC', method: 'eth_call', rpcCode: NOT_FOUND, rpcMessage } as const
    throw new LedgerError(detail, `eth_call: ${rpcMessage}`)
  }
  if (answer === '0x') {
    throw new LedgerError(
      { code: 'LEDGER_NO_CONTRACT', address: to, block },
      `There is no registry at ${to} at block ${block}. Check that the profile belongs to this ledger.`,
    )
  }
  return answer
}
