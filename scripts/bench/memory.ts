/**
 * `npm run bench:memory`: measures the memory of the whole node while cards are issued, 100,000 by default (`--cards N`).
 * Takes twelve minutes or more.
 */
import { parseArgs } from 'node:util'
import { BenchNode } from './node.ts'

/** The most memory that a node should need. */
const BUDGET = { cards: 100_000, megabytes: 700 } as const
/** Cards that are offered at once: offers expire after five minutes, also on a busy machine. */
const STEP = 1_000
/** Cards between two lines of the output. */
const LINE = 5_000
const WALLETS = 256

const { values } = parseArgs({ options: { cards: { type: 'string', default: String(BUDGET.cards) } } })
const cards = Number(values.cards)
const node = await BenchNode.start()
try {
  const inMb = async () => Math.round((await node.memory()) / 1e6)
  const say = (issued: number, mb: number, note = '') =>
    console.log(`  ${issued.toLocaleString('en').padStart(9)} cards   ${String(mb).padStart(5)} MB${note}`)
  console.log('Resident memory of the whole node')
  say(0, await inMb())
  let most = 0
  let issued = 0
  let took = 0
  while (issued < cards) {
    const numbers = await node.populate(Math.min(STEP, cards - issued))
    took += (await node.issue(numbers, WALLETS)).seconds
    issued += numbers.length
    const now = await inMb()
    most = Math.max(most, now)
    if (issued % LINE > 0 && issued < cards) continue
    say(issued, now, `   ${Math.round((issued % LINE || LINE) / took)}/s`)
    took = 0
  }
  await new Promise(resolve => setTimeout(resolve, 10_000))
  const rest = await inMb()
  const judged = cards === BUDGET.cards ? `  (${rest < BUDGET.megabytes ? 'met' : 'NOT MET'})` : ''
  console.log(
    `  afterwards, at rest (budget ${BUDGET.megabytes} MB after ${BUDGET.cards}) ${rest} MB, at most ${most} MB${judged}`,
  )
  const restart = await node.restart()
  console.log(`  restarted on this data in ${Math.round(restart)} ms (budget 3,000 ms), ${await inMb()} MB`)
} finally {
  await node.dispose()
}
