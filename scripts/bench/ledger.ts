/**
 * `npm run bench:ledger`: measures the throughput of the embedded ledger, the time of a restart and the memory of an idle
 * node, and how they grow with the stored data. It uses the real contracts, thread and disk.
 * `--sizes 10000,100000,1000000`.
 */
import { rmSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { Transaction, Wallet } from 'ethers'
import { type EmbeddedLedger, openEmbeddedLedger } from '../../node/ledger/embedded/ledger.ts'
import { fromHex, type Hex } from '../../node/lib/bytes.ts'
import { systemTimer } from '../../node/lib/time.ts'
import { issuePurpose } from '../../node/proof/registries/purpose.ts'
import { Capability, KeyUse } from '../../node/proof/registries/records.ts'
import { CredentialStatus } from '../../node/proof/registries/status.ts'
import { encodeStatusOps } from '../../node/proof/registries/status-ops.ts'
import { encodeAnchor, encodeSet, GasLimit } from '../../node/registries/calls.ts'
import { statusRegistry } from '../../node/registries/contracts.ts'
import { deploy } from '../../node/registries/deployment/deploy.ts'
import { put, STORE_INIT_CODE } from '../../test/node/ledger/embedded/fixture.ts'
import { scratchDirectory } from '../../test/support/scratch.ts'
import { BenchNode } from './node.ts'

const CHAIN_ID = 4_100_001
const VCT = 'urn:dojang:kr:resident:1'
const OPS = 512
const PER_LIST = 131_072
/** Enough for eight full blocks, so that the wait for the first and the last block matters little. No word is written twice. */
const BATCHES = 56
const WIDE = 2 ** 24
const wallet = (n: number) => new Wallet(`0x${n.toString(16).padStart(64, '0')}`)
const address = (n: number) => wallet(n).address.toLowerCase() as Hex
const word = (n: number): Hex => `0x${n.toString(16).padStart(64, '0')}`

/** Goals for comparison: minimum rates per second, maximum time and memory. Missing a goal is not a failure. */
const BUDGET = { transactions: 500, slots: 3_000, restartMs: 3_000, idleMb: 300 } as const

class Bench {
  readonly #path = scratchDirectory('bench-ledger')
  readonly #account = wallet(6)
  #ledger: EmbeddedLedger | undefined
  #nonce = 0
  #registry: Hex = '0x'
  #log: Hex = '0x'
  #store: Hex = '0x'
  #stored = 0

  get ledger(): EmbeddedLedger {
    if (this.#ledger === undefined) throw new Error('closed')
    return this.#ledger
  }

  async open(): Promise<number> {
    const began = performance.now()
    const allow = [1, 5, 6].map(address)
    const validatorKey = fromHex(word(9))
    this.#ledger = await openEmbeddedLedger({ path: this.#path, chainId: CHAIN_ID, validatorKey, allow })
    return performance.now() - began
  }

  async deploy(lists: number): Promise<void> {
    const statusLists = Array.from({ length: lists + 1 }, (_, i) => ({
      capacity: i === 0 ? WIDE : PER_LIST,
      dailyLimit: 1_000_000,
    }))
    const { addresses } = await deploy(this.ledger, {
      ...{ deployer: wallet(1), admin: address(2), council: address(3), guardian: address(4), delay: 300 },
      chainId: CHAIN_ID,
      timer: systemTimer,
      organisations: [
        {
          ...{ admin: address(5), name: 'bench', issuer: 'http://localhost', info: '{}', purposes: [`issue:${VCT}`] },
          keys: [{ keyId: word(0xabc), uses: KeyUse.CREDENTIAL, until: 4_000_000_000 }],
          accounts: [{ address: address(6), capabilities: Capability.ANCHOR | Capability.STATUS }],
        },
      ],
      statusLists,
    })
    this.#registry = addresses.statusRegistry
    this.#log = addresses.anchorLog
  }

  /** Deploys a minimal contract that writes storage. */
  async deployStore(): Promise<void> {
    const raw = this.#sign(null, STORE_INIT_CODE, 300_000n)
    const hash = await this.ledger.request('eth_sendRawTransaction', [raw])
    const receipt = await this.ledger.request('eth_getTransactionReceipt', [hash])
    this.#store = (receipt as { contractAddress: Hex }).contractAddress
  }

  store(n: number): Hex {
    return this.#sign(this.#store, put(n, n + 1), 100_000n)
  }

  /** Anchors a batch: writes its receipt and the running head. */
  anchor(n: number): Hex {
    const call = { purpose: issuePurpose(VCT), root: word(0x10000 + n), count: 16, manifest: word(7) }
    return this.#sign(this.#log, encodeAnchor(call), GasLimit.anchor)
  }

  /** Suspends 512 cards, each in a different status word, which writes 512 storage slots. */
  scattered(n: number): Hex {
    const words = WIDE / 128
    const first = (n * OPS) % words
    const idx = Array.from({ length: OPS }, (_, i) => ((first + i) % words) * 128 + (n % 128))
    return this.#set(listId(1), idx)
  }

  /** Suspends the next 512 cards of the register, which are densely packed. */
  dense(): Hex {
    const list = Math.floor(this.#stored / PER_LIST)
    const from = this.#stored % PER_LIST
    this.#stored += OPS
    return this.#set(
      listId(2 + list),
      Array.from({ length: OPS }, (_, i) => from + i),
    )
  }

  get stored(): number {
    return this.#stored
  }

  /**
   * Sends all at once, since the node accepts 1,000 nonces ahead. Rates per second of wall time and of its thread's CPU
   * time.
   */
  async run(count: number, next: (n: number) => Hex): Promise<Rate> {
    const before = await this.ledger.metrics()
    let began = 0
    for (let done = 0; done < count; done += 900) {
      const raws = Array.from({ length: Math.min(900, count - done) }, (_, i) => next(done + i))
      if (began === 0) began = performance.now()
      const hashes = await Promise.all(raws.map(raw => this.ledger.request('eth_sendRawTransaction', [raw])))
      const receipt = (await this.ledger.request('eth_getTransactionReceipt', [hashes.at(-1)])) as { status: Hex }
      if (receipt.status !== '0x1') throw new Error('a transaction of the benchmark reverted')
    }
    const seconds = (performance.now() - began) / 1000
    const after = await this.ledger.metrics()
    return { perSecond: count / seconds, perCpuSecond: count / (after.cpuSeconds - before.cpuSeconds) }
  }

  /** Milliseconds per request, averaged over many. */
  async time(method: string, params: (i: number) => readonly unknown[], count = 200): Promise<number> {
    const began = performance.now()
    for (let i = 0; i < count; i++) await this.ledger.request(method, params(i))
    return (performance.now() - began) / count
  }

  proofTime(): Promise<number> {
    return this.time('eth_getProof', i => [this.#registry, [word(i)], 'latest'])
  }

  callTime(): Promise<number> {
    const data = (i: number) => statusRegistry.encodeFunctionData('wordsOf', [listId(2), i % 512, 1])
    return this.time('eth_call', i => [{ to: this.#registry, data: data(i) }, 'latest'])
  }

  async close(): Promise<void> {
    await this.#ledger?.close()
    this.#ledger = undefined
  }

  async dispose(): Promise<void> {
    await this.close()
    rmSync(this.#path, { recursive: true, force: true })
  }

  #set(list: bigint, idx: readonly number[]): Hex {
    const lost = idx.map(each => ({ idx: each, from: CredentialStatus.VALID, to: CredentialStatus.SUSPENDED }))
    return this.#sign(this.#registry, encodeSet(list, encodeStatusOps(lost), word(9)), GasLimit.set(idx.length))
  }

  #sign(to: Hex | null, data: Hex, gasLimit: bigint): Hex {
    const fields = { type: 0, chainId: CHAIN_ID, nonce: this.#nonce++, to, data, gasLimit, gasPrice: 0 }
    const transaction = Transaction.from(fields)
    transaction.signature = this.#account.signingKey.sign(transaction.unsignedHash)
    return transaction.serialized as Hex
  }
}

interface Rate {
  readonly perSecond: number
  readonly perCpuSecond: number
}

const listId = (n: number): bigint => (1n << 32n) | BigInt(n)

/**
 * The whole node as an operator starts it: the time until it is ready, the same for a restart, and then its cost when
 * idle.
 */
async function wholeNode(): Promise<{ restartMs: number; idleMb: number }> {
  const node = await BenchNode.start()
  try {
    await node.restart()
    const restartMs = await node.restart()
    await new Promise(resolve => setTimeout(resolve, 3000))
    return { restartMs, idleMb: (await node.memory()) / 1e6 }
  } finally {
    await node.dispose()
  }
}

const n = (value: number, digits = 0) => value.toLocaleString('en', { maximumFractionDigits: digits })
const line = (name: string, figure: string, met?: boolean | string) =>
  console.log(
    `  ${name.padEnd(52)} ${figure}${met === undefined ? '' : `  (${met === true ? 'met' : met || 'NOT MET'})`}`,
  )

/** Uses CPU time too, because wall time on a shared machine includes the work of other processes. */
function verdict({ perSecond, perCpuSecond }: Rate, budget: number): boolean | string {
  if (perSecond >= budget) return true
  const busy = (loadavg()[0] ?? 0) > availableParallelism() + 1
  return busy && perCpuSecond >= budget
    ? `met by CPU time: the machine is busy, load ${n(loadavg()[0] ?? 0, 1)}`
    : false
}

async function benchLedger(sizes: readonly number[]): Promise<void> {
  const bench = new Bench()
  try {
    await bench.open()
    await bench.deploy(Math.ceil(Math.max(...sizes) / PER_LIST))
    let anchored = 0
    let batch = 0
    const measure = async () => {
      const single = await bench.run(2_000, () => bench.anchor(anchored++))
      const slots = await bench.run(BATCHES, () => bench.scattered(batch++))
      return { single, slots: { perSecond: slots.perSecond * OPS, perCpuSecond: slots.perCpuSecond * OPS } }
    }
    await bench.run(300, () => bench.anchor(anchored++))

    console.log(
      'The embedded ledger: acknowledged on disk, a block a second; in brackets, for a CPU-second of its thread',
    )
    await bench.deployStore()
    const one = await bench.run(2_000, i => bench.store(i))
    const { single, slots } = await measure()
    const rate = ({ perSecond, perCpuSecond }: Rate) => `${n(perSecond).padStart(7)}/s [${n(perCpuSecond)}]`
    line(`one-slot transactions (budget ${BUDGET.transactions}/s)`, rate(one), verdict(one, BUDGET.transactions))
    line('anchored batches, a transaction each', rate(single))
    line(`slots, ${OPS} to a transaction (budget ${n(BUDGET.slots)}/s)`, rate(slots), verdict(slots, BUDGET.slots))

    console.log('\nAs it grows: cards whose status is stored')
    for (const size of sizes) {
      const missing = Math.ceil((size - bench.stored) / OPS)
      if (missing > 0) await bench.run(missing, () => bench.dense())
      const grown = await measure()
      const [proof, call] = [await bench.proofTime(), await bench.callTime()]
      const { databaseBytes, height } = await bench.ledger.metrics()
      await bench.close()
      const reopened = await bench.open()
      line(
        `${n(bench.stored)} statuses, block ${height}`,
        `${rate(grown.single)}, ${n(grown.slots.perSecond)} slots/s [${n(grown.slots.perCpuSecond)}], proof ${n(proof, 2)} ms, ` +
          `call ${n(call, 2)} ms, ${n(databaseBytes / 1e6, 1)} MB, reopened in ${n(reopened)} ms`,
      )
    }
  } finally {
    await bench.dispose()
  }

  console.log('\nThe whole node')
  const { restartMs, idleMb } = await wholeNode()
  line(
    `warm restart to ready (budget ${n(BUDGET.restartMs)} ms)`,
    `${n(restartMs).padStart(7)} ms`,
    restartMs < BUDGET.restartMs,
  )
  line(`resident memory at rest (budget ${BUDGET.idleMb} MB)`, `${n(idleMb).padStart(7)} MB`, idleMb < BUDGET.idleMb)
  console.log('  resident memory after 100,000 cards: npm run bench:memory (12 minutes)')
}

const { values } = parseArgs({ options: { sizes: { type: 'string', default: '10000,100000,1000000' } } })
await benchLedger(values.sizes.split(',').map(Number))
