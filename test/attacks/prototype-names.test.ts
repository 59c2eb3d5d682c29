/**
 * A stranger, and a dishonest wallet, use names that every JavaScript object has (`toString`, `__proto__`) and objects where
 * a text belongs, wherever the node takes names and JSON. No answer is a 5xx, and the node goes on.
 */
import { join } from 'node:path'
import { expect } from 'chai'
import { CompactEncrypt, importJWK, type JWK } from 'jose'
import { parseJws } from '../../node/lib/jose/jws.ts'
import { TestNode } from '../e2e/support/node.ts'
import { csvOf, people } from '../e2e/support/people.ts'
import { finding, issue, request, verdictOf } from '../e2e/support/steps.ts'
import { match, presentationOf, readRequest, send } from '../e2e/wallet/present.ts'
import { Wallet } from '../e2e/wallet/wallet.ts'

const NAMES = ['toString', 'constructor', '__proto__', 'prototype', 'hasOwnProperty', 'valueOf', 'isPrototypeOf']
/** Written out, because an object literal would set its prototype instead. */
const objectOf = (name: string, value: string): string => `{${JSON.stringify(name)}:${value}}`
/** What `String()` or a template fails on. */
const HOSTILE = [
  '{"toString":null,"valueOf":null}',
  '{"toString":"x"}',
  '[[[[]]]]',
  'null',
  '1e400',
  '{"length":-1}',
  '{"__proto__":{"a":1}}',
]

