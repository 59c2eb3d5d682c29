import { promisify } from 'node:util'
import { deflateSync, inflate } from 'node:zlib'
import { expect } from 'chai'
import fc from 'fast-check'
import { setStatus } from '../../../node/credential/status-list.ts'
import { createStatusListToken } from '../../../node/credential/status-token.ts'
import { DAY } from '../../../node/lib/time.ts'
import { type KeyRecord, KeyUse } from '../../../node/proof/registries/records.ts'
import { CredentialStatus } from '../../../node/proof/registries/status.ts'
import { DEFAULT_POLICY } from '../../../node/verifier/policy.ts'
import { type StatusAnswer, stricter } from '../../../node/verifier/status/combine.ts'
import { ledgerListOf, listOwner } from '../../../node/verifier/status/reference.ts'
import { TokenStatusLists } from '../../../node/verifier/status/source.ts'
import { Verifier } from '../../../node/verifier/verifier.ts'
import type { LedgerView } from '../../../node/verifier/view.ts'
import {
  AUDIENCE,
  cardOn,
  ISS,
  issuer,
  keyOf,
  LIST,
  LIST_URI,
  listToken,
  MemoryView,
  makeIssuer,
  NONCE,
  NOW,
  present,
  profile,
  trusting,
} from './support.ts'

const zlibInflate = promisify(inflate)

/** A source that returns `token` for every address, and records the addresses. */
function sourceOf(token: string | Error) {
  const asked: string[] = []
  const source = new TokenStatusLists({
    fetch: async uri => {
      asked.push(uri)
      if (token instanceof Error) throw token
      return token
    },
    inflate: async (bytes, maxOutputLength) => zlibInflate(bytes, { maxOutputLength }),
  })
  return { source, asked }
}

const ask = (token: string | Error, index = 77) =>
  sourceOf(token).source.statusOf({ uri: LIST_URI, index, ...trusting(issuer), now: NOW })

describe('token status list', () => {
  it('returns the status that the issuer signed', async () => {
    const fresh = listToken({ iat: NOW - 10 })
    expect(await ask(fresh)).to.deep.equal({ known: true, status: 'VALID', source: 'list', time: NOW - 10 })
    expect(await ask(listToken({ status: CredentialStatus.INVALID }))).to.deep.include({ status: 'INVALID' })
    expect(await ask(listToken({ status: CredentialStatus.SUSPENDED }))).to.deep.include({ status: 'SUSPENDED' })
  })

  it('is refused under another key, for another list, after its time, or beyond its end', async () => {
    const refused = [
      listToken({ by: await makeIssuer() }),
      listToken({ uri: `${ISS}/status-lists/1` }),
      listToken({ exp: NOW }),
      'no token',
    ]
    for (const token of refused) {
      expect(await ask(token)).to.deep.equal({ known: false, why: 'not_believed', source: 'list' })
    }
    expect(await ask(listToken(), 131_072)).to.deep.include({ known: false, why: 'not_believed' })
    expect(await ask(listToken({ status: 3 }))).to.deep.include({ known: false, why: 'unassigned' })
  })

  it('gives an unknown status if it is unreachable', async () => {
    expect(await ask(new Error('no route'))).to.deep.equal({ known: false, why: 'unreachable', source: 'list' })
  })
})

