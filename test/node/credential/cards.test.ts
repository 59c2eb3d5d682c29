import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { id } from 'ethers'
import { type CardDefinition, claimName, KEY_STORAGES } from '../../../node/credential/card.ts'
import { cardJsonSchema } from '../../../node/credential/card-schema.ts'
import { claimsOf } from '../../../node/credential/claims.ts'
import type { ResidentFacts } from '../../../node/credential/subject.ts'
import { typeMetadata } from '../../../node/credential/type-metadata.ts'
import { fromUtf8 } from '../../../node/lib/bytes.ts'
import { issuePurpose } from '../../../node/proof/registries/purpose.ts'
import { cardNamed, driver, ownCards, resident, veteran } from '../../support/cards.ts'
import { hong, portrait, refusal } from './support.ts'

const issue = { issuedOn: '2026-02-27', expiresOn: '2029-02-27', issuingAuthority: '종로구청장' }

const named = (card: CardDefinition, facts: ResidentFacts) => {
  const { values } = claimsOf(card, facts, issue)
  return Object.fromEntries(card.claims.map((claim, i) => [claimName(claim), values[i]]))
}

/** The octets whose hash is in cards that were issued before definitions were files. */
const firstMetadata = (id: string) => readFileSync(`test/fixtures/cards/${id}.type-metadata.json`)

describe('cards', () => {
  it('are five, found by id and by type', () => {
    expect(ownCards.all.map(card => [card.id, card.vct])).to.deep.equal([
      ['resident', 'urn:dojang:kr:resident:1'],
      ['driver', 'urn:dojang:kr:driver:1'],
      ['veteran', 'urn:dojang:kr:veteran:1'],
      ['foreigner', 'urn:dojang:kr:foreigner:1'],
      ['disability', 'urn:dojang:kr:disability:1'],
    ])
    for (const card of ownCards.all) {
      expect(ownCards.byId(card.id)).to.equal(card)
      expect(ownCards.byVct(card.vct)).to.equal(card)
    }
    expect(ownCards.byId('passport')).to.equal(undefined)
  })

  for (const card of ownCards.all) {
    it(`${card.id}: no claim twice, no reserved name, a Korean and an English word for each`, () => {
      const names = card.claims.map(claimName)
      expect(new Set(names).size).to.equal(names.length)
      expect(names).not.to.include.members(['iss', 'exp', 'cnf', 'vct', 'status', 'anchor', 'anchor_pending', '_sd'])
      for (const { display } of card.claims) expect(display.ko && display.en).not.to.equal('')
      expect(card.validity.years).to.equal(3)
    })

    it(`${card.id}: has no claim about a person outside its disclosures`, () => {
      expect(card.claims.filter(claim => claim.disclosure === 'always')).to.deep.equal([])
    })
  }

  for (const id of ['resident', 'driver', 'veteran']) {
    it(`${id}: has the type metadata that earlier versions put into cards`, () => {
      expect(Buffer.from(typeMetadata(cardNamed(id)).bytes).equals(firstMetadata(id))).to.equal(true)
    })
  }

  it('have a published JSON Schema that is current, and name it', () => {
    const published = JSON.parse(readFileSync('docs/card.schema.json', 'utf8'))
    expect(published).to.deep.equal(JSON.parse(JSON.stringify(cardJsonSchema())))
    for (const { id } of ownCards.all) {
      const { $schema } = JSON.parse(readFileSync(`node/credential/cards/${id}.json`, 'utf8'))
      expect($schema).to.equal('../../../docs/card.schema.json')
    }
  })

  it('name the kinds of key storage, weakest first', () => {
    const attested = ['basic', 'enhanced-basic', 'moderate', 'high'].map(level => `iso_18045_${level}`)
    expect(KEY_STORAGES).to.deep.equal(['software', ...attested])
  })

  it('have the purpose whose hash is on the ledger', () => {
    for (const card of ownCards.all) expect(issuePurpose(card.vct)).to.equal(id(`issue:${card.vct}`))
  })
})

