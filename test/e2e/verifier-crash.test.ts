/**
 * Kills a verifier that runs alone with SIGKILL at random times under load. Each request gets two answers at the same moment, a
 * card and an error, and each response code is exchanged by two attempts. Afterwards: what was acknowledged is there, no
 * request has two verdicts, and no code gave `valid` to two attempts.
 */
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect } from 'chai'
import { parseJws } from '../../node/lib/jose/jws.ts'
import { postAnswer, type QuickCard, quickAnswer } from '../support/quick-wallet.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { TestNode } from './support/node.ts'
import { csvOf, people } from './support/people.ts'
import { issue } from './support/steps.ts'
import { TestVerifier } from './support/verifier-service.ts'
import { Wallet } from './wallet/wallet.ts'

const LONG = process.env.DOJANG_TEST_LONG === '1'
const ROUNDS = LONG ? 40 : 3
const AT_ONCE = LONG ? 40 : 16
/** Milliseconds of load before the kill, at most. */
const LOAD_MS = LONG ? 3000 : 1200
/** Of requests whose making was acknowledged. */
interface Seen {
  readonly id: string
  readonly requestUrl: string
  readonly redirects: boolean
  /** The verdict to the answer that was acknowledged with 200. */
  acknowledged: 'valid' | 'retry/declined' | null
  code: string | null
  /** Every verdict that anybody read. */
  readonly read: Set<string>
  /** The attempts that got a verdict for the code. */
  readonly attempts: Set<string>
}

