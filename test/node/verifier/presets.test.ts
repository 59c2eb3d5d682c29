import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { DcqlQuery } from 'dcql'
import { DAY } from '../../../node/lib/time.ts'
import { purposeHash } from '../../../node/proof/registries/purpose.ts'
import { type KeyRecord, KeyUse } from '../../../node/proof/registries/records.ts'
import { isIdentifying } from '../../../node/verifier/asker/asked.ts'
import { judgeAsker } from '../../../node/verifier/asker/judge.ts'
import { policyPurpose } from '../../../node/verifier/asker/policy.ts'
import { allPresets, presetById } from '../../../node/verifier/presets/all.ts'
import { type Preset, policyOf, queryOf } from '../../../node/verifier/presets/preset.ts'
import { parsePresetFile } from '../../../node/verifier/presets/preset-file.ts'
import { presetJsonSchema } from '../../../node/verifier/presets/preset-schema.ts'
import { checkAgainstCards } from '../../../node/verifier/presets/presets.ts'
import { requestPolicyOf, requestPurposeOf } from '../../../node/verifier/presets/request-policy.ts'
import { ownCards } from '../../support/cards.ts'
import { makeRequestSigner } from './oid4vp/support.ts'
import { issue, issuer, keyOf, MemoryView, NOW, ORG, present, verdictOn } from './support.ts'

describe('presets', () => {
  it('are ten, each found by its id', () => {
    const ids = [
      ...[
        'government',
        'bank',
        'loan',
        'telecom',
        'line-transfer',
        'airport',
        'hospital',
        'election',
        'website',
        'age',
      ],
    ]
    expect(allPresets.map(({ id }) => id)).to.deep.equal(ids)
    for (const preset of allPresets) expect(presetById(preset.id)).to.equal(preset)
    expect(presetById('casino')).to.equal(undefined)
  })

  for (const preset of allPresets) {
    describe(preset.id, () => {
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
        if (preset.cards.some(({ claims }) => claims.some(isIdentifying))) expect(preset.anchor).to.equal('always')
      })

      it('fits the policy with which it is registered', async () => {
        const view = new MemoryView()
        const registered = await makeRequestSigner('https://verifier.example')
        const live = { from: NOW - DAY, until: NOW + DAY }
        view.keys.set(registered.keyId, { org: ORG, ...live, distrustedFrom: null, uses: KeyUse.REQUEST })
        view.grants.set(purposeHash(requestPurposeOf(preset)), live)
        for (const inPerson of [false, true]) {
          const requestObject = {
            x5c: registered.x5c,
            verifierInfo: [{ format: 'dojang-request-policy', data: requestPolicyOf(preset) }],
            query: queryOf(preset, { inPerson }),
          }
          const judgement = await judgeAsker({ requestObject, trust: await view.pin(), now: NOW })
          expect(judgement).to.deep.include({ state: 'registered', beyond: [] })
        }
      })

      it('is what the parser makes of its file, and its cards have all claims', () => {
        const file = `node/verifier/presets/files/${preset.id}.json`
        const text = readFileSync(file, 'utf8')
        expect(JSON.parse(text).$schema).to.equal('../../../../docs/preset.schema.json')
        expect(parsePresetFile(text, file).preset).to.deep.equal(preset)
        expect(() => checkAgainstCards({ file, preset }, ownCards)).not.to.throw()
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

  it('have a published JSON Schema that is current', () => {
    const published = JSON.parse(readFileSync('docs/preset.schema.json', 'utf8'))
    expect(published).to.deep.equal(JSON.parse(JSON.stringify(presetJsonSchema())))
  })

  it('each have a policy of their own, which never changes by itself', () => {
    const purposes = allPresets.map(requestPurposeOf)
    expect(new Set(purposes).size).to.equal(allPresets.length)
    expect(purposes).to.deep.equal(allPresets.map(preset => policyPurpose(requestPolicyOf(structuredClone(preset)))))
    for (const purpose of purposes) expect(purpose).to.match(/^request:[0-9a-f]{64}$/)
  })

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
