/**
 * For benchmarks: a telecom reports lost phones over HTTP, until a verifier with an online replica refuses the card, and until
 * the published list has it while the ledger is stopped.
 */
import { rmSync } from 'node:fs'
import { inflateSync } from 'node:zlib'
import { pino } from 'pino'
import { type Authority, openAuthority } from '../../node/authority/authority.ts'
import { openOwnLedger } from '../../node/authority/ledger.ts'
import { serve } from '../../node/authority/serve.ts'
import { openConfig } from '../../node/config/config.ts'
import { statusAt } from '../../node/credential/status-list.ts'
import { parseStatusListToken } from '../../node/credential/status-token.ts'
import { toHex } from '../../node/lib/bytes.ts'
import { systemClock, systemEvery, systemTimer } from '../../node/lib/time.ts'
import { CredentialStatus } from '../../node/proof/registries/status.ts'
import { openVerifier } from '../../node/verifier/open.ts'
import { scratchDirectory } from '../../test/support/scratch.ts'
import { orderOf, populate, random, TestLedger } from '../../test/support/world.ts'

export interface LossMeasured {
  /** Milliseconds from the telecom's request until the online replica has the card as suspended. */
  readonly replica: readonly number[]
  /** The same until the served list has it, while the ledger is stopped. */
  readonly list: readonly number[]
  /** Cards that the ledger does not have as suspended after it was started again. */
  readonly wrong: number
}

const POLL_MS = 5
const LATEST_MS = 30_000

export async function measureLoss(rounds = 30): Promise<LossMeasured> {
  const data = scratchDirectory('loss-bench')
  const requested = { data, port: 0, rpcPort: 0, operatorPort: 0, walletPort: 0, mode: 'demo' } as const
  const config = await openConfig(requested, random)
  const log = pino({ level: 'silent' })
  let ledger: TestLedger | undefined
  const authority = await openAuthority(config, {
    ...{ clock: systemClock, random, timer: systemTimer, every: systemEvery, log, progress: () => undefined },
    openLedger: async (...given) => {
      ledger = new TestLedger(await openOwnLedger(...given))
      ledger.hurried = false
      return ledger
    },
  })
  const served = await serve(authority, log)
  const verifier = await openVerifier(config.publicUrl, authority.profileFile.key, { clock: systemClock })
  try {
    if (!ledger) throw new Error('the ledger was not opened')
    const cards = await issue(authority, 2 * rounds)
    const { updater } = verifier
    const statusIn = ({ list, idx }: Card) => updater.replica?.state.status.at(list, idx)?.status
    const replica: number[] = []
    for (const card of cards.slice(0, rounds)) {
      replica.push(await timed(authority, card, async () => statusIn(card) === 'SUSPENDED'))
    }
    ledger.cut = true
    const list: number[] = []
    for (const card of cards.slice(rounds))
      list.push(await timed(authority, card, () => isListed(config.publicUrl, card)))
    ledger.cut = false
    const end = performance.now() + LATEST_MS
    const left = () => cards.filter(({ id }) => statusOf(authority, id) !== 'SUSPENDED').length
    while (left() > 0 && performance.now() < end) await new Promise(resolve => setTimeout(resolve, 100))
    return { replica, list, wrong: left() }
  } finally {
    await verifier.close()
    await served.close()
    await authority.close()
    await ledger?.inner.close()
    rmSync(data, { recursive: true, force: true })
  }
}

interface Card {
  readonly id: string
  readonly line: string
  readonly list: bigint
  readonly idx: number
}

async function issue(authority: Authority, count: number): Promise<Card[]> {
  const { residents, pipeline, credentials, org } = authority
  const people = await populate(residents, count)
  const cards: Card[] = []
  for (const [i, person] of people.entries()) {
    const line = `+82100${String(i).padStart(7, '0')}`
    await residents.lines.put([{ line, person, telecom: org }], random)
    const lineTag = toHex(residents.lines.customerOf(line)?.tag ?? new Uint8Array())
    const { credentialId: id } = await pipeline.issue(orderOf(person, { lineTag }))
    const { list, idx } = credentials.get(id)
    cards.push({ id, line, list: BigInt(list), idx })
  }
  return cards
}

const statusOf = ({ credentials }: Authority, id: string) => credentials.statusOf(credentials.get(id))

/** The answer of a stopped ledger takes seconds and is not waited for: what counts is what verifiers see. */
async function timed({ simulatedTelecom }: Authority, { line }: Card, seen: () => Promise<boolean>): Promise<number> {
  const began = performance.now()
  const reported = simulatedTelecom?.reportLost(line)
  reported?.catch(() => undefined)
  while (!(await seen())) {
    if (performance.now() - began > LATEST_MS) throw new Error('a report had no effect')
    await new Promise(resolve => setTimeout(resolve, POLL_MS))
  }
  return performance.now() - began
}

async function isListed(publicUrl: string, { list, idx }: Card): Promise<boolean> {
  const response = await fetch(`${publicUrl}/status-lists/${list}`)
  const { bits, compressed } = parseStatusListToken(await response.text())
  return statusAt(inflateSync(compressed), bits, idx) === CredentialStatus.SUSPENDED
}
