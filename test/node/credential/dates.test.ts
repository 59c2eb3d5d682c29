import { expect } from 'chai'
import { ageOn, cardValidity, isDate, issuedAt, koreanDate } from '../../../node/credential/dates.ts'
import { resident } from '../../support/cards.ts'

const at = (iso: string) => Date.parse(iso) / 1000

describe('dates', () => {
  it('are Korean: the day turns at 15:00 UTC', () => {
    expect(koreanDate(at('2026-03-01T14:59:59Z'))).to.equal('2026-03-01')
    expect(koreanDate(at('2026-03-01T15:00:00Z'))).to.equal('2026-03-02')
  })

  it('distinguishes a valid day from other texts', () => {
    for (const day of ['2024-02-29', '1900-01-01', '2000-12-31']) expect(isDate(day)).to.equal(true)
    for (const day of ['2023-02-29', '2024-13-01', '2024-00-10', '2024-1-1', '20240101', '', '2024-02-29T']) {
      expect(isDate(day), day).to.equal(false)
    }
  })

  const ages: [string, string, number][] = [
    ['2006-02-28', '2025-02-27', 18],
    ['2006-02-28', '2025-02-28', 19],
    ['2004-02-29', '2023-02-28', 18],
    ['2004-02-29', '2023-03-01', 19],
    ['2004-02-29', '2024-02-29', 20],
    ['2006-12-31', '2025-01-01', 18],
  ]
  for (const [born, day, age] of ages) {
    it(`born ${born} is ${age} on ${day}`, () => expect(ageOn(born, day)).to.equal(age))
  }

  it('round iat down to the hour, but never before the key or certificate is valid', () => {
    expect(issuedAt(7_250)).to.equal(7_200)
    expect(issuedAt(7_250, 7_100, 3)).to.equal(7_200)
    expect(issuedAt(7_250, 7_230)).to.equal(7_230)
  })

  it('end three years later, at the end of the day in Korea', () => {
    expect(cardValidity(resident, at('2026-03-01T15:00:00Z'))).to.deep.equal({
      issuedOn: '2026-03-02',
      expiresOn: '2029-03-02',
      exp: at('2029-03-02T15:00:00Z'),
    })
    expect(cardValidity(resident, at('2028-02-29T00:00:00Z')).expiresOn).to.equal('2031-02-28')
  })
})
