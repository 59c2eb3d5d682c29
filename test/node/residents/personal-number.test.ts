import { expect } from 'chai'
import { isForeignNumber } from '../../../node/credential/subject.ts'
import { parsePersonalNumber } from '../../../node/residents/personal-number.ts'

describe('personal numbers', () => {
  it('give century and sex in the seventh digit', () => {
    const read = (text: string) => {
      const { number = '', birthdate, sex } = parsePersonalNumber(text) ?? {}
      return [birthdate, sex, number === '' ? undefined : isForeignNumber(number)]
    }
    expect(read('900101-1990001')).to.deep.equal(['1990-01-01', 'M', false])
    expect(read('900101-2990001')).to.deep.equal(['1990-01-01', 'F', false])
    expect(read('000229-3990001')).to.deep.equal(['2000-02-29', 'M', false])
    expect(read('100101-4990001')).to.deep.equal(['2010-01-01', 'F', false])
    expect(read('990101-9990001')).to.deep.equal(['1899-01-01', 'M', false])
    expect(read('990101-0990001')).to.deep.equal(['1899-01-01', 'F', false])
    expect(read('900101-6990001')).to.deep.equal(['1990-01-01', 'F', true])
    expect(read('100101-7990001')).to.deep.equal(['2010-01-01', 'M', true])
  })

  it('have one normal form, and the check digit is not verified', () => {
    for (let last = 0; last < 10; last++) {
      expect(parsePersonalNumber(`900101199000${last}`)?.number).to.equal(`900101-199000${last}`)
    }
  })

  it('are refused unless they begin with a valid date', () => {
    for (const text of [
      '900230-1990001',
      '000229-1990001',
      '901301-1990001',
      '900100-1990001',
      '900101-19900011',
      '',
    ]) {
      expect(parsePersonalNumber(text)).to.equal(undefined)
    }
  })
})
