/**
 * For benchmarks: many cards that expire in one week are renewed at once, while others apply for cards. The node is in this
 * process, with its HTTP interface; the wallets of both are in processes of their own. Then the clocks of node and ledger pass day
 * by day, until all old cards have ended.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { type Authority, openAuthority } from '../../node/authority/authority.ts'
import { openOwnLedger } from '../../node/authority/ledger.ts'
import { serve } from '../../node/authority/serve.ts'
import { openConfig } from '../../node/config/config.ts'
import type { EmbeddedLedger } from '../../node/ledger/embedded/ledger.ts'
import { parseP256Jwk, thumbprint } from '../../node/lib/jose/jwk.ts'
import { DAY, MINUTE, systemClock, systemEvery, systemTimer } from '../../node/lib/time.ts'
import { FictitiousNumbers } from '../../node/residents/population/numbers.ts'
import { LevelStore } from '../../node/store/level.ts'
import type { Store } from '../../node/store/store.ts'
import { hong } from '../../test/node/credential/support.ts'
import { scratchDirectory } from '../../test/support/scratch.ts'
import { type SeededHolder, seedHolders } from '../../test/support/seeded-holders.ts'
import { random } from '../../test/support/world.ts'
import type { Seen } from './issuance-client.ts'
import type { RenewalOrder, RenewalProgress } from './renewal-client.ts'
import { makeKey } from './wallet-messages.ts'
import { takeCards } from './wallets.ts'

export interface RenewalMeasured {
  readonly cards: number
  /** Cards of others a second: alone, and while renewals come as fast as they are taken; and their 95th percentile in ms. */
  readonly alone: { readonly perSecond: number; readonly p95: number }
  readonly meanwhile: { readonly perSecond: number; readonly p95: number }
  /** Renewals a second while others apply, and when nobody does; null if none was left. */
  readonly beside: number
  readonly afterwards: number | null
  /** How often a wallet was asked to come later. */
  readonly later: number
  /**
   * The old cards after so many simulated days: how many are revoked, how many are suspended and not expired, and how many are
   * valid. None may be valid.
   */
  readonly days: readonly {
    readonly day: number
    readonly revoked: number
    readonly suspended: number
    readonly valid: number
  }[]
  /** Holders without exactly one valid card that has not expired. */
  readonly wrong: number
  readonly megabytes: number
}

const CLIENT = fileURLToPath(new URL('./renewal-client.ts', import.meta.url))
const OTHERS = { count: 1_500, concurrency: 64 } as const
const WARM_UP = 300
const PLACE = 'any-centre'
/** More than may wait to begin, so that some are asked to come later. */
const RENEWING_AT_ONCE = 400
/** The cards expire in a week that begins in so many days. */
const FIRST_DAY = 30
const WEEK = 7
/** Simulated days after which the old cards are counted. */
const COUNTED = [0, 1, 7, 15, 30, 38] as const

export async function measureRenewals(cards: number): Promise<RenewalMeasured> {
  const data = scratchDirectory('renewal')
  const config = await openConfig({ data, port: 0, rpcPort: 0, operatorPort: 0, walletPort: 0 }, random)
  const log = pino({ level: 'silent' })
  const opened: { ledger?: EmbeddedLedger; store?: Store } = {}
  let ahead = 0
  const authority = await openAuthority(config, {
    ...{ clock: () => systemClock() + ahead, random, timer: systemTimer, every: systemEvery },
    ...{ log, progress: () => undefined },
    openLedger: async (...given) => {
      opened.ledger = await openOwnLedger(...given)
      return opened.ledger
    },
    openStore: async path => {
      opened.store = await LevelStore.open(path)
      return opened.store
    },
  })
  const served = await serve(authority, log)
  try {
    const { ledger, store } = opened
    if (!store || !ledger) throw new Error('store and ledger were not opened')
    const pass = async (seconds: number) => {
      ahead += seconds
      await ledger.setClockOffset(ahead)
    }
    return await measure(authority, store, cards, pass)
  } finally {
    await served.close()
    await authority.close()
    rmSync(data, { recursive: true, force: true })
  }
}

