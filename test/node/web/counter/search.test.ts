import { expect } from 'chai'
import { parseSearch } from '../../../../node/web/counter/search.ts'

describe('web/counter/search', () => {
  for (const text of ['900314-1234567', '9003141234567', ' 900314 - 1234567 ', '900314 1234567']) {
    it(`reads a number from "${text}"`, () =>
      expect(parseSearch(text)).to.deep.equal({ personalNumber: '900314-1234567' }))
  }

  const dates = ['19900314', '1990-03-14', '1990.3.14', '1990. 3. 14.', '1990/03/14', '1990년 3월 14일']
  for (const date of dates) {
    it(`reads a name and a birthdate from "김 철수 ${date}"`, () =>
      expect(parseSearch(`김 철수 ${date}`)).to.deep.equal({ name: '김 철수', birthdate: '1990-03-14' }))
  }

  it('reads names in any script', () => {
    expect(parseSearch('NGUYEN THI-LAN, 1990-03-14')).to.deep.equal({ name: 'NGUYEN THI-LAN', birthdate: '1990-03-14' })
    expect(parseSearch("O'Neill 19900314")).to.deep.equal({ name: "O'Neill", birthdate: '1990-03-14' })
    expect(parseSearch('金哲洙 19900314')).to.deep.equal({ name: '金哲洙', birthdate: '1990-03-14' })
  })

  const faults = {
    '': 'empty',
    '   ': 'empty',
    '900314': 'number',
    '900314-12345678': 'number',
    김철수: 'birthdate',
    '김철수 900314': 'birthdate',
    '김철수 19900230': 'birthdate',
    '김철수 19901301': 'birthdate',
    ', 19900314': 'name',
  }
  for (const [text, fault] of Object.entries(faults)) {
    it(`says what is wrong with "${text}"`, () => expect(parseSearch(text)).to.equal(fault))
  }
})
