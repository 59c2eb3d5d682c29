import { expect } from 'chai'
import { municipalityOfAddress, municipalityOfCode } from '../../../node/residents/municipality.ts'
import { fictitiousPopulation } from '../../../node/residents/population/population.ts'

describe('the municipality of a resident', () => {
  it('is the first five digits of the code, without the 일반구 of a city', () => {
    const of = (code: string) => municipalityOfCode(code)
    expect(of('1111000000'), '종로구').to.equal('11110')
    expect(of('1121500000'), '광진구, which is not 성동구 (11200)').to.equal('11215')
    expect(of('4111700000'), '영통구 belongs to 수원시').to.equal('41110')
    expect(of('41110')).to.equal('41110')
    expect(of('4374500000'), '증평군 is not a part of 영동군').to.equal('43745')
    expect(of('3611000000'), '세종').to.equal('36110')
    expect(of('2772000000'), '군위군').to.equal('27720')
    expect(of('5013000000'), '서귀포시').to.equal('50130')
  })

  it('is not made from what is no code', () => {
    for (const code of ['', '1', '111100', '0111000000', '11110000000', '1111a', '종로구', '__proto__']) {
      expect(municipalityOfCode(code), code).to.equal(undefined)
    }
  })

  it('is at the beginning of an address', () => {
    const addresses: Readonly<Record<string, string>> = {
      '서울특별시 종로구 가상로 1 (가상동)': '서울특별시 종로구',
      '서울 중구 가상대로 2': '서울특별시 중구',
      '서울시 강남구 가상로 3': '서울특별시 강남구',
      '부산광역시 기장군 가상읍 가상로 4': '부산광역시 기장군',
      '경기도 수원시 영통구 가상로 5': '경기도 수원시',
      '경기 성남시 분당구 가상로 6': '경기도 성남시',
      '강원도 춘천시 가상로 7': '강원특별자치도 춘천시',
      '전라북도 전주시 완산구 가상로 8': '전북특별자치도 전주시',
      '충청북도 증평군 가상읍 가상로 9': '충청북도 증평군',
      '세종특별자치시 가상로 10 (가상동)': '세종특별자치시',
      '세종시 가상읍 가상로 11': '세종특별자치시',
      '제주특별자치도 서귀포시 가상로 12': '제주특별자치도 서귀포시',
      '(03181) 서울특별시 종로구 가상로 13': '서울특별시 종로구',
      '30100  세종특별자치시  가상로 14': '세종특별자치시',
    }
    for (const [address, name] of Object.entries(addresses)) {
      expect(municipalityOfAddress(address), address).to.equal(name)
    }
    expect(municipalityOfAddress('서울특별시 종로구 가상로 1'.normalize('NFD'))).to.equal('서울특별시 종로구')
  })

  it('is not guessed', () => {
    const addresses = [
      '',
      '종로구 가상로 1',
      '서울특별시',
      '서울특별시 가상로 1',
      '서울특별시 수원시 가상로 1',
      '경기도 종로구 가상로 1',
      '가상도 가상시 가상로 1',
      'constructor 종로구 가상로',
      '__proto__ 종로구',
      '1 Gasang-ro, Jongno-gu, Seoul',
    ]
    for (const address of addresses) expect(municipalityOfAddress(address), address).to.equal(undefined)
  })

  it('is the same by code and by address for the invented residents', () => {
    const names = new Map<string, string>()
    for (const { municipality, address } of fictitiousPopulation({ count: 120, seed: 'places', today: '2026-01-01' })) {
      const name = municipalityOfAddress(address)
      const code = municipalityOfCode(municipality)
      if (name === undefined || code === undefined) throw new Error('no municipality')
      expect(names.get(name) ?? code).to.equal(code)
      names.set(name, code)
    }
    expect(names.size).to.be.greaterThan(15)
  })
})
