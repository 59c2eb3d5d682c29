/** The verdicts of a verifier on cards and presentations that are wrong in some way, over real OpenID4VP. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { ageOn } from '../../node/credential/dates.ts'
import { scratchDirectory } from '../support/scratch.ts'
import {
  digestOf,
  disclosureOf,
  type Parts,
  show,
  sign,
  stolenKey,
  takeApart,
  withInventedReceipt,
  withValue,
} from './support/forge.ts'
import { TestNode } from './support/node.ts'
import { csvOf, people } from './support/people.ts'
import { check, finding, issue, request, verdictOf } from './support/steps.ts'
import type { Card } from './wallet/home.ts'
import { makeKey } from './wallet/keys.ts'
import { match, type PresentationRequest, presentationOf, readRequest, send } from './wallet/present.ts'
import { Wallet } from './wallet/wallet.ts'

const residents = people(60)
const [first, second] = residents as [(typeof residents)[0], (typeof residents)[0]]
const today = new Date().toISOString().slice(0, 10)
const minor = residents.find(({ birthdate }) => ageOn(birthdate, today) < 18 && ageOn(birthdate, today) > 3)

interface Situation {
  readonly request: PresentationRequest
  readonly card: Card
  readonly parts: Parts
  /** What the request asks for, in the card's own disclosures. */
  readonly asked: readonly string[]
  /** Another person's card. */
  readonly other: Parts
  readonly data: string
}

const PARTS = [
  'family_name',
  'given_name',
  'birthdate',
  'personal_administrative_number',
  'address',
  'date_of_issuance',
]

/**
 * Each has a verdict of its own; none of them may pass as `valid`, and nothing that could not be checked as `revoked`.
 */
const attacks: Readonly<Record<string, [verdict: string, make: (situation: Situation) => string]>> = {
  'a card as it was issued': ['valid', ({ request, card, parts, asked }) => show(request, parts.jwt, asked, card.key)],

  // With the issuer's own key, stolen.
  'signed by the issuer, never anchored, no receipt': [
    'retry/claims_missing',
    ({ request, card, parts, asked, data }) => {
      const anchor = disclosureOf(parts, 'anchor')
      const payload = { ...parts.payload, _sd: parts.payload._sd.filter(digest => digest !== digestOf(anchor)) }
      const jwt = sign(stolenKey(data, 'credential').jwk, parts.header, payload)
      return show(
        request,
        jwt,
        asked.filter(text => text !== anchor),
        card.key,
      )
    },
  ],
  'signed by the issuer, never anchored, with a receipt of an invented batch': [
    'forged/anchor_mismatch',
    ({ request, card, parts, asked, data }) => {
      const real = disclosureOf(parts, 'anchor')
      const { jwt, anchor } = withInventedReceipt(parts, real, stolenKey(data, 'credential').jwk)
      return show(
        request,
        jwt,
        asked.map(text => (text === real ? anchor : text)),
        card.key,
      )
    },
  ],
  'signed by the issuer again, for another key': [
    'forged/anchor_mismatch',
    ({ request, parts, asked, data }) => {
      const key = makeKey()
      const { kty, crv, x, y } = key
      const jwt = sign(stolenKey(data, 'credential').jwk, parts.header, {
        ...parts.payload,
        cnf: { jwk: { kty, crv, x, y } },
      })
      return show(request, jwt, asked, key)
    },
  ],
  "another card's receipt, signed in by the issuer": [
    'forged/anchor_mismatch',
    ({ request, card, parts, asked, other, data }) => {
      const own = disclosureOf(parts, 'anchor')
      const moved = disclosureOf(other, 'anchor')
      const _sd = parts.payload._sd.map(digest => (digest === digestOf(own) ? digestOf(moved) : digest))
      const jwt = sign(stolenKey(data, 'credential').jwk, parts.header, { ...parts.payload, _sd })
      return show(
        request,
        jwt,
        asked.map(text => (text === own ? moved : text)),
        card.key,
      )
    },
  ],

  // By the holder.
  "another card's receipt, shown for one's own": [
    'forged/bad_disclosure',
    ({ request, card, parts, asked, other }) => {
      const own = disclosureOf(parts, 'anchor')
      const shown = asked.map(text => (text === own ? disclosureOf(other, 'anchor') : text))
      return show(request, parts.jwt, shown, card.key)
    },
  ],
  'another name': [
    'forged/bad_disclosure',
    ({ request, card, parts, asked }) => {
      const name = disclosureOf(parts, 'given_name')
      return show(
        request,
        parts.jwt,
        asked.map(text => (text === name ? withValue(name, '다른이름') : text)),
        card.key,
      )
    },
  ],
  "another person's name": [
    'forged/bad_disclosure',
    ({ request, card, parts, asked, other }) => {
      const name = disclosureOf(parts, 'given_name')
      const shown = asked.map(text => (text === name ? disclosureOf(other, 'given_name') : text))
      return show(request, parts.jwt, shown, card.key)
    },
  ],
  'a longer validity': [
    'forged/bad_signature',
    ({ request, card, parts, asked }) => {
      const [header, , signature] = parts.jwt.split('.')
      const payload = { ...parts.payload, exp: Number(parts.payload.exp) + 1 }
      const encoded = Buffer.from(JSON.stringify(payload)).toString('base64url')
      return show(request, `${header}.${encoded}.${signature}`, asked, card.key)
    },
  ],
  'less than was asked for': [
    'retry/claims_missing',
    ({ request, card, parts, asked }) =>
      show(
        request,
        parts.jwt,
        asked.filter(text => text !== disclosureOf(parts, 'address')),
        card.key,
      ),
  ],

  // By somebody who saw a card.
  'bound by a key that is not the holder’s': [
    'wrong_holder',
    ({ request, parts, asked }) => show(request, parts.jwt, asked, makeKey()),
  ],
  'not bound at all': ['wrong_holder', ({ parts, asked }) => `${[parts.jwt, ...asked].join('~')}~`],
  'made for another request': [
    'replayed',
    ({ request, card, parts, asked }) => show(request, parts.jwt, asked, card.key, { nonce: 'an-earlier-one' }),
  ],
  'made for another verifier': [
    'retry/wrong_audience',
    ({ request, card, parts, asked }) => show(request, parts.jwt, asked, card.key, { aud: 'x509_hash:another' }),
  ],
  'made an hour ago': [
    'retry/stale_presentation',
    ({ request, card, parts, asked }) =>
      show(request, parts.jwt, asked, card.key, { iat: (Date.now() / 1000 - 3600) | 0 }),
  ],
  'made by a clock that is an hour ahead': [
    'retry/clock',
    ({ request, card, parts, asked }) =>
      show(request, parts.jwt, asked, card.key, { iat: (Date.now() / 1000 + 3600) | 0 }),
  ],
  'disclosures added after binding': [
    'forged/bad_disclosure',
    ({ request, card, parts, asked }) => {
      const bound = show(request, parts.jwt, asked.slice(1), card.key)
      return bound.replace('~', `~${asked[0]}~`)
    },
  ],
  garbage: ['unreadable/malformed', () => 'not~a~card'],
}

