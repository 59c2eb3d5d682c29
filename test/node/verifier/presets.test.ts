import { expect } from 'chai'
import { DcqlQuery } from 'dcql'
import { cardById } from '../../../node/credential/cards/all.ts'
import { allPresets, presetById } from '../../../node/verifier/presets/all.ts'
import { IDENTIFYING, policyOf, queryOf } from '../../../node/verifier/presets/preset.ts'

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
