/** What the check screen writes of a card. */
import { expect } from 'chai'
import type { CardLabels } from '../../../../node/web/check/core/labels.ts'
import { portraitsIn, shownClaims } from '../../../../node/web/check/core/shown-claims.ts'
import { day } from '../../../../node/web/kit/format.ts'

const label = (ko: string, en: string) => ({ ko, en })
const labels: CardLabels = {
  name: label('주민등록증', 'Resident card'),
  claims: {
    family_name: label('성', 'Family name'),
    birthdate: label('생년월일', 'Date of birth'),
    sex: label('성별', 'Sex'),
    nationalities: label('국적', 'Nationalities'),
    address: label('주소', 'Address'),
    age_equal_or_over: label('나이', 'Age'),
  },
}

// In the time zone of the reader.
const born = Date.parse('1990-03-14T00:00:00+09:00') / 1000

describe('claims on the check screen', () => {
  const texts = (claims: Parameters<typeof shownClaims>[0]['claims'], language: 'ko' | 'en' = 'ko') =>
    shownClaims({ claims }, labels, language).map(({ name, value }) => `${name}: ${value}`)

  it('are written as people read them, in the order of the issuer', () => {
    const claims = {
      address: { formatted: '서울특별시 중구 세종대로 110', region: '서울특별시' },
      sex: 2,
      nationalities: ['KR', 'VN'],
      birthdate: '1990-03-14',
      family_name: '홍',
    }
    expect(texts(claims)).to.deep.equal([
      '성: 홍',
      `생년월일: ${day('ko', born)}`,
      '성별: 여',
      '국적: KR, VN',
      '주소: 서울특별시 중구 세종대로 110',
    ])
    expect(texts({ sex: 1, birthdate: '1990-03-14' }, 'en')).to.deep.equal([
      `Date of birth: ${day('en', born)}`,
      'Sex: male',
    ])
  })

  it('that are a part of another have its name, and those without a name their path', () => {
    expect(texts({ age_equal_or_over: { 19: true, 65: false }, toString: 'x' })).to.deep.equal([
      '나이: 예',
      '나이: 아니요',
      'toString: x',
    ])
  })

  it('of machines are left out, and a personal number is known as one', () => {
    const claims = {
      portrait: 'data:image/png;base64,AA==',
      anchor: 'x',
      personal_administrative_number: '900314-1234567',
    }
    const [number, ...others] = shownClaims({ claims }, undefined, 'ko')
    expect(number).to.include({ isNumber: true, value: '900314-1234567' })
    expect(others).to.deep.equal([])
  })
})

describe('photos on the check screen', () => {
  const png = 'data:image/png;base64,AA=='
  const jpeg = 'data:image/jpeg;base64,AAAA'

  it('are those of every card, each once', () => {
    const cards = [png, jpeg, png].map(portrait => ({ claims: { portrait } }))
    expect(portraitsIn(cards)).to.deep.equal([png, jpeg])
  })

  it('are images that an issuer can sign, and no other address', () => {
    const others = ['https://example.com/a.png', 'data:image/svg+xml;base64,AA==', 'data:text/html,x', 1, null]
    expect(portraitsIn(others.map(portrait => ({ claims: { portrait } })))).to.deep.equal([])
  })
})
