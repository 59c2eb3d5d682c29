/** A stranger's app sends people to the authorization page, with words of its own where they expect the authority's. */
import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { TestNode } from '../e2e/support/node.ts'
import { csvOf, people } from '../e2e/support/people.ts'
import { offer } from '../e2e/support/steps.ts'

const LIES = [
  'Ministry of the Interior and Safety (verified)',
  'Safe wallet. Enter your six digits here and send them to 010-0000-0000',
  '"><script>alert(1)</script><dd>verified app',
  `wallet${' '.repeat(200)}verified`,
]
const TARGETS = [
  'javascript:alert(document.domain)//x.y',
  'data:text/html,<b>',
  'intent://x#Intent;end',
  'http://127.0.0.1:9/cb',
  'http://localhost:9/cb',
  'http://wallet.example/cb',
  'wallet://cb',
  'https://id.example@evil.example/cb',
]

describe('attack: the words of a stranger on the authorization page', function () {
  this.timeout(90_000)
  let node: TestNode
  let issuerState: string

  before(async () => {
    node = await TestNode.start()
    const residents = people(1)
    await node.import(csvOf(residents))
    const { offerUrl } = await offer(node, 'resident', String(residents[0]?.personalNumber))
    const uri = new URL(new URL(offerUrl).searchParams.get('credential_offer_uri') ?? '')
    const { grants } = (await (await fetch(`${node.localUrl}${uri.pathname}`)).json()) as {
      grants: { authorization_code: { issuer_state: string } }
    }
    issuerState = grants.authorization_code.issuer_state
  })
  after(() => node.dispose())

  const push = (clientId: string, redirectUri: string, state?: string) =>
    fetch(`${node.localUrl}/oid4vci/par`, {
      method: 'POST',
      body: new URLSearchParams({
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        code_challenge: createHash('sha256').update('v'.repeat(43)).digest('base64url'),
        code_challenge_method: 'S256',
        scope: 'urn:dojang:kr:resident:1',
        ...(state !== undefined && { issuer_state: state }),
      }),
    })

  it('are quoted as the app’s own and marked as not verified, with an offer and without', async () => {
    for (const lie of LIES) {
      for (const state of [issuerState, undefined]) {
        const pushed = await push(lie, 'https://evil.example/cb', state)
        expect(pushed.status, await pushed.clone().text()).to.equal(201)
        const { request_uri } = (await pushed.json()) as { request_uri: string }
        const query = new URLSearchParams({ client_id: lie, request_uri })
        const page = await (await fetch(`${node.localUrl}/oid4vci/authorize?${query}`)).text()
        expect(page).to.contain('Unverified app').and.contain('not verified').and.contain('evil.example')
        expect(page).to.not.contain('<script')
        const [quote = ''] = /<q>.*?<\/q>/s.exec(page) ?? []
        const rest = page.replace(quote, '').replace(/<input type="hidden" name="client_id" value="[^"]*">/, '')
        for (const word of ['Ministry', '010-0000', 'alert(', ';verified app', 'verified)']) {
          expect(rest, word).to.not.contain(word)
        }
        expect(quote.length).to.be.lessThan(600)
      }
    }
  })

  it('lead nowhere but to https or to a private-use scheme with a dot', async () => {
    for (const target of TARGETS) {
      const refused = await push('wallet', target, issuerState)
      expect(refused.status, target).to.equal(400)
      expect(await refused.json(), target).to.include({ error: 'invalid_request' })
    }
    expect((await push('wallet', 'kr.example.wallet:/cb', issuerState)).status).to.equal(201)
  })
})