describe('a status list signed by another key than the card', () => {
  const verdict = async (view: MemoryView, token: string) => {
    const verifier = new Verifier({ profile, view, clock: () => NOW, statusLists: sourceOf(token).source })
    return keyOf(await verifier.verify(present(cardOn(view)), { nonce: NONCE, audience: AUDIENCE }))
  }
  const suspended = async (change: Partial<KeyRecord> | null) => {
    const next = await makeIssuer()
    const view = new MemoryView()
    const record = view.keys.get(issuer.signer.keyId)
    if (change && record) view.keys.set(next.signer.keyId, { ...record, ...change })
    return verdict(view, listToken({ by: next, status: CredentialStatus.SUSPENDED, iat: NOW - 10 }))
  }

  it('counts if the key is registered for status lists, by the same organisation', async () => {
    expect(await suspended({})).to.equal('suspended')
    expect(await suspended({ uses: KeyUse.STATUS_LIST })).to.equal('suspended')
    // The ledger alone counts otherwise: a list that is not trusted never makes a card bad.
    expect(await suspended(null)).to.equal('valid')
    expect(await suspended({ org: 2 })).to.equal('valid')
    expect(await suspended({ uses: KeyUse.CREDENTIAL })).to.equal('valid')
    expect(await suspended({ until: NOW - 10 })).to.equal('valid')
    expect(await suspended({ from: NOW - 9 })).to.equal('valid')
    expect(await suspended({ distrustedFrom: NOW })).to.equal('valid')
  })

  it('does not count under the card’s own key once that is distrusted', async () => {
    const view = new MemoryView()
    const record = view.keys.get(issuer.signer.keyId)
    if (!record) throw new Error('it is registered')
    // The card is anchored before that, so it is still valid. A thief could sign a list with the key.
    view.keys.set(issuer.signer.keyId, { ...record, distrustedFrom: NOW - 5 })
    expect(await verdict(view, listToken({ status: CredentialStatus.INVALID }))).to.equal('valid')
  })

  it('is not used any more, if its key is distrusted afterwards', async () => {
    const next = await makeIssuer()
    const view = new MemoryView()
    const record = view.keys.get(issuer.signer.keyId)
    if (!record) throw new Error('it is registered')
    view.keys.set(next.signer.keyId, record)
    const statusLists = sourceOf(listToken({ by: next, status: CredentialStatus.INVALID })).source
    const verifier = new Verifier({ profile, view, clock: () => NOW, statusLists })
    const check = async () => keyOf(await verifier.verify(present(cardOn(view)), { nonce: NONCE, audience: AUDIENCE }))
    expect(await check()).to.equal('revoked')
    view.keys.set(next.signer.keyId, { ...record, distrustedFrom: NOW })
    expect(await check()).to.equal('valid')
  })
})