describe('e2e: kill -9 of a verifier that runs alone', function () {
  this.timeout(LONG ? 900_000 : 240_000)
  const verifier = new TestVerifier(() => ({ LOG_LEVEL: 'warn' }))
  const seen: Seen[] = []
  let node: TestNode
  let aside: string
  let card: QuickCard
  let key: string

  before(async () => {
    aside = scratchDirectory('e2e-aside')
    node = await TestNode.start()
    const residents = people(1)
    const [{ personalNumber }] = residents as [(typeof residents)[number]]
    await node.import(csvOf(residents))
    const taken = await issue(node, new Wallet(join(aside, 'wallet')), 'resident', personalNumber)
    card = { credential: taken.card.credential, key: taken.card.key, query: 'resident' }
    await verifier.start('--profile', join(node.data, 'ledger.json'))
    key = await verifier.key(['requests:create', 'requests:read', 'records:read'])
  })
  after(async () => {
    await verifier.dispose()
    await node?.dispose()
    rmSync(aside, { recursive: true, force: true })
  })

  const call = (method: 'GET' | 'POST', path: string, body?: unknown) => verifier.call(method, path, key, body)

  /** One request from its making to its verdict, or as far as it comes. */
  async function pass(redirects: boolean): Promise<void> {
    const redirect = redirects ? { device: 'same', redirectUri: 'https://shop.example/done' } : {}
    const { status, body } = await call('POST', '/verifier/requests', { preset: 'bank', ...redirect })
    if (status !== 201) throw new Error(`not made: ${status}`)
    const one: Seen = {
      ...{ id: body.id, requestUrl: body.requestUrl, redirects, acknowledged: null, code: null },
      ...{ read: new Set(), attempts: new Set() },
    }
    seen.push(one)
    await answerTwice(one)
    if (one.code !== null) await redeemTwice(one)
    else if (!redirects) await read(one)
  }

  async function answerTwice(one: Seen): Promise<void> {
    const { state, form } = await quickAnswer(one.requestUrl, card)
    const both = [
      ['valid', { ...form }],
      ['retry/declined', { error: 'access_denied', state }],
    ] as const
    const order = Math.random() < 0.5 ? both : ([both[1], both[0]] as const)
    const taken = await Promise.all(order.map(([, posted]) => postAnswer(one.requestUrl, posted)))
    const accepted = taken.flatMap((answer, i) => (answer.status === 200 ? [{ answer, verdict: order[i]?.[0] }] : []))
    expect(accepted.length).to.be.lessThan(2)
    for (const { answer, verdict = null } of accepted) {
      expect(one.acknowledged ?? verdict).to.equal(verdict)
      one.acknowledged = verdict
      one.code = /#response_code=(.+)$/.exec(answer.body.redirect_uri ?? '')?.[1] ?? null
    }
  }

  async function redeemTwice(one: Seen): Promise<void> {
    const attempts = [0, 1].map(() => randomBytes(12).toString('base64url'))
    await Promise.all(attempts.map(attempt => redeem(one, attempt)))
  }

  async function redeem(one: Seen, attempt: string): Promise<void> {
    const { status, body } = await call('POST', `/verifier/requests/${one.id}/redeem`, {
      ...{ response_code: one.code, attempt },
    })
    if (status !== 200) return
    note(one, body)
    one.attempts.add(attempt)
  }

  async function read(one: Seen): Promise<void> {
    const { status, body } = await call('GET', `/verifier/requests/${one.id}?wait=5`)
    expect(status).to.equal(200)
    note(one, body)
  }

  const note = (
    one: Seen,
    { state, verdict }: { state: string; verdict?: { outcome: string; reason: string | null } },
  ) => {
    if (state === 'done' && verdict) one.read.add([verdict.outcome, verdict.reason ?? []].flat().join('/'))
  }

  async function load(until: Promise<unknown>): Promise<void> {
    let over = false
    void until.then(() => {
      over = true
    })
    const client = async (redirects: boolean) => {
      while (!over) await pass(redirects).catch(unlessKilled)
    }
    await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => client(i % 2 === 0)))
  }

  /** While the verifier is dead, nothing answers. A failed expectation is a failure. */
  const unlessKilled = (error: unknown) => {
    if ((error as Error).name === 'AssertionError') throw error
  }

  it(`keeps what it acknowledged, and one verdict for each request, over ${ROUNDS} kills`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const first = seen.length
      const killed = setTimeout(200 + Math.random() * LOAD_MS).then(() => verifier.kill())
      await load(killed)
      await verifier.start()
      for (const one of seen.slice(first)) {
        if (one.acknowledged === null) await answerTwice(one).catch(unlessKilled)
        if (one.redirects) {
          for (const attempt of one.attempts) await redeem(one, attempt)
          if (one.code !== null) await redeem(one, 'a stranger later')
        } else for (let twice = 0; twice < 2; twice++) await read(one)
      }
    }
    expect(seen.length).to.be.greaterThan(ROUNDS * 5)
    for (const { acknowledged, read: verdicts, attempts, redirects, id } of seen) {
      expect(verdicts.size, `${id}: ${[...verdicts]}`).to.be.lessThan(2)
      if (acknowledged && verdicts.size > 0) expect([...verdicts]).to.deep.equal([acknowledged])
      if (redirects) expect(attempts.size, id).to.be.lessThan(2)
      else expect(verdicts.size, id).to.equal(1)
    }
    console.log(
      `      ${seen.length} requests, ${seen.filter(({ read: verdicts }) => verdicts.has('valid')).length} valid`,
    )
  })

  it('has one record of each check, without a gap', async () => {
    const numbers: number[] = []
    const requests = new Set<string>()
    for (let from = 0; ; ) {
      const { body } = await call('GET', `/verifier/records?from=${from}&limit=1000`)
      for (const text of body.records as string[]) {
        const { payload } = parseJws(text, { typ: 'dojang-check-record+jwt', numbers: 'any' })
        numbers.push(Number(payload.number))
        requests.add(String(payload.request))
      }
      if (body.records.length === 0) break
      from = body.next
    }
    expect(numbers).to.deep.equal(numbers.map((_, i) => i))
    expect(requests.size).to.equal(numbers.length)
    for (const { id, read: verdicts } of seen) if (verdicts.size > 0) expect(requests.has(id), id).to.equal(true)
  })
})
