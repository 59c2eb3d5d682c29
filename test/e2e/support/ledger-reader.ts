/** Reads the ledger over its RPC with viem, without the product's code. */
import { createPublicClient, http, parseAbi } from 'viem'
import type { TestNode } from './node.ts'

const ABI = parseAbi([
  'event Anchored(uint32 indexed org, bytes32 indexed purpose, bytes32 indexed root, uint64 batch, uint32 count, bytes32 manifest, bytes32 chain)',
  'event Disowned(uint32 indexed org, bytes32 indexed purpose, bytes32 indexed root, uint64 batch, bytes32 chain)',
  'event StatusesSet(uint64 indexed list, uint32 indexed org, bytes32 cause, bytes ops, bytes32 chain)',
])

export interface LedgerProfile {
  readonly chainId: number
  readonly contracts: Readonly<
    Record<'trustRegistry' | 'anchorLog' | 'statusRegistry', { readonly address: `0x${string}` }>
  >
}

/** From `/.well-known/dojang-ledger`; its signature is checked elsewhere. */
export async function profileOf(node: TestNode): Promise<LedgerProfile> {
  const text = await (await fetch(`${node.url}/.well-known/dojang-ledger`)).text()
  return JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString()) as LedgerProfile
}

export const clientOf = (node: TestNode) => createPublicClient({ transport: http(node.rpcUrl) })

export interface StatusOp {
  readonly index: number
  readonly from: number
  readonly to: number
}

export interface LedgerSays {
  /** In the order of the blocks. */
  readonly roots: readonly string[]
  readonly disowned: number
  readonly ops: readonly StatusOp[]
}

export async function readLedger(node: TestNode): Promise<LedgerSays> {
  const { contracts } = await profileOf(node)
  const client = clientOf(node)
  const events = async <const Name extends 'Anchored' | 'Disowned' | 'StatusesSet'>(
    address: `0x${string}`,
    eventName: Name,
  ) => await client.getContractEvents({ address, abi: ABI, eventName, fromBlock: 0n, strict: true })
  const anchored = await events(contracts.anchorLog.address, 'Anchored')
  const disowned = await events(contracts.anchorLog.address, 'Disowned')
  const set = await events(contracts.statusRegistry.address, 'StatusesSet')
  return {
    roots: anchored.map(({ args }) => args.root),
    disowned: disowned.length,
    ops: set.flatMap(({ args }) => decodeOps(args.ops)),
  }
}

/** index: 24 bits, from: 4, to: 4. */
function decodeOps(hex: string): StatusOp[] {
  const bytes = Buffer.from(hex.slice(2), 'hex')
  return Array.from({ length: bytes.length / 4 }, (_, i) => {
    const word = bytes.readUInt32BE(4 * i)
    return { index: word >>> 8, from: (word >>> 4) & 15, to: word & 15 }
  })
}