describe('the stricter source', () => {
  const word = (status: 'VALID' | 'SUSPENDED' | 'INVALID', source: 'ledger' | 'list'): StatusAnswer => ({
    known: true,
    status,
    source,
  })
  const unknown: StatusAnswer = { known: false, why: 'unreachable', source: 'list' }

  it('wins in any order; an unknown status does not count', () => {
    const statuses = fc.constantFrom('VALID' as const, 'SUSPENDED' as const, 'INVALID' as const)
    const words = fc.array(
      fc.oneof(
        statuses.map(status => word(status, 'ledger')),
        fc.constant(unknown),
      ),
      { maxLength: 5 },
    )
    fc.assert(
      fc.property(words, all => {
        const known = all.flatMap(found => (found.known ? [found.status] : []))
        const expected = (['INVALID', 'SUSPENDED', 'VALID'] as const).find(status => known.includes(status))
        expect(stricter(all)?.status).to.equal(expected)
        expect(stricter([...all].reverse())?.status).to.equal(expected)
      }),
    )
  })

  it('decides a check', async () => {
    const verdict = async (view: MemoryView, token: string | Error) => {
      const { source, asked } = sourceOf(token)
      const verifier = new Verifier({ profile, view, clock: () => NOW, statusLists: source })
      const found = await verifier.verify(present(cardOn(view)), {
        nonce: NONCE,
        audience: AUDIENCE,
        policy: DEFAULT_POLICY,
      })
      return { key: keyOf(found), asked }
    }
    // A loss that was reported while the ledger was unreachable.
    expect((await verdict(new MemoryView(), listToken({ status: CredentialStatus.SUSPENDED }))).key).to.equal(
      'suspended',
    )
    // An old copy of the list.
    const view = new MemoryView()
    view.statuses.set(77, 'INVALID')
    expect((await verdict(view, listToken())).key).to.equal('revoked')
    // The ledger's view lacks the list, and the issuer's list is used.
    const blind = new MemoryView()
    blind.blind.add('status')
    expect((await verdict(blind, listToken())).key).to.equal('valid')
    expect((await verdict(blind, new Error('no route'))).key).to.equal('unknown/list_unreachable')
    expect(await verdict(new MemoryView(), new Error('no route'))).to.deep.equal({ key: 'valid', asked: [LIST_URI] })
  })

  it('decides in the same way whatever kind the view is, and an unreachable list is never a bad status', async () => {
    const { VALID, SUSPENDED } = CredentialStatus
    const cases = [
      ['VALID', listToken({ status: SUSPENDED }), 'suspended'],
      ['SUSPENDED', listToken({ status: VALID }), 'suspended'],
      ['INVALID', listToken({ status: SUSPENDED }), 'revoked'],
      ['VALID', new Error('no route'), 'valid'],
      ['SUSPENDED', new Error('no route'), 'suspended'],
    ] as const
    for (const how of ['rpc', 'proven', 'replica'] as const) {
      for (const [word, list, key] of cases) {
        const ledger = new MemoryView()
        ledger.statuses.set(77, word)
        const presentation = present(cardOn(ledger))
        const view: LedgerView = { pin: async () => ({ ...(await ledger.pin()), how }) }
        const verifier = new Verifier({ profile, view, clock: () => NOW, statusLists: sourceOf(list).source })
        const found = await verifier.verify(presentation, { nonce: NONCE, audience: AUDIENCE, policy: DEFAULT_POLICY })
        expect(keyOf(found), `${how} ${word}`).to.equal(key)
      }
    }
  })

  it('does not make an index valid that the ledger does not have, where nobody could revoke it', async () => {
    const never = `${ISS}/status-lists/${LIST + 98n}`
    const verdict = async (options: { index: number; uri?: string }, status: CredentialStatus) => {
      // A list as long as the issuer likes to make it.
      const list = new Uint8Array(65_536)
      setStatus(list, options.index, status)
      const input = { uri: options.uri ?? LIST_URI, iat: NOW - 10, exp: NOW + 300, ttl: 300, x5c: issuer.x5c }
      const compressed = new Uint8Array(deflateSync(list))
      const { source } = sourceOf(createStatusListToken({ ...input, compressed }, data => issuer.signer.sign(data)))
      const view = new MemoryView()
      const verifier = new Verifier({ profile, view, clock: () => NOW, statusLists: source })
      return keyOf(await verifier.verify(present(cardOn(view, options)), { nonce: NONCE, audience: AUDIENCE }))
    }
    const { VALID, INVALID, SUSPENDED } = CredentialStatus
    expect(await verdict({ index: 131_071 }, VALID)).to.equal('valid')
    expect(await verdict({ index: 200_000 }, VALID)).to.equal('unknown/list_unreachable')
    expect(await verdict({ index: 77, uri: never }, VALID)).to.equal('unknown/list_unreachable')
    // A bad status counts from either source.
    expect(await verdict({ index: 200_000 }, INVALID)).to.equal('revoked')
    expect(await verdict({ index: 77, uri: never }, SUSPENDED)).to.equal('suspended')
  })

  it('is not fetched for a card that is worse than revoked already', async () => {
    const asked = async (options: object, now = NOW) => {
      const view = new MemoryView()
      view.time = now
      const found = sourceOf(listToken({ status: CredentialStatus.INVALID, exp: now + 300 }))
      const verifier = new Verifier({ profile, view, clock: () => now, statusLists: found.source })
      const verdict = await verifier.verify(present(cardOn(view), { iat: now, ...options }), {
        ...{ nonce: NONCE, audience: AUDIENCE, policy: { ...DEFAULT_POLICY, anchor: 'if_distrusted' as const } },
      })
      return [keyOf(verdict), found.asked.length]
    }
    expect(await asked({})).to.deep.equal(['revoked', 1])
    expect(await asked({ nonce: 'another-nonce' })).to.deep.equal(['replayed', 0])
    expect(await asked({ audience: 'x509_hash:other' })).to.deep.equal(['retry/wrong_audience', 0])
    expect(await asked({}, NOW + 4 * 365 * DAY)).to.deep.equal(['expired', 0])
  })

  it('is not fetched for a stranger, who could name any address', async () => {
    const { source, asked } = sourceOf(listToken())
    const view = new MemoryView()
    const verifier = new Verifier({ profile, view, clock: () => NOW, statusLists: source })
    const stranger = await makeIssuer()
    const iss = 'http://127.0.0.1:8545'
    const cards = [cardOn(view, { by: stranger }), cardOn(view, { iss, uri: `${iss}/status-lists/${LIST}` })]
    for (const card of cards) await verifier.verify(present(card), { nonce: NONCE, audience: AUDIENCE })
    expect(asked).to.deep.equal([])
  })
})

describe('status reference', () => {
  it('names a list on the ledger, under the issuer’s own URL and exactly so', () => {
    expect(ledgerListOf(LIST_URI, ISS)).to.equal(LIST)
    expect(listOwner((7n << 32n) | 3n)).to.equal(7)
    const wrong = [
      `${ISS}.evil.example/status-lists/1`,
      `${ISS}/status-lists/`,
      `${ISS}/status-lists/01`,
      `${ISS}/status-lists/1/`,
      `${ISS}/status-lists/0x1`,
      `${ISS}/status-lists/1?x`,
      `${ISS}/status-lists/18446744073709551616`,
      `${ISS}/lists/1`,
    ]
    for (const uri of wrong) expect(ledgerListOf(uri, ISS), uri).to.equal(undefined)
  })
})
