import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { DcqlQuery } from 'dcql'
import type { KeyRecord } from '../../../node/proof/registries/records.ts'
import { allPresets, presetById } from '../../../node/verifier/presets/all.ts'
import { IDENTIFYING, type Preset, policyOf, queryOf } from '../../../node/verifier/presets/preset.ts'
import { ownCards } from '../../support/cards.ts'
import { issue, issuer, keyOf, MemoryView, NOW, present, verdictOn } from './support.ts'

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
        for (const { card, vct, claims } of preset.cards) {
          expect(ownCards.byId(card)?.vct).to.equal(vct)
          const known = ownCards.byId(card)?.claims.map(({ path }) => path.join('/'))
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

  it('have the policy for the receipt that the documentation states', () => {
    const page = readFileSync('docs/verifier.md', 'utf8')
    for (const { id, anchor } of allPresets) {
      const row = page.split('\n').find(line => line.startsWith(`| \`${id}\``)) ?? ''
      expect(row.split('|')[4]?.trim(), id).to.equal(anchor === 'always' ? 'always' : 'only if the key is distrusted')
    }
  })

  describe('a card signed with a stolen key', () => {
    /** Signed with the issuer's key, shown without a receipt because no batch has it. */
    const verdict = async (preset: Preset, change: Partial<KeyRecord> = {}) => {
      const view = new MemoryView()
      const record = view.keys.get(issuer.signer.keyId)
      if (!record) throw new Error('it is registered')
      view.keys.set(issuer.signer.keyId, { ...record, ...change })
      const show = preset.cards[0]?.claims.map(path => path.join('/')) ?? []
      const text = present(issue().text, { show })
      return keyOf(await verdictOn(view, { resident: [text] }, { policy: policyOf(preset, { inPerson: false }) }))
    }

    for (const preset of allPresets) {
      it(`is ${preset.id === 'age' ? 'valid until the key is distrusted' : 'refused'} for ${preset.id}`, async () => {
        expect(await verdict(preset)).to.equal(preset.id === 'age' ? 'valid' : 'retry/claims_missing')
        if (preset.id === 'age')
          expect(await verdict(preset, { distrustedFrom: NOW })).to.equal('unknown/anchor_needed')
      })
    }
  })
})