async function measure(
  authority: Authority,
  store: Store,
  cards: number,
  pass: (seconds: number) => Promise<void>,
): Promise<RenewalMeasured> {
  const device = makeKey()
  const jkt = thumbprint(parseP256Jwk({ ...device.jwk }))
  const holders = await seedHolders(authority, store, jkt, cards, i => FIRST_DAY + ((i % 1000) / 1000) * WEEK)
  const others = new Others(authority)
  await others.take(WARM_UP)
  const alone = await others.take(OTHERS.count)

  const renewing = new Renewing(authority, device.private.export({ format: 'jwk' }), holders)
  await renewing.reached(Math.min(200, cards / 10))
  const [before, began] = [renewing.progress.renewed, performance.now()]
  const meanwhile = await others.take(OTHERS.count)
  const beside = ((renewing.progress.renewed - before) / (performance.now() - began)) * 1000
  const [rest, left] = [cards - renewing.progress.renewed, performance.now()]
  await renewing.done
  const afterwards = rest > 0 ? (rest / (performance.now() - left)) * 1000 : null
  // What no room was left for is spread over days when the time in which a card can be fetched again is over.
  await pass(11 * MINUTE)
  await authority.pipeline.sweep()

  const days: RenewalMeasured['days'][number][] = []
  let day = 0
  for (const until of COUNTED) {
    for (; day < until; day++) {
      await pass(DAY)
      await authority.pipeline.sweep()
    }
    await authority.pipeline.sweep()
    days.push({ day, ...(await countOld(authority, holders)) })
  }
  return {
    ...{
      cards,
      alone: ratesOf(alone),
      meanwhile: ratesOf(meanwhile),
      beside,
      afterwards,
      later: renewing.progress.later,
    },
    ...{ days, wrong: await countWrong(authority, holders), megabytes: process.memoryUsage().rss / 1e6 },
  }
}

/** People who apply, each for the first time. */
class Others {
  readonly #numbers = new FictitiousNumbers()
  #next = 0

  constructor(private readonly authority: Authority) {}

  async take(count: number): Promise<Seen> {
    const { residents, counter, config } = this.authority
    const facts = Array.from({ length: count }, () => {
      const birthdate = new Date(Date.UTC(1940, 0, 1 + this.#next++)).toISOString().slice(0, 10)
      return { ...hong, birthdate, personalNumber: this.#numbers.next(birthdate, hong.sex) as string }
    })
    await residents.store(facts)
    const offers = []
    for (const { personalNumber } of facts) {
      const identity = { by: 'bench', how: 'bench' }
      const { offerUrl, txCode } = await counter.apply('resident', personalNumber, identity, PLACE)
      offers.push({ url: offerUrl, txCode })
    }
    const { publicUrl } = config
    return takeCards({ issuer: publicUrl, endpoints: `${publicUrl}/oid4vci`, offers, concurrency: OTHERS.concurrency })
  }
}

/** The wallets that renew, in a process of their own. */
class Renewing {
  progress: RenewalProgress = { renewed: 0, later: 0, latencies: [], done: false }
  readonly done: Promise<void>
  readonly #child: ChildProcess

  constructor({ config: { publicUrl } }: Authority, dpopKey: JsonWebKey, holders: readonly SeededHolder[]) {
    this.#child = fork(CLIENT, { execArgv: ['--import', 'tsx'] })
    this.done = new Promise((resolve, reject) => {
      this.#child.on('message', (progress: RenewalProgress) => {
        this.progress = progress
        if (progress.done) resolve()
      })
      this.#child.once('exit', code => code !== 0 && reject(new Error('the renewing wallets ended early')))
    })
    this.#child.send({
      ...{ issuer: publicUrl, endpoints: `${publicUrl}/oid4vci`, dpopKey, concurrency: RENEWING_AT_ONCE },
      refreshTokens: holders.map(({ refreshToken }) => refreshToken),
    } satisfies RenewalOrder)
  }

  async reached(count: number): Promise<void> {
    while (this.progress.renewed < count) {
      await Promise.race([this.done, new Promise(resolve => setTimeout(resolve, 200))])
    }
  }
}

async function countOld({ credentials, mirror, clock }: Authority, holders: readonly SeededHolder[]) {
  await mirror.catchUp()
  const counts = { revoked: 0, suspended: 0, valid: 0 }
  for (const { credentialId } of holders) {
    const record = credentials.get(credentialId)
    const status = credentials.statusOf(record)
    if (status === 'INVALID') counts.revoked++
    else if (clock() < record.expiresAt) counts[status === 'SUSPENDED' ? 'suspended' : 'valid']++
  }
  return counts
}

async function countWrong({ credentials, clock }: Authority, holders: readonly SeededHolder[]): Promise<number> {
  let wrong = 0
  for (const { credentialId } of holders) {
    const person = Buffer.from(credentials.get(credentialId).person.slice(2), 'hex')
    const all = await credentials.ofPerson(person)
    const usable = all.filter(({ record }) => credentials.statusOf(record) === 'VALID' && clock() < record.expiresAt)
    if (usable.length !== 1) wrong++
  }
  return wrong
}

function ratesOf({ issued, seconds, latencies }: Seen) {
  const sorted = latencies.toSorted((a, b) => a - b)
  return { perSecond: issued / seconds, p95: sorted[Math.ceil(sorted.length * 0.95) - 1] as number }
}
