import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { ParseError } from '../../../../node/lib/parse-error.ts'
import { isIdentifying } from '../../../../node/verifier/asker/asked.ts'
import { judgeAsker } from '../../../../node/verifier/asker/judge.ts'
import { POLICY_LIMIT, parsePolicy, policyPurpose, policyText } from '../../../../node/verifier/asker/policy.ts'
import { withheldClaims } from '../../../../node/verifier/asker/withheld.ts'
import { NOW } from '../support.ts'
import { certifiedKey, makeShop, policy, queryFor, SHOP } from './support.ts'

const isRefused = (text: string): boolean => {
  try {
    parsePolicy(text)
    return false
  } catch (error) {
    if (error instanceof ParseError) return true
    throw error
  }
}
const changed = (change: Record<string, unknown>) => JSON.stringify({ ...policy, ...change })
const named = (ko: string) => changed({ name: { ko, en: 'A shop' } })

describe('a request policy', () => {
  it('is its text, and the purpose of its grant is the hash of the text', () => {
    const text = policyText(policy)
    expect(parsePolicy(text)).to.deep.equal(policy)
    expect(policyPurpose(text)).to.equal(`request:${createHash('sha256').update(text, 'utf8').digest('hex')}`)
  })

  it('has the same text whatever the order of the members of the value', () => {
    const { version, name, purposes, claims } = policy
    expect(policyText({ claims, purposes, name: { en: name.en, ko: name.ko }, version })).to.equal(policyText(policy))
  })

  it('is refused where its text is malformed', () => {
    const text = policyText(policy)
    const texts = [
      ...['', '{', '[]', 'null', '1', text.replace('{', '{"version":1,'), text.padEnd(POLICY_LIMIT + 1)],
      ...[changed({ version: 2 }), changed({ version: '1' }), changed({ name: 'A shop' }), changed({ more: true })],
      ...[changed({ name: { ko: '가게' } }), changed({ name: { ko: '가게', en: 'x', fr: 'x' } })],
      ...[changed({ purposes: [] }), changed({ purposes: Array(9).fill(policy.name) }), changed({ purposes: ['x'] })],
      ...[changed({ claims: [] }), changed({ claims: {} }), changed({ claims: [{ vct: 'a' }] })],
      changed({ claims: [...policy.claims, ...policy.claims] }),
      ...[[], [[]], ['portrait'], [[1]], [['a', null]], [['a b']], [['a', 'b', 'c', 'd', 'e']]].map(paths =>
        changed({ claims: [{ vct: 'urn:a:b', paths }] }),
      ),
      changed({ claims: [{ vct: 'urn:a:b', paths: [['a']], all: true }] }),
      changed({ claims: [{ vct: '은행', paths: [['a']] }] }),
    ]
    for (const each of texts) expect(isRefused(each), each.slice(0, 80)).to.equal(true)
  })

  describe('has names that a holder cannot take for others', () => {
    const hostile: [string, string][] = [
      ['an override of the direction', 'knaB\u202e'],
      ['an isolate', '\u2067은행\u2069'],
      ['a zero-width space', '은\u200b행'],
      ['a zero-width joiner', '은\u200d행'],
      ['a byte order mark', '\ufeff은행'],
      ['a soft hyphen', '은\u00ad행'],
      ['a line break', '은행\n등록 기관'],
      ['a line separator', '은행\u2028등록 기관'],
      ['a no-break space', '은행\u00a0'],
      ['a wide space', '은\u3000행'],
      ['only a space', ' '],
      ['a space at its end', '은행 '],
      ['two spaces', '은행  등록'],
      ['nothing', ''],
      ['Hangul fillers', '\u3164\u3164'],
      ['a blank Braille pattern', '은행\u2800'],
      ['a pile of accents', 'B\u0301\u0302\u0303ank'],
      ['a tag character', '은행\u{e0041}'],
      ['a private character', '은행\ue000'],
      ['more than 60 characters', '가'.repeat(61)],
    ]
    for (const [what, name] of hostile) {
      it(`not with ${what}`, () => expect(isRefused(named(name))).to.equal(true))
    }

    it('with Hangul, Hanja, Latin, signs and up to 60 characters', () => {
      for (const name of ['국민은행 (본점)', '新韓銀行', 'Café №1', '가'.repeat(60), '한글'.normalize('NFD')]) {
        expect(isRefused(named(name)), name).to.equal(false)
      }
    })
  })

  it('does not make a hostile name in the registry appear as it is', async () => {
    const { judge, view, organisation } = await makeShop()
    view.organisations.set(SHOP, { ...organisation, name: `knaB\u202e\n${'가'.repeat(200)}` })
    const judgement = await judge()
    if (judgement.state !== 'registered') throw new Error('it is registered')
    expect(judgement.organisation.name).to.equal(`knaB\ufffd\ufffd${'가'.repeat(94)}`)
  })
})

describe('what our wallet withholds', () => {
  const query = queryFor(['age_equal_or_over', '19'], ['anchor'], ['family_name'], ['portrait'], ['student_number'])
  const names = (withheld: readonly { readonly path: readonly unknown[] }[]) => withheld.map(({ path }) => path[0])

  it('is nothing from a registered asker', async () => {
    expect(withheldClaims(await (await makeShop()).judge(), query)).to.deep.equal([])
  })

  it('is every claim that may identify somebody from any other, also of cards that it does not know', async () => {
    const { judge } = await makeShop()
    const unregistered = await judge({ query, x5c: [(await certifiedKey()).certificate] })
    expect(unregistered.state).to.equal('unregistered')
    expect(names(withheldClaims(unregistered, query))).to.deep.equal(['family_name', 'portrait', 'student_number'])
  })

  it('is the same if the registration could not be checked', async () => {
    const { judge, view } = await makeShop()
    view.why = 'unreachable'
    const unknown = await judge({ query })
    expect(unknown.state).to.equal('unknown')
    expect(names(withheldClaims(unknown, query))).to.deep.equal(['family_name', 'portrait', 'student_number'])
  })

  it('counts a path that begins with a position as identifying', () => {
    expect(isIdentifying([null])).to.equal(true)
    expect(isIdentifying([0])).to.equal(true)
    expect(isIdentifying(['toString'])).to.equal(true)
    expect(isIdentifying([])).to.equal(false)
  })
})

describe('the judgement', () => {
  it('never rejects because of a request', async () => {
    const { view, certificate, text } = await makeShop()
    const infos = [null, 1, 'x', {}, [null], [[]], [{ format: 'dojang-request-policy' }], [{ data: text }]]
    const deep = JSON.parse(`${'['.repeat(50)}${']'.repeat(50)}`)
    for (const verifierInfo of [...infos, deep, [{ format: 'dojang-request-policy', data: deep }]]) {
      const requestObject = { x5c: [certificate], verifierInfo, query: queryFor(['portrait']) }
      const { state } = await judgeAsker({ requestObject, trust: await view.pin(), now: NOW })
      expect(state).to.equal('unregistered')
    }
  })
})