describe('e2e: verdicts', function () {
  this.timeout(60_000)
  let node: TestNode
  let aside: string
  let wallet: Wallet
  let card: Card
  let other: Card
  before(async function () {
    this.timeout(120_000)
    aside = scratchDirectory('e2e-aside')
    wallet = new Wallet(join(aside, 'wallet'))
    node = await TestNode.start()
    expect((await node.import(csvOf(residents))).body.report.rejectedTotal).to.equal(0)
    card = (await issue(node, wallet, 'resident', first.personalNumber)).card
    other = (await issue(node, new Wallet(join(aside, 'other')), 'resident', second.personalNumber)).card
  })
  after(async () => {
    await node?.dispose()
    rmSync(aside, { recursive: true, force: true })
  })

  for (const [name, [expected, make]] of Object.entries(attacks)) {
    it(`${name}: ${expected}`, async () => {
      const { id, requestUrl } = await request(node, 'bank')
      const read = await readRequest(requestUrl)
      const parts = takeApart(card.credential)
      const asked = [...PARTS, 'anchor'].map(claim => disclosureOf(parts, claim))
      const presentation = make({
        request: read,
        card,
        parts,
        asked,
        other: takeApart(other.credential),
        data: node.data,
      })
      expect((await send(read, { resident: presentation })).status).to.equal(200)
      expect(finding(await verdictOf(node, id))).to.equal(expected)
    })
  }

  it('accepts a response only once', async () => {
    const { id, requestUrl } = await request(node, 'bank')
    const read = await readRequest(requestUrl)
    const [found] = await match(read, [card])
    if (!found) throw new Error('no match')
    const presentation = await presentationOf(read, found)
    expect((await send(read, { resident: presentation })).status).to.equal(200)
    const verdict = await verdictOf(node, id)
    expect((await send(read, { resident: presentation })).status).to.be.at.least(400)
    expect((await verdictOf(node, id)).checkedAt).to.equal(verdict.checkedAt)
  })

  it('an age check discloses only the age, and the verdict on a minor’s genuine card is not_satisfied', async () => {
    expect(finding(await check(node, wallet, 'age', [card]))).to.equal('valid')
    if (!minor) throw new Error('no minor in the population')
    const young = new Wallet(join(aside, 'young'))
    await issue(node, young, 'resident', minor.personalNumber)
    expect(finding(await check(node, young, 'age'))).to.equal('not_satisfied')
  })

  for (const [name, expected] of [
    ['request', 'untrusted/not_accredited'],
    ['ca', 'untrusted/issuer_unknown'],
  ] as const) {
    it(`a card signed with the ${name} key, which is not registered for cards: ${expected}`, async () => {
      const { id, requestUrl } = await request(node, 'age')
      const read = await readRequest(requestUrl)
      const parts = takeApart(card.credential)
      const { jwk, x5c } = stolenKey(node.data, name)
      const [own] = await match(read, [card])
      const honest = own ? takeApart(await presentationOf(read, own)).disclosures.slice(0, -1) : []
      const jwt = sign(jwk, { ...parts.header, x5c }, parts.payload)
      await send(read, { resident: show(read, jwt, honest, card.key) })
      expect(finding(await verdictOf(node, id))).to.equal(expected)
    })
  }

  it('a verdict contains no claim value', async () => {
    const text = JSON.stringify(await check(node, wallet, 'bank', [card]))
    for (const value of [first.personalNumber, first.givenName, first.address, first.birthdate]) {
      expect(text.includes(value)).to.equal(false)
    }
  })

  it('the verdict is retry, not a bad card, if the wallet declines', async () => {
    const { id, requestUrl } = await request(node, 'bank')
    const { authorizationRequestPayload } = await readRequest(requestUrl)
    const { response_uri: uri, state } = authorizationRequestPayload as { response_uri: string; state: string }
    const declined = await fetch(uri, { method: 'POST', body: new URLSearchParams({ error: 'access_denied', state }) })
    expect(declined.status).to.equal(200)
    expect(finding(await verdictOf(node, id))).to.equal('retry/declined')
  })
})
