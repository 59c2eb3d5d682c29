import { expect } from 'chai'
import { DcqlQuery } from 'dcql'
import { cardById } from '../../../node/credential/cards/all.ts'
import { VerifierError } from '../../../node/verifier/errors.ts'
import { allPresets, presetById } from '../../../node/verifier/presets/all.ts'
import { IDENTIFYING, policyOf, queryOf } from '../../../node/verifier/presets/preset.ts'
import { type CardQuery, checkQuery, matchQuery } from '../../../node/verifier/query.ts'

describe('presets', () => {
  it('are the eight of the design, each found by its id', () => {
    const ids = ['bank', 'telecom', 'airport', 'hospital', 'election', 'government', 'age', 'website']
    expect(allPresets.map(({ id }) => id)).to.deep.equal(ids)
    for (const preset of allPresets) expect(presetById(preset.id)).to.equal(preset)
    expect(presetById('casino')).to.equal(undefined)
  })

  for (const preset of allPresets) {
    describe(preset.id, () => {
      const names = preset.cards.flatMap(({ claims }) => claims.map(([name]) => name ?? ''))

      it('requests claims that its cards have', () => {
        for (const { card, claims } of preset.cards) {
          const known = cardById(card)?.claims.map(({ path }) => path.join('/'))
          expect(known).to.include.members([...claims.map(path => path.join('/')), 'portrait'])
        }
      })

      it('creates a query that an independent DCQL parser accepts', () => {
        for (const inPerson of [false, true]) {
          const query = queryOf(preset, { inPerson })
          const parsed = DcqlQuery.parse(structuredClone(query) as unknown as DcqlQuery.Input)
          expect(() => DcqlQuery.validate(parsed)).not.to.throw()
          const paths = query.credentials.map(({ claims }) => claims?.map(({ path }) => path.join('/')))
          const portrait = inPerson && preset.portrait === 'in_person'
          for (const asked of paths) {
            expect(asked?.includes('portrait')).to.equal(portrait)
            expect(asked?.includes('anchor')).to.equal(preset.anchor === 'always')
          }
        }
      })

      it('requires the receipt if a claim identifies the person', () => {
        if (names.some(name => IDENTIFYING.has(name))) expect(preset.anchor).to.equal('always')
      })

      it('does not accept a presentation that could be relayed if a record of the check is stored', () => {
        if (preset.record === 'check' || preset.id === 'election') expect(preset.oneWay).to.equal(false)
      })

      it('states its purpose in both languages', () => {
        for (const text of [preset.name, preset.purpose]) {
          expect(text.ko).to.match(/\p{Script=Hangul}/u)
          expect(text.en).to.match(/^[A-Z]/)
        }
      })
    })
  }

  it('keep their condition out of the query', () => {
    const preset = presetById('age')
    if (!preset) throw new Error('there is one')
    expect(policyOf(preset, { inPerson: false }).conditions).to.deep.equal([
      { query: null, path: ['age_equal_or_over', '19'], equals: true },
    ])
    expect(JSON.stringify(queryOf(preset, { inPerson: false }))).not.to.include('values":[true')
  })
})

