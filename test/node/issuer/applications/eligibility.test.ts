import { expect } from 'chai'
import type { CardDefinition, ColumnValue } from '../../../../node/credential/card.ts'
import type { ResidentFacts } from '../../../../node/credential/subject.ts'
import { refusalOf, requireEligible } from '../../../../node/issuer/applications/eligibility.ts'
import { IssuerError } from '../../../../node/issuer/errors.ts'
import { cardNamed, driver, resident } from '../../../support/cards.ts'
import { hong } from '../../credential/support.ts'

const disability = cardNamed('disability')
const foreigner = cardNamed('foreigner')

/** Noon in Korea. */
const at = (date: string) => Date.parse(`${date}T12:00:00+09:00`) / 1000
const columns = (...entries: [string, ColumnValue][]) => new Map(entries)
const disabled = columns(['disability_type', '지체장애'], ['disability_severity', '심한 장애'])

const refused = (card: CardDefinition, facts: Partial<ResidentFacts>, date: string, guardianConsent = false) =>
  refusalOf(card, { facts: { ...hong, ...facts }, guardianConsent }, '행정안전부', at(date))
const codeOf = (...asked: Parameters<typeof refused>) => refused(...asked)?.failure.code ?? 'allowed'

describe('who may have a card', () => {
  it('is somebody who has reached the minimum age, from the birthday on', () => {
    const born = { birthdate: '2010-03-02' }
    expect(codeOf(resident, born, '2027-03-01')).to.equal('ISSUER_TOO_YOUNG')
    expect(codeOf(resident, born, '2027-03-02')).to.equal('allowed')
    const refusal = refused(resident, born, '2026-12-31')
    expect(refusal?.from).to.equal('2027-03-02')
    expect(refusal?.failure.text.ko).to.equal('만 17세가 되는 날부터 신청할 수 있습니다.')
  })

  it('reaches an age on 1 March of a common year if born on 29 February', () => {
    expect(refused(resident, { birthdate: '2008-02-29' }, '2025-02-28')?.from).to.equal('2025-03-01')
    expect(codeOf(resident, { birthdate: '2008-02-29' }, '2025-02-28')).to.equal('ISSUER_TOO_YOUNG')
    expect(codeOf(resident, { birthdate: '2008-02-29' }, '2025-03-01')).to.equal('allowed')
  })

  it('needs the consent of a guardian as a minor, and at any age if the register says so', () => {
    const minor = { birthdate: '2010-03-02', columns: disabled }
    const ward = { birthdate: '1970-01-01', columns: new Map([...disabled, ['guardian_consent_required', true]]) }
    const adult = { birthdate: '1970-01-01', columns: new Map([...disabled, ['guardian_consent_required', false]]) }
    for (const facts of [minor, ward]) {
      expect(codeOf(disability, facts, '2026-11-30')).to.equal('ISSUER_CONSENT_NEEDED')
      expect(codeOf(disability, facts, '2026-11-30', true)).to.equal('allowed')
    }
    expect(codeOf(disability, adult, '2026-11-30')).to.equal('allowed')
    expect(codeOf(disability, minor, '2029-03-02')).to.equal('allowed')
  })

  it('cannot replace the age by a consent', () => {
    expect(codeOf(disability, { birthdate: '2015-01-01', columns: disabled }, '2026-11-30', true)).to.equal(
      'ISSUER_TOO_YOUNG',
    )
  })

  it('has the facts that the card states; the refusal names the claims and no value', () => {
    const refusal = refused(driver, { licence: null }, '2026-11-30')
    expect(refusal?.failure).to.deep.include({
      code: 'ISSUER_FACTS_MISSING',
      claims: ['document_number', 'driving_privileges'],
    })
    expect(refusal?.failure.text.ko).to.include('면허번호, 면허 종별과 조건')
    expect(JSON.stringify(refusal)).not.to.include(hong.givenName)
    expect(codeOf(disability, {}, '2026-11-30')).to.equal('ISSUER_FACTS_MISSING')
  })

  it('is a registered foreigner for the foreigner’s card, and a national for the resident card', () => {
    const facts = columns(['foreigner_nationality', ['VN']], ['residence_status', '영주(F-5)'])
    const alien = { personalNumber: '900101-5990001', birthdate: '1990-01-01', columns: facts }
    expect(codeOf(foreigner, alien, '2026-11-30')).to.equal('allowed')
    expect(codeOf(resident, alien, '2026-11-30')).to.equal('ISSUER_FACTS_MISSING')
    // A national stays one, whatever another column of the row says.
    expect(codeOf(foreigner, { columns: facts }, '2026-11-30')).to.equal('ISSUER_FACTS_MISSING')
  })

  it('is reported as an error with the words to say', () => {
    const asked = [
      driver,
      { facts: { ...hong, licence: null }, guardianConsent: false },
      '행정안전부',
      1_795_000_000,
    ] as const
    expect(() => requireEligible(...asked)).to.throw(IssuerError, 'The register lacks what this card states')
  })
})