describe('attack: names of the prototype, and objects where a text belongs', function () {
  this.timeout(60_000)
  let node: TestNode

  before(async () => {
    node = await TestNode.start()
  })
  after(() => node.dispose())
  afterEach(async () => {
    expect((await fetch(`${node.localUrl}/readyz`)).status).to.equal(200)
    expect(node.output).not.to.match(/TypeError|RangeError|internal_fault|unexpected error/)
  })

  const post = async (url: string, body: string, type = 'application/json', headers: Record<string, string> = {}) => {
    const response = await fetch(url, { method: 'POST', body, headers: { 'content-type': type, ...headers } })
    const text = await response.text()
    expect(response.status, `${url} ${body}: ${text}`).to.be.lessThan(500)
    return { status: response.status, text }
  }

  /** A request of the verifier's, and how a wallet answers it with this JSON. */
  async function asked() {
    const { id, requestUrl } = await request(node, 'age')
    const uri = new URL(requestUrl).searchParams.get('request_uri') ?? ''
    const jwt = await (await fetch(uri)).text()
    const { state, response_uri, client_metadata } = parseJws(jwt, { typ: 'oauth-authz-req+jwt' })
      .payload as unknown as {
      state: string
      response_uri: string
      client_metadata: { jwks: { keys: [JWK] } }
    }
    const [jwk] = client_metadata.jwks.keys
    const answer = async (members: string) => {
      const text = `{"state":${JSON.stringify(state)},${members}}`
      const jwe = new CompactEncrypt(new TextEncoder().encode(text))
      jwe.setProtectedHeader({ alg: 'ECDH-ES', enc: 'A128GCM', kid: jwk.kid ?? '' })
      const body = new URLSearchParams({ response: await jwe.encrypt(await importJWK(jwk, 'ECDH-ES')) })
      return post(response_uri, String(body), 'application/x-www-form-urlencoded')
    }
    return { id, uri, state, response_uri, answer }
  }

  it('as the query that a genuine card answers', async () => {
    const [person] = people(1)
    await node.import(csvOf(person ? [person] : []))
    const wallet = new Wallet(join(node.data, '..', 'wallet'))
    await issue(node, wallet, 'resident', String(person?.personalNumber))
    for (const name of NAMES.filter(each => each !== '__proto__')) {
      const { id, requestUrl } = await request(node, 'age')
      const read = await readRequest(requestUrl)
      const [found] = await match(read, wallet.home.cards())
      if (!found) throw new Error('the card is requested')
      const { status } = await send(read, { [name]: await presentationOf(read, found) })
      expect(status, name).to.equal(200)
      expect(finding(await verdictOf(node, id)), name).to.equal('retry/claims_missing')
    }
  })

  it('as the query of an answer', async () => {
    for (const name of NAMES) {
      const { id, answer } = await asked()
      const { status } = await answer(`"vp_token":${objectOf(name, '["a~","b~"]')}`)
      // `__proto__` is no acceptable member of JSON here, so the request stays open.
      expect(status, name).to.equal(name === '__proto__' ? 400 : 200)
      if (status === 200) expect(finding(await verdictOf(node, id)), name).to.match(/^unreadable/)
    }
  })

  it('as an answer, an error, and members of both', async () => {
    for (const value of HOSTILE) {
      for (const member of ['vp_token', 'error']) {
        const { id, answer } = await asked()
        const { status } = await answer(`"${member}":${value},"error_description":${value},"error_uri":${value}`)
        if (status === 200) expect(finding(await verdictOf(node, id)), value).to.match(/^(unreadable|retry)/)
      }
      const { answer } = await asked()
      await answer(`"vp_token":{"resident":[${value}]}`)
    }
  })

  it('in the forms of wallets', async () => {
    const form = (name: string, value: string) => String(new URLSearchParams([[name, value]]))
    const FORM = 'application/x-www-form-urlencoded'
    const { uri, response_uri } = await asked()
    for (const name of NAMES) {
      for (const url of [uri, response_uri, `${node.localUrl}/par`, `${node.localUrl}/token`]) {
        await post(url, form(name, 'x'), FORM)
        await post(url, `${form(name, 'x')}&${form(name, 'y')}&${name}[a]=1`, FORM)
      }
      await post(uri, form('wallet_metadata', objectOf(name, '{"keys":[]}')), FORM)
      await post(uri, form('wallet_metadata', `{"jwks":{"keys":[${objectOf(name, '1')}]}}`), FORM)
      for (const grant_type of NAMES) await post(`${node.localUrl}/token`, form('grant_type', grant_type), FORM)
      await post(`${node.localUrl}/par`, form('authorization_details', `[${objectOf(name, '"x"')}]`), FORM)
    }
  })

  it('in JSON for the credential endpoints and the ledger', async () => {
    for (const name of NAMES) {
      for (const path of ['credential', 'notification', 'nonce']) {
        await post(`${node.localUrl}/${path}`, objectOf(name, '{}'), 'application/json', {
          authorization: `DPoP ${name}`,
        })
      }
      const params = ['[]', `[${objectOf(name, '1')}]`, objectOf(name, '1')]
      for (const method of [name, 'eth_call', 'eth_getLogs', 'eth_getBlockByNumber', 'eth_getStorageAt']) {
        for (const each of params) {
          const body = `{"jsonrpc":"2.0","id":1,"method":"${method}","params":${each}}`
          const { text } = await post(node.rpcUrl, body)
          // An internal error is -32603. Unknown members of a call are ignored.
          expect(JSON.parse(text).error?.code, body).not.to.equal(-32603)
        }
      }
    }
  })

  it('in addresses', async () => {
    for (const name of NAMES) {
      for (const path of [
        name,
        `status-lists/${name}`,
        `types/${name}`,
        `docs/${name}`,
        `presentations/${name}/request`,
      ]) {
        const response = await fetch(`${node.localUrl}/${path}`)
        expect(response.status, path).to.be.within(400, 499)
      }
    }
  })

  it('as a preset, a card and members of the operator’s requests', async () => {
    for (const name of NAMES) {
      for (const body of [
        { preset: name },
        { preset: 'age', card: name },
        { preset: { toString: 'age' } },
        { card: name, personalNumber: name },
      ]) {
        for (const path of ['/operator/presentations', '/operator/offers']) {
          const { status } = await node.post(path, body)
          expect(status, JSON.stringify(body)).to.be.within(400, 499)
        }
      }
    }
  })
})