describe('query', () => {
  const one: CardQuery = {
    credentials: [
      {
        id: 'a',
        format: 'dc+sd-jwt',
        meta: { vct_values: ['urn:a'] },
        claims: [{ path: ['name'] }, { path: ['age', '19'] }],
      },
    ],
  }
  const either: CardQuery = {
    credentials: [
      ...one.credentials,
      { id: 'b', format: 'dc+sd-jwt', meta: { vct_values: ['urn:b'] }, claims: [{ path: ['name'] }] },
    ],
    credential_sets: [{ options: [['a'], ['b']] }],
  }
  const answer = (query: string, vct: string, claims: object) => ({
    query,
    vct,
    claims: claims as Record<string, never>,
  })
  const full = answer('a', 'urn:a', { name: 'x', age: { 19: true } })

  it('is satisfied by all requested claims, and by one of two alternative cards', () => {
    expect(matchQuery(one, [full]).satisfied).to.equal(true)
    expect(matchQuery(either, [answer('b', 'urn:b', { name: 'x' })]).satisfied).to.equal(true)
  })

  it('is not satisfied by fewer claims, another card, two cards, an answer to another query, or an empty answer', () => {
    expect(matchQuery(one, [answer('a', 'urn:a', { name: 'x' })])).to.deep.equal({ satisfied: false, lacking: ['a'] })
    expect(matchQuery(one, [answer('a', 'urn:b', { name: 'x', age: { 19: true } })]).satisfied).to.equal(false)
    expect(matchQuery(one, [full, full]).satisfied).to.equal(false)
    expect(matchQuery(one, [full, answer('z', 'urn:a', {})]).satisfied).to.equal(false)
    expect(matchQuery(either, []).satisfied).to.equal(false)
  })

  it('selects one or all elements of an array, and no missing ones', () => {
    const claims = { list: ['x', 'y'], deep: [{ n: 1 }, {}], none: [] }
    const asks = (...path: (string | number | null)[]): boolean => {
      const credentials = [
        { id: 'a', format: 'dc+sd-jwt' as const, meta: { vct_values: ['urn:a'] }, claims: [{ path }] },
      ]
      return matchQuery({ credentials }, [answer('a', 'urn:a', claims)]).satisfied
    }
    expect([asks('list'), asks('list', null), asks('list', 1), asks('deep', null, 'n')]).to.not.include(false)
    expect([asks('list', 2), asks('none', null), asks('deep', null, 'm'), asks('list', 'x')]).to.not.include(true)
  })

  it('may name claims in sets, values, several cards and authorities', () => {
    const asked = (more: object) => {
      const claims = [
        { id: 'n', path: ['name'] },
        { id: 'm', path: ['mail'], values: ['m@example'] },
      ]
      return { credentials: [{ ...(one.credentials[0] as CardQuery['credentials'][0]), claims, ...more }] }
    }
    const [both, mail, name, other] = [
      { name: 'x', mail: 'm@example' },
      { mail: 'm@example' },
      { name: 'x' },
      { name: 'x', mail: 'o@example' },
    ].map(claims => answer('a', 'urn:a', claims)) as [typeof full, typeof full, typeof full, typeof full]
    const ok = (query: CardQuery, ...answers: (typeof full)[]) => matchQuery(query, answers).satisfied
    expect([both, mail, name, other].map(each => ok(asked({}), each))).to.deep.equal([true, false, false, false])
    const sets = asked({ claim_sets: [['n', 'm'], ['m']] })
    expect([both, mail, name, other].map(each => ok(sets, each))).to.deep.equal([true, true, false, false])
    expect([ok(asked({}), both, both), ok(asked({ multiple: true }), both, both)]).to.deep.equal([false, true])
    expect(ok(asked({ multiple: true }), both, name)).to.equal(false)
    // The registry, not the query, decides which issuers count.
    const authority = { type: 'aki', values: ['s9tIpPmhxdiuNkHMEWNpYim8S8Y'] }
    expect(ok(asked({ trusted_authorities: [authority] }), both)).to.equal(true)
    expect(() => checkQuery(asked({ trusted_authorities: [] }))).to.throw(VerifierError)
  })

  it('must be DCQL', () => {
    const wrong = { credentials: [{ id: 'a b', format: 'dc+sd-jwt' as const, meta: { vct_values: ['urn:a'] } }] }
    expect(() => checkQuery(wrong))
      .to.throw(VerifierError)
      .with.property('code', 'VERIFIER_CONFIGURATION')
    const twice = { credentials: [...one.credentials, ...one.credentials] }
    expect(() => checkQuery(twice)).to.throw(VerifierError)
  })
})