describe('claimsOf', () => {
  it('returns the claims of a resident', () => {
    expect(named(resident, hong)).to.deep.equal({
      family_name: '홍',
      given_name: '길동',
      birthdate: '2006-02-28',
      sex: 1,
      address: { formatted: hong.address, country: 'KR' },
      personal_administrative_number: '060228-3000000',
      portrait: `data:image/jpeg;base64,${Buffer.from(portrait).toString('base64')}`,
      nationalities: ['KR'],
      issuing_authority: '종로구청장',
      date_of_issuance: '2026-02-27',
      date_of_expiry: '2029-02-27',
      'age_equal_or_over/17': true,
      'age_equal_or_over/18': true,
      'age_equal_or_over/19': true,
      // Twenty tomorrow.
      'age_equal_or_over/20': false,
      'age_equal_or_over/65': false,
    })
  })

  it('uses the names of ISO/IEC 18013-5 for a driver', () => {
    const claims = named(driver, hong)
    expect(claims.document_number).to.equal('11-25-123456-70')
    expect(claims.driving_privileges).to.deep.equal([
      { vehicle_category_code: '1종 보통', issue_date: '2025-03-01', codes: [{ code: 'A' }] },
      { vehicle_category_code: '2종 소형', issue_date: '2025-05-01', codes: [] },
    ])
  })

  it('returns null for an optional claim that a veteran does not have', () => {
    expect(named(veteran, hong).disability_grade).to.equal(null)
    const graded = { ...hong, veteran: { number: '1', category: '국가유공자', disabilityGrade: '3급' } }
    expect(named(veteran, graded).disability_grade).to.equal('3급')
  })

  it('gives every person the same number of values', () => {
    for (const card of [resident, driver, veteran])
      expect(claimsOf(card, hong, issue).values).to.have.length(card.claims.length)
  })

  const incomplete: [string, CardDefinition, Partial<ResidentFacts>, string, 'missing' | 'malformed'][] = [
    ['no name', resident, { familyName: '' }, 'family_name', 'missing'],
    ['no portrait', resident, { portrait: new Uint8Array() }, 'portrait', 'missing'],
    ['a portrait of no known kind', resident, { portrait: new Uint8Array(100) }, 'portrait', 'malformed'],
    ['a portrait too large', resident, { portrait: new Uint8Array(4097).fill(0xff) }, 'portrait', 'malformed'],
    ['a birthdate that is no day', resident, { birthdate: '2006-02-30' }, 'birthdate', 'malformed'],
    ['no licence', driver, { licence: null }, 'document_number', 'missing'],
    ['no entitlement', veteran, { veteran: null }, 'veteran_number', 'missing'],
  ]
  for (const [what, card, change, claim, problem] of incomplete) {
    it(`refuses ${what}, naming the claim and no value`, () => {
      const detail = refusal('CREDENTIAL_SUBJECT_INCOMPLETE', () => claimsOf(card, { ...hong, ...change }, issue))
      expect(detail).to.deep.equal({ code: 'CREDENTIAL_SUBJECT_INCOMPLETE', vct: card.vct, claim, problem })
    })
  }

  it('accepts JPEG, PNG and WebP', () => {
    const images: Record<string, number[]> = {
      jpeg: [0xff, 0xd8, 0xff, 0xe0],
      png: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
      webp: [...Buffer.from('RIFF0000WEBPVP8 ')],
    }
    for (const [type, bytes] of Object.entries(images)) {
      const value = named(resident, { ...hong, portrait: new Uint8Array(bytes) }).portrait
      expect(value).to.match(new RegExp(`^data:image/${type};base64,`))
    }
  })
})

describe('typeMetadata', () => {
  for (const card of ownCards.all) {
    it(`${card.id}: describes each claim and is what its integrity value says`, () => {
      const { bytes, integrity } = typeMetadata(card)
      expect(integrity).to.equal(`sha256-${createHash('sha256').update(bytes).digest('base64')}`)
      expect(typeMetadata({ ...card }).bytes).to.deep.equal(bytes)
      const document = JSON.parse(fromUtf8(bytes))
      expect(document.vct).to.equal(card.vct)
      expect(document.display.map((one: { locale: string }) => one.locale)).to.deep.equal(['ko-KR', 'en'])
      expect(document.claims.map((one: { path: string[] }) => one.path)).to.deep.equal([
        ...card.claims.map(claim => claim.path),
        ['anchor'],
      ])
      for (const claim of document.claims) expect(claim.sd).to.equal('always')
    })
  }
})
