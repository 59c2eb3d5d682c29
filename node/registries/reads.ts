/**
 * Reads the registries' records as of a block, by `eth_call`. The node is trusted; code that needs proofs uses
 * `proof/`. A record that does not exist is null, not an error.
 */
import { fromHex, type Hex } from '../lib/bytes.ts'
import { wrongLength } from '../lib/parse-error.ts'
import { type Interval, unlessNever } from '../proof/registries/interval.ts'
import type {
  AccountRecord,
  AnchorHeadRecord,
  AnchorRecord,
  KeyRecord,
  ListRecord,
  OrganisationRecord,
} from '../proof/registries/records.ts'
import { WORD_BYTES } from '../proof/registries/status.ts'
import { type BlockTag, call, ethCall } from './call.ts'
import { accessManager, anchorLog, type Registries, statusRegistry, trustRegistry } from './contracts.ts'

const ZERO_ADDRESS = `0x${'0'.repeat(40)}`

const ORGANISATIONS = trustRegistry.getFunction('organisations')
const GRANTS = trustRegistry.getFunction('grants')
const KEYS = trustRegistry.getFunction('keys')
const ACCOUNTS = trustRegistry.getFunction('accounts')
const RECEIPTS = anchorLog.getFunction('receipts')
const HEADS = anchorLog.getFunction('heads')
const LISTS = statusRegistry.getFunction('lists')
const WORDS_OF = statusRegistry.getFunction('wordsOf')
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

/** The term of the grant. Does not check whether its organisation is active. */
export async function readGrant(
  { ledger, addresses }: Registries,
  org: number,
  purpose: Hex,
  block: BlockTag = 'latest',
): Promise<Interval | null> {
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
  return {
    org: Number(org),
    from: Number(from),
    until: Number(until),
    distrustedFrom: unlessNever(Number(distrustedFrom)),
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

export async function readAnchorRecord(
  { ledger, addresses }: Registries,
  org: number,
  purpose: Hex,
  root: Hex,
  block: BlockTag = 'latest',
): Promise<AnchorRecord | null> {
  const args = [org, purpose, root]
  const [time, batch, count, disowned] = await call(ledger, addresses.anchorLog, anchorLog, RECEIPTS, args, block)
  return batch === 0n ? null : { time: Number(time), batch: Number(batch), count: Number(count), disowned }
}

export async function readAnchorHead(
  { ledger, addresses }: Registries,
  org: number,
  block: BlockTag = 'latest',
): Promise<AnchorHeadRecord> {
  const [batches, leaves, chain] = await call(ledger, addresses.anchorLog, anchorLog, HEADS, [org], block)
  return { batches: Number(batches), leaves, chain }
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

/** The number of the organisation's lists. Their ids are `org << 32 | 1..n`. */
export async function readListCount(
  { ledger, addresses }: Registries,
  org: number,
  block: BlockTag = 'latest',
): Promise<number> {
  const [n] = await call(ledger, addresses.statusRegistry, statusRegistry, LIST_COUNT, [org], block)
  return Number(n)
}

/**
 * 128 statuses: bytes [32 wordIndex, 32 wordIndex + 32) of the Token Status List.
 * @throws {ParseError} PARSE_LENGTH if the answer is not one word; and as `call` does
 */
export async function readStatusWord(
  { ledger, addresses }: Registries,
  list: bigint,
  wordIndex: number,
  block: BlockTag = 'latest',
): Promise<Uint8Array> {
  const data = statusRegistry.encodeFunctionData('words', [list, wordIndex])
  // The answer is the word, without ABI encoding.
  const word = fromHex(await ethCall(ledger, addresses.statusRegistry, data, block))
  if (word.length !== WORD_BYTES) throw wrongLength('status word', `${WORD_BYTES} bytes`, word.length)
  return word
}

/**
 * `count` words from number `from` on, as a part of the Token Status List.
 * @throws {ParseError} PARSE_LENGTH if the answer has another number of words; and as `call` does
 */
export async function readStatusWords(
  { ledger, addresses }: Pick<Registries, 'ledger'> & { readonly addresses: { readonly statusRegistry: Hex } },
  list: bigint,
  from: number,
  count: number,
  block: BlockTag = 'latest',
): Promise<Uint8Array> {
  const args = [list, from, count]
  const [bytes] = await call(ledger, addresses.statusRegistry, statusRegistry, WORDS_OF, args, block)
  const words = fromHex(bytes)
  const length = count * WORD_BYTES
  if (words.length !== length) throw wrongLength('wordsOf', `${length} bytes`, words.length)
  return words
}

/** Whether the account has the role now, and the delay of its acts. */
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
