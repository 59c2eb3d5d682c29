/**
 * The answer of every method has the shape that the execution-apis describe: the required members, no others where the
 * description allows none, and the encodings of quantities and bytes.
 */
import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { z } from 'zod'
import type { EmbeddedLedger } from '../../../../node/ledger/embedded/ledger.ts'
import { blockMethods } from '../../../../node/ledger/embedded/methods/blocks.ts'
import { callMethods } from '../../../../node/ledger/embedded/methods/calls.ts'
import { logMethods } from '../../../../node/ledger/embedded/methods/logs.ts'
import { networkMethods } from '../../../../node/ledger/embedded/methods/network.ts'
import { stateMethods } from '../../../../node/ledger/embedded/methods/state.ts'
import { transactionMethods } from '../../../../node/ledger/embedded/methods/transactions.ts'
import { Filters } from '../../../../node/ledger/rpc/filters.ts'
import { Subscriptions } from '../../../../node/ledger/rpc/subscriptions.ts'
import type { Hex } from '../../../../node/lib/bytes.ts'
import { deployStore, openLedger, put, SENDER, sign, temporaryDirectory, word } from '../embedded/fixture.ts'

const uint = z.string().regex(/^0x(?:0|[1-9a-f][0-9a-f]*)$/)
const uint256 = z.string().regex(/^0x(?:0|[1-9a-f][0-9a-f]{0,63})$/)
const bytes = z.string().regex(/^0x(?:[0-9a-f]{2})*$/)
const fixed = (length: number) => z.string().regex(new RegExp(`^0x[0-9a-f]{${2 * length}}$`))
const hash32 = fixed(32)
const address = fixed(20)

const log = z.strictObject({
  removed: z.literal(false),
  logIndex: uint,
  transactionIndex: uint,
  transactionHash: hash32,
  blockHash: hash32,
  blockNumber: uint,
  blockTimestamp: uint,
  address,
  data: bytes,
  topics: z.array(hash32).max(4),
})

const accessList = z.array(z.strictObject({ address, storageKeys: z.array(hash32) }))
/** TransactionInfo with a signed transaction. The place is null for one that is in no block. */
const transaction = <T extends z.ZodType>(place: (shape: z.ZodType) => T) => {
  const common = {
    blockHash: place(hash32),
    blockNumber: place(uint),
    blockTimestamp: place(uint),
    transactionIndex: place(uint),
    hash: hash32,
    from: address,
    nonce: uint,
    to: address.nullable(),
    gas: uint,
    value: uint,
    input: bytes,
    gasPrice: uint,
    chainId: uint,
    v: uint,
    r: uint256,
    s: uint256,
  }
  const typed = { ...common, accessList, yParity: z.enum(['0x0', '0x1']) }
  return z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('0x0'), ...common }),
    z.strictObject({ type: z.literal('0x1'), ...typed }),
    z.strictObject({ type: z.literal('0x2'), ...typed, maxFeePerGas: uint, maxPriorityFeePerGas: uint }),
  ])
}
const inBlock = transaction(shape => shape)
const pending = transaction(() => z.null())

const receipt = z.strictObject({
  type: uint,
  transactionHash: hash32,
  transactionIndex: uint,
  blockHash: hash32,
  blockNumber: uint,
  from: address,
  to: address.nullable(),
  cumulativeGasUsed: uint,
  gasUsed: uint,
  contractAddress: address.nullable(),
  logs: z.array(log),
  logsBloom: fixed(256),
  status: z.enum(['0x0', '0x1']),
  effectiveGasPrice: uint,
})

const header = {
  hash: hash32,
  parentHash: hash32,
  sha3Uncles: hash32,
  miner: address,
  stateRoot: hash32,
  transactionsRoot: hash32,
  receiptsRoot: hash32,
  logsBloom: fixed(256),
  difficulty: uint,
  number: uint,
  gasLimit: uint,
  gasUsed: uint,
  timestamp: uint,
  extraData: bytes,
  mixHash: hash32,
  nonce: fixed(8),
  baseFeePerGas: uint,
}
const block = <T extends z.ZodType>(body: T) =>
  z.strictObject({ ...header, size: uint, transactions: z.array(body), uncles: z.tuple([]) })

const accountProof = z.strictObject({
  address,
  accountProof: z.array(bytes),
  balance: uint256,
  codeHash: hash32,
  nonce: uint,
  storageHash: hash32,
  storageProof: z.array(z.strictObject({ key: hash32, value: uint256, proof: z.array(bytes) })),
})

const feeHistory = z.strictObject({
  oldestBlock: uint,
  baseFeePerGas: z.array(uint),
  gasUsedRatio: z.array(z.number().min(0).max(1)),
  reward: z.array(z.array(uint)).optional(),
})

const GROUPS = [blockMethods, callMethods, logMethods, networkMethods, stateMethods, transactionMethods]

