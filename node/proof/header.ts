import { keccak256 } from '#crypto'
import { fromHex, type Hex, toHex, toQuantity } from '../lib/bytes.ts'
import { malformed, ProofError } from './errors.ts'
import { decodeExtraData, encodeExtraData } from './extra.ts'
import { decodeRlp, encodeRlp, type RlpItem, rlpBigint, rlpBytes, rlpList, rlpNumber, rlpScalar } from './rlp.ts'

/**
 * A block header. Hashes have 32 bytes, `miner` 20, `logsBloom` 256, `nonce` 8. Members of later forks may be absent.
 */
export interface Header {
  readonly parentHash: Uint8Array
  readonly sha3Uncles: Uint8Array
  readonly miner: Uint8Array
  readonly stateRoot: Uint8Array
  readonly transactionsRoot: Uint8Array
  readonly receiptsRoot: Uint8Array
  readonly logsBloom: Uint8Array
  readonly difficulty: bigint
  readonly number: number
  readonly gasLimit: bigint
  readonly gasUsed: bigint
  /** Block time, in seconds. */
  readonly timestamp: number
  readonly extraData: Uint8Array
  readonly mixHash: Uint8Array
  readonly nonce: Uint8Array
  /** Since London. */
  readonly baseFeePerGas?: bigint
  /** Since Shanghai. */
  readonly withdrawalsRoot?: Uint8Array
  /** Since Cancun. */
  readonly blobGasUsed?: bigint
  readonly excessBlobGas?: bigint
  readonly parentBeaconBlockRoot?: Uint8Array
  /** Since Prague. */
  readonly requestsHash?: Uint8Array
}

/** Each member in RLP order with its type: a byte length, any bytes, a scalar, or a scalar below 2^53. */
const MEMBERS = [
  ['parentHash', 32],
  ['sha3Uncles', 32],
  ['miner', 20],
  ['stateRoot', 32],
  ['transactionsRoot', 32],
  ['receiptsRoot', 32],
  ['logsBloom', 256],
  ['difficulty', 'bigint'],
  ['number', 'number'],
  ['gasLimit', 'bigint'],
  ['gasUsed', 'bigint'],
  ['timestamp', 'number'],
  ['extraData', 'bytes'],
  ['mixHash', 32],
  ['nonce', 8],
  ['baseFeePerGas', 'bigint'],
  ['withdrawalsRoot', 32],
  ['blobGasUsed', 'bigint'],
  ['excessBlobGas', 'bigint'],
  ['parentBeaconBlockRoot', 32],
  ['requestsHash', 32],
] as const satisfies readonly (readonly [keyof Header, number | 'bytes' | 'bigint' | 'number'])[]

/** The members of Berlin. Later members may be absent; if one is, all after it are too. */
const REQUIRED = 15

/** RLP of the header, with the given `extraData`. */
export function encodeHeader(header: Header, extraData: Uint8Array = header.extraData): Uint8Array {
  const items: RlpItem[] = []
  for (const [name] of MEMBERS) {
    const value = name === 'extraData' ? extraData : header[name]
    if (value === undefined) break
    items.push(value instanceof Uint8Array ? value : rlpScalar(value))
  }
  return encodeRlp(items)
}

/** @throws {ProofError} PROOF_MALFORMED */
export function decodeHeader(bytes: Uint8Array): Header {
  const items = rlpList(decodeRlp(bytes, 'header'), 'header')
  if (items.length < REQUIRED || items.length > MEMBERS.length) {
    throw malformed('header', `it has ${items.length} members`)
  }
  const header: Record<string, unknown> = {}
  for (const [i, item] of items.entries()) {
    const [name, shape] = MEMBERS[i] as (typeof MEMBERS)[number]
    const what = `header.${name}`
    if (shape === 'bigint') header[name] = rlpBigint(item, what)
    else if (shape === 'number') header[name] = rlpNumber(item, what)
    else header[name] = rlpBytes(item, what, shape === 'bytes' ? undefined : shape)
  }
  return header as unknown as Header
}

/**
 * The header of a JSON-RPC block (`eth_getBlockBy*`). Its hash is computed and compared, so a header with members that
 * this code does not know is refused.
 * @throws {ProofError} PROOF_MALFORMED, PROOF_HASH_MISMATCH
 */
export function parseHeader(block: unknown): Header {
  if (typeof block !== 'object' || block === null) throw malformed('block', 'not an object')
  const json = block as Record<string, unknown>
  const header: Record<string, unknown> = {}
  for (const [i, [name, shape]] of MEMBERS.entries()) {
    const value = json[name]
    if (value === undefined || value === null) {
      if (i < REQUIRED) throw malformed(`block.${name}`, 'it is missing')
      break
    }
    header[name] = parseMember(value, shape, `block.${name}`)
  }
  const parsed = header as unknown as Header
  const actual = toHex(blockHash(parsed))
  if (json.hash !== actual) {
    const claimed = typeof json.hash === 'string' && /^0x[0-9a-f]{64}$/.test(json.hash) ? json.hash : 'no hash'
    const detail = { code: 'PROOF_HASH_MISMATCH', what: 'block', expected: claimed, actual } as const
    throw new ProofError(detail, `the hash of block ${parsed.number} is not the one that the node gives for it`)
  }
  return parsed
}

/** The header's members as JSON-RPC shows them. */
export function headerToJson(header: Header): Record<string, Hex> {
  const json: Record<string, Hex> = {}
  for (const [name] of MEMBERS) {
    const value = header[name]
    if (value === undefined) break
    json[name] = value instanceof Uint8Array ? toHex(value) : toQuantity(value)
  }
  return json
}

/**
 * keccak256 of the header with round 0 and without seals: the hash in `parentHash` and in JSON-RPC. It covers neither
 * the round nor the seals.
 * @throws {ProofError} PROOF_MALFORMED if the extraData is not that of QBFT
 */
export function blockHash(header: Header): Uint8Array {
  const extra = decodeExtraData(header.extraData)
  return keccak256(encodeHeader(header, encodeExtraData({ ...extra, round: 0, seals: [] })))
}

/**
 * keccak256 of the header with its real round and without seals: the hash that a validator's seal signs.
 * @throws {ProofError} PROOF_MALFORMED if the extraData is not that of QBFT
 */
export function sealedHash(header: Header): Uint8Array {
  const extra = decodeExtraData(header.extraData)
  return keccak256(encodeHeader(header, encodeExtraData({ ...extra, seals: [] })))
}

function parseMember(value: unknown, shape: number | 'bytes' | 'bigint' | 'number', what: string): unknown {
  if (typeof value !== 'string') throw malformed(what, 'not a string')
  if (shape === 'bigint' || shape === 'number') {
    if (!/^0x(?:0|[1-9a-f][0-9a-f]{0,63})$/.test(value)) throw malformed(what, 'not a JSON-RPC quantity')
    const quantity = BigInt(value)
    if (shape === 'bigint') return quantity
    if (quantity > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed(what, 'exceeds 2^53 - 1')
    return Number(quantity)
  }
  if (!/^0x(?:[0-9a-f]{2})*$/i.test(value)) throw malformed(what, 'not hex bytes')
  const bytes = fromHex(value)
  if (shape !== 'bytes' && bytes.length !== shape) throw malformed(what, `${shape} bytes are expected`)
  return bytes
}
