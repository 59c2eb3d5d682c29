/** The third year: a card that came from an IC card is renewed at home before it expires, and then the old one ends. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { openVerifier } from '../../node/verifier/public.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { PRELOAD } from './support/admission.ts'
import { chipPhone, icCard } from './support/ic-card.ts'
import { TestNode } from './support/node.ts'
import { finding } from './support/steps.ts'
import { type IssuanceSession, refreshed } from './wallet/accept.ts'
import type { Card } from './wallet/home.ts'
import { type PresentationRequest, presentationOf } from './wallet/present.ts'
import { Wallet } from './wallet/wallet.ts'

const DAY = 86_400
/** Two months before the end of three years. */
const THEN = -(3 * 365 - 60) * DAY * 1000

interface Answer {
  readonly claims: Record<string, unknown>
  readonly session: IssuanceSession
}

describe('e2e: a card in its third year', function () {
  this.timeout(180_000)
  let shift = THEN
  const env = () => ({ NODE_OPTIONS: PRELOAD, DOJANG_TEST_CLOCK_SHIFT: String(shift) })
  const node = new TestNode(['--demo'], env)
  const aside = scratchDirectory('e2e-renewal')
  const home = join(aside, 'phone')
  const wallet = () => new Wallet(home)
  before(() => node.start())
  after(async () => {
    await node.dispose()
    rmSync(aside, { recursive: true, force: true })
  })

  /** Of a verifier of others, with the library. */
  async function verdictOn(card: Card): Promise<string> {
    const [, pinned = ''] = /Profile key +(\S+)/.exec(node.output) ?? []
    const { verifier, close } = await openVerifier(node.url, pinned)
    try {
      const request = { authorizationRequestPayload: { nonce: 'n-1', client_id: 'shop' } } as PresentationRequest
      const presentation = await presentationOf(request, {
        query: 'resident',
        card,
        paths: [['birthdate'], ['anchor']],
      })
      return finding(await verifier.verify(presentation, { nonce: 'n-1', audience: 'shop' }))
    } finally {
      await close()
    }
  }

  it('mission 7: is valid until then, is renewed at home with a new key, and the old one ends', async () => {
    const number = /echo (\S+) \| npm run dojang .*offer --card resident/.exec(node.output)?.[1] ?? ''
    // The roll-out of the demo begins later than this story.
    const { body } = await node.get('/operator/rollout')
    const earlier = JSON.stringify(body.policy).replace(/"from":"[\d-]+"/g, '"from":"2020-01-01"')
    const set = await node.post('/operator/rollout', { file: earlier })
    expect(set.status, JSON.stringify(set.body)).to.equal(200)
    const { body: found } = await node.post('/operator/residents/search', { personalNumber: number })
    const image = await icCard(node, String(found.residents[0].person), 'ic-exchange')
    const first = await chipPhone<Answer>(node, image, home, 'same', env())

    await node.stop()
    shift = 0
    await node.start()
    const [old] = wallet().home.cards()
    if (!old) throw new Error('the phone has the card')
    expect(await verdictOn(old)).to.equal('valid')
    const { card: renewed, claims } = await wallet().collect(await refreshed(first.session))
    expect(Number(claims.exp)).to.be.greaterThan(Number(first.claims.exp) + 900 * DAY)
    expect(claims.cnf, 'a fresh key').not.to.deep.equal(first.claims.cnf)
    expect(await verdictOn(renewed)).to.equal('valid')
    expect(await verdictOn(old)).to.match(/^(suspended|revoked)/)
  })
})