describe('shapes of JSON-RPC answers', () => {
  const directory = temporaryDirectory()
  let ledger: EmbeddedLedger
  let contract: Hex
  let waiting: Hex
  let hashes: Hex[]
  const checked = new Set<string>()

  const check = async (method: string, params: readonly unknown[], shape: z.ZodType) => {
    checked.add(method)
    const parsed = shape.safeParse(await ledger.request(method, params))
    if (!parsed.success) expect.fail(`${method} ${JSON.stringify(params)}: ${z.prettifyError(parsed.error)}`)
  }

  before(async () => {
    ledger = await openLedger(directory.path)
    contract = await deployStore(ledger)
    await ledger.setClockOffset(ledger.head.timestamp + 1 - Math.floor(Date.now() / 1000))
    const signed = await Promise.all([
      sign({ nonce: 1, to: contract, data: put(1, 2) }),
      sign({ nonce: 2, to: contract, data: put(1, 3), type: 1 }),
      sign({ nonce: 3, to: contract, data: put(2, 3), type: 2 }),
      sign({ nonce: 4, to: contract, type: 2 }),
    ])
    hashes = (await Promise.all(signed.map(raw => ledger.request('eth_sendRawTransaction', [raw])))) as Hex[]
    waiting = (await ledger.request('eth_sendRawTransaction', [await sign({ nonce: 9, to: SENDER, type: 1 })])) as Hex
  })
  after(async () => {
    await ledger.close()
    directory.remove()
  })

  it('of blocks, also of the genesis', async () => {
    const { hash } = ledger.head
    for (const at of ['0x0', '0x1', 'latest']) {
      await check('eth_getBlockByNumber', [at, false], block(hash32))
      await check('eth_getBlockByNumber', [at, true], block(inBlock))
    }
    await check('eth_getBlockByHash', [hash, false], block(hash32))
    await check('eth_getBlockByHash', [hash, true], block(inBlock))
    await check('eth_getBlockByNumber', ['0xffff', true], z.null())
    await check('eth_getBlockReceipts', ['latest'], z.array(receipt))
    await check('eth_getBlockReceipts', ['0x1'], z.array(receipt).length(1))
    await check('eth_getBlockTransactionCountByNumber', ['latest'], uint)
    await check('eth_getBlockTransactionCountByHash', [hash], uint)
    await check('eth_blockNumber', [], uint)
  })

  it('of transactions of each type, in a block and before', async () => {
    for (const hash of hashes) {
      await check('eth_getTransactionByHash', [hash], inBlock)
      await check('eth_getTransactionReceipt', [hash], receipt)
    }
    await check('eth_getTransactionByHash', [waiting], pending)
    await check('eth_getTransactionReceipt', [waiting], z.null())
    await check('eth_getTransactionByBlockNumberAndIndex', ['latest', '0x0'], inBlock)
    await check('eth_getTransactionByBlockHashAndIndex', [ledger.head.hash, '0x1'], inBlock)
    await check('eth_sendRawTransaction', [await sign({ nonce: 1, to: contract, data: put(1, 2) })], hash32)
  })

  it('of logs, state and calls', async () => {
    await check('eth_getLogs', [{ address: contract, fromBlock: '0x0' }], z.array(log).length(3))
    await check('eth_getBalance', [SENDER, 'latest'], uint)
    await check('eth_getCode', [contract, 'latest'], bytes)
    await check('eth_getCode', [SENDER, 'latest'], z.literal('0x'))
    await check('eth_getStorageAt', [contract, '0x1', 'latest'], hash32)
    await check('eth_getTransactionCount', [SENDER, 'latest'], uint)
    await check('eth_getProof', [contract, ['0x1', `0x${word(99)}`], 'latest'], accountProof)
    await check('eth_getProof', [`0x${'99'.repeat(20)}`, [], '0x0'], accountProof)
    await check('eth_call', [{ to: contract, data: `0x${word(1)}` }, 'latest'], bytes)
    await check('eth_estimateGas', [{ to: contract, data: put(1, 2) }], uint)
  })

  it('of the network', async () => {
    await check('eth_chainId', [], uint)
    await check('eth_syncing', [], z.literal(false))
    await check('eth_accounts', [], z.array(address))
    await check('eth_gasPrice', [], uint)
    await check('eth_maxPriorityFeePerGas', [], uint)
    await check('eth_feeHistory', ['0x2', 'latest', [10, 50]], feeHistory.required())
    await check('eth_feeHistory', ['0x2', 'latest'], feeHistory)
    await check('net_version', [], z.string().regex(/^[1-9][0-9]*$/))
    await check('net_listening', [], z.boolean())
    await check('net_peerCount', [], uint)
    await check('web3_clientVersion', [], z.string())
  })

  it('of every served method', () => {
    expect([...checked].sort()).to.deep.equal(GROUPS.flatMap(group => Object.keys(group)).sort())
  })

  it('of filters and subscriptions', async () => {
    const notified: unknown[] = []
    const both = Promise.withResolvers<void>()
    const filters = new Filters(ledger, randomBytes)
    const subscriptions = new Subscriptions(filters, randomBytes, params => {
      notified.push(params)
      if (notified.length === 2) both.resolve()
    })
    const ask = async (method: string, params: readonly unknown[], shape: z.ZodType) => {
      const answer = await subscriptions.request(method, params)
      const parsed = shape.safeParse(answer)
      if (!parsed.success) expect.fail(`${method}: ${z.prettifyError(parsed.error)}`)
      return answer as Hex
    }
    const logs = await ask('eth_newFilter', [{ address: contract, fromBlock: 'earliest' }], uint)
    const blocks = await ask('eth_newBlockFilter', [], uint)
    await ask('eth_subscribe', ['newHeads'], uint)
    await ask('eth_subscribe', ['logs', { address: contract }], uint)
    await ledger.setClockOffset(ledger.head.timestamp + 1 - Math.floor(Date.now() / 1000))
    await ledger.request('eth_sendRawTransaction', [await sign({ nonce: 5, to: contract, data: put(7, 7) })])
    await both.promise
    const notification = <T extends z.ZodType>(result: T) => z.strictObject({ subscription: uint, result })
    z.tuple([notification(z.strictObject(header)), notification(log)]).parse(notified)
    await ask('eth_getFilterLogs', [logs], z.array(log).length(4))
    await ask('eth_getFilterChanges', [logs], z.array(log).length(1))
    await ask('eth_getFilterChanges', [blocks], z.array(hash32).length(1))
    await ask('eth_uninstallFilter', [blocks], z.literal(true))
    await subscriptions.close()
  })
})
