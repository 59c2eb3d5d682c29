/**
 * `npm run test:crash`: repeatedly kills the embedded ledger under load with SIGKILL at random times, in one directory. After
 * each kill it reads the database block by block and compares it with what the ledger had acknowledged. Every few rounds it
 * truncates the write-ahead log of a copy, as a power cut would. `--rounds N` (200), `--keep` keeps the directory.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { getCreateAddress } from 'ethers'
import { Chain } from '../node/ledger/embedded/chain.ts'
import { checkLedgerStore } from '../node/ledger/embedded/check-store.ts'
import { type LedgerStore, openLedgerStore } from '../node/ledger/embedded/ledger-store.ts'
import { fromHex, type Hex, toHex } from '../node/lib/bytes.ts'
import { SENDER } from '../test/node/ledger/embedded/fixture.ts'
import { scratchDirectory } from '../test/support/scratch.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '200' }, keep: { type: 'boolean', default: false } },
})
const ROUNDS = Number(values.rounds)
const TORN_EVERY = 5
const LOAD = fileURLToPath(new URL('./crash/load.ts', import.meta.url))
const CONTRACT = getCreateAddress({ from: SENDER, nonce: 0 })

/** The blocks and transactions that the ledger acknowledged. */
interface Said {
  readonly blocks: Map<number, Hex>
  readonly transactions: Hex[]
}

/** Runs the ledger and kills it at a random time. */
async function live(path: string): Promise<Said> {
  const child = spawn(process.execPath, ['--import', 'tsx', LOAD, path, CONTRACT], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said: Said = { blocks: new Map(), transactions: [] }
  const ready = Promise.withResolvers<void>()
  child.once('exit', code => ready.reject(new Error(`the ledger ended without being killed, with ${code}`)))
  createInterface({ input: child.stdout }).on('line', line => {
    // The last line may be incomplete.
    const block = /^block (\d+) (0x[0-9a-f]{64})$/.exec(line)
    if (block) said.blocks.set(Number(block[1]), block[2] as Hex)
    const transaction = /^transaction (0x[0-9a-f]{64})$/.exec(line)
    if (transaction) said.transactions.push(transaction[1] as Hex)
    if (line === 'ready') ready.resolve()
  })
  // Sometimes kills it while it opens, mostly while it writes blocks.
  if (Math.random() < 0.1) await pause(200 + Math.random() * 1500)
  else {
    await ready.promise
    await pause(Math.random() * 1200)
  }
  ready.promise.catch(() => {})
  if (child.exitCode !== null) throw new Error(`the ledger ended without being killed, with ${child.exitCode}`)
  const closed = once(child, 'close')
  child.kill('SIGKILL')
  await closed
  return said
}

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

/** Faults of the database, compared with what the ledger had acknowledged. */
function faultsOf(store: LedgerStore, said: Said): string[] {
  const chain = Chain.open(store)
  if (chain === null) return said.blocks.size === 0 ? [] : ['the ledger is lost']
  const lost: string[] = []
  for (const [number, hash] of said.blocks) {
    const block = chain.block(number)
    if (block === undefined || toHex(block.hash) !== hash) lost.push(`acknowledged block ${number} is lost`)
  }
  for (const transaction of said.transactions) {
    const place = chain.positionOf(fromHex(transaction))
    if (place === undefined || chain.receipt(place).status !== 1)
      lost.push(`acknowledged transaction ${transaction} is lost`)
  }
  return [...lost, ...checkLedgerStore(store).faults]
}

/** Truncates the newest log of a copy at a random position. The rest must be undamaged and a prefix of the original. */
async function torn(path: string): Promise<string[]> {
  const copy = scratchDirectory('torn')
  try {
    cpSync(path, copy, { recursive: true })
    const log = readdirSync(join(copy, 'blocks'))
      .filter(name => name.endsWith('.log'))
      .sort()
      .at(-1)
    if (log === undefined) return ['there is no write-ahead log to tear']
    const file = join(copy, 'blocks', log)
    truncateSync(file, Math.floor(Math.random() * (statSync(file).size + 1)))
    const [left, all] = [await openLedgerStore(copy), await openLedgerStore(path)]
    try {
      const [part, whole] = [Chain.open(left), Chain.open(all)]
      if (part === null) return []
      const { header, hash } = part.head
      const same = toHex(whole?.block(header.number)?.hash ?? new Uint8Array()) === toHex(hash)
      return [...(same ? [] : [`torn: block ${header.number} is another`]), ...checkLedgerStore(left).faults]
    } finally {
      await Promise.all([left.close(), all.close()])
    }
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

const path = mkdtempSync(join(tmpdir(), 'dojang-crash-'))
const ever: Said = { blocks: new Map(), transactions: [] }
const faults: string[] = []
let tornLogs = 0
const bar = (round: number) => {
  const line = `${round}/${ROUNDS} rounds, ${ever.blocks.size} blocks and ${ever.transactions.length} transactions acknowledged, ${faults.length} faults`
  if (process.stderr.isTTY)
    process.stderr.write(`\r\x1b[2K${'█'.repeat((24 * round) / ROUNDS).padEnd(24, '░')} ${line}`)
  else if (round % 10 === 0) process.stderr.write(`${line}\n`)
}
try {
  for (let round = 1; round <= ROUNDS; round++) {
    const said = await live(path)
    for (const [number, hash] of said.blocks) ever.blocks.set(number, hash)
    ever.transactions.push(...said.transactions)
    if (round % TORN_EVERY === 0) {
      tornLogs += 1
      faults.push(...(await torn(path)).map(fault => `round ${round}: ${fault}`))
    }
    const store = await openLedgerStore(path)
    faults.push(...faultsOf(store, said).map(fault => `round ${round}: ${fault}`))
    await store.close()
    bar(round)
  }
  const store = await openLedgerStore(path)
  faults.push(...faultsOf(store, ever).map(fault => `at the end: ${fault}`))
  const { head, transactions } = checkLedgerStore(store)
  await store.close()
  const lost = faults.filter(fault => fault.includes('acknowledged')).length
  process.stderr.write('\n')
  console.log(`${ROUNDS} kills, ${tornLogs} torn logs: ${head + 1} blocks with ${transactions} transactions on disk`)
  console.log(
    `acknowledged: ${ever.blocks.size} blocks, ${ever.transactions.length} transactions; lost: ${lost}; faults: ${faults.length}`,
  )
  for (const fault of faults.slice(0, 20)) console.log(`  ${fault}`)
} finally {
  if (values.keep) console.log(`kept: ${path}`)
  else rmSync(path, { recursive: true, force: true })
}
process.exitCode = faults.length === 0 ? 0 : 1
