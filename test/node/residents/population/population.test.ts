import { inflateSync } from 'node:zlib'
import { expect } from 'chai'
import { ageOn } from '../../../../node/credential/dates.ts'
import { importResidents } from '../../../../node/residents/csv/import.ts'
import { checkDigit, FictitiousNumbers } from '../../../../node/residents/population/numbers.ts'
import { DEMO_SEED, fictitiousPopulation } from '../../../../node/residents/population/population.ts'
import { csvOf, inPieces, memoryRegister, NOW, population, TODAY } from '../support.ts'

describe('the fictitious population', () => {
  const people = population(1500)

  it('is the same for the same seed, and a longer population begins with the shorter one', () => {
    expect(population(20)).to.deep.equal(people.slice(0, 20))
    expect(population(20, 'other')).to.not.deep.equal(people.slice(0, 20))
  })

  it('is generated one resident at a time', () => {
    const endless = fictitiousPopulation({ count: Number.MAX_SAFE_INTEGER, seed: 'test', today: TODAY })
    for (const first of endless) {
      expect(first).to.deep.equal(people[0])
      break
    }
  })

  for (const charset of ['utf-8', 'cp949'] as const) {
    it(`is imported without a rejected row as ${charset}`, async () => {
      const report = await importResidents(inPieces(csvOf(people, charset), 65_536), memoryRegister(), {
        columns: [],
        now: NOW,
      })
      expect(report).to.deep.include({ charset, rows: 1500, added: 1500, rejectedTotal: 0 })
    })
  }

  it('has all ages, both sexes, licences, veterans, and many who turn 17 this year', () => {
    const ages = people.map(({ birthdate }) => ageOn(birthdate, TODAY))
    expect(Math.min(...ages)).to.be.within(0, 1)
    expect(Math.max(...ages)).to.be.within(90, 100)
    const seventeen = people.filter(({ birthdate }) => birthdate.startsWith('2009'))
    expect(seventeen.length).to.be.within(75, 120)
    expect(new Set(seventeen.map(({ birthdate }) => birthdate > `2009${TODAY.slice(4)}`)).size).to.equal(2)
    expect(people.filter(({ sex }) => sex === 'F').length).to.be.within(650, 850)
    const drivers = people.filter(({ licence }) => licence)
    expect(drivers.length).to.be.within(500, 1000)
    for (const { licence, birthdate } of drivers) {
      for (const { issued } of licence?.privileges ?? []) {
        expect(ageOn(birthdate, issued)).to.be.at.least(18)
        expect(issued <= TODAY).to.equal(true)
      }
    }
    expect(people.filter(({ veteran }) => veteran).length).to.be.within(5, 60)
    expect(people.filter(({ familyName }) => familyName === '김').length / 1500).to.be.within(0.17, 0.27)
  })

  it('can be generated for 29 February', () => {
    const leapDay = [...fictitiousPopulation({ count: 200, seed: 'leap', today: '2024-02-29' })]
    expect(
      leapDay.every(({ birthdate }) => birthdate <= '2024-12-31' && /^\d{4}-\d{2}-\d{2}$/.test(birthdate)),
    ).to.equal(true)
    expect(
      leapDay.every(({ licence }) => licence?.privileges.every(({ issued }) => issued <= '2024-02-29') ?? true),
    ).to.equal(true)
  })

  it('is recognisably fictitious: imaginary streets, and numbers that no office assigned', () => {
    for (const { address, personalNumber, licence, veteran } of people) {
      expect(address).to.include('가상')
      const digits = personalNumber.replace('-', '')
      expect(digits.slice(7, 9)).to.equal('99')
      expect(Number(digits[12])).to.not.equal(checkDigit(digits))
      if (licence) expect(licence.number).to.match(/^99-/)
      if (veteran) expect(veteran.number).to.match(/^99-/)
    }
  })

  it('computes the check digit of a known number', () => {
    // 2*8 + 3*2 + 4*1 + 5*2 + 6*2 + 7*5 + 8*1 + 9*0 + 2*5 + 3*6 + 4*7 + 5*8 = 187 = 17 * 11
    expect(checkDigit('821225105678')).to.equal(1)
  })

  it('never gives one of the demo’s numbers to another population, and rarely the same number to two others', () => {
    const numbersOf = (seed: string, today = TODAY, count = 1000) =>
      [...fictitiousPopulation({ count, seed, today })].map(({ personalNumber }) => personalNumber)
    const demo = new Set(numbersOf(DEMO_SEED))
    const others = [numbersOf('dojang'), numbersOf('dojang', '2026-01-03'), numbersOf('picnic')]
    for (const other of others) expect(other.filter(number => demo.has(number))).to.deep.equal([])
    expect(new Set(others.flat()).size).to.be.at.least(2_998)
  })

  it('uses no number twice, and returns undefined when a birthdate has none left', () => {
    expect(new Set(people.map(({ personalNumber }) => personalNumber)).size).to.equal(people.length)
    const numbers = new FictitiousNumbers()
    const given = new Set<string | undefined>()
    for (let i = 0; i < 9000; i++) given.add(numbers.next('1990-01-01', 'F'))
    expect(given.size).to.equal(9000)
    expect(given.has(undefined)).to.equal(false)
    expect(numbers.next('1990-01-01', 'F')).to.equal(undefined)
    expect(numbers.next('1990-01-01', 'M')).to.match(/^900101-199\d{4}$/)
  })

  it('has a different portrait for each resident: a small, valid PNG with the band', () => {
    expect(new Set(people.map(({ portrait }) => Buffer.from(portrait).toString('base64'))).size).to.equal(people.length)
    for (const { portrait } of people.slice(0, 200)) {
      expect(portrait.length).to.be.below(4096)
      const { width, height, pixels, palette } = decodePng(portrait)
      expect([width, height]).to.deep.equal([120, 150])
      const colours = pixels.map(pixel => palette[pixel]?.join())
      // The band has two colours: its own and the letters'.
      const band = colours.slice(125 * width, 143 * width)
      expect(colours.slice(124 * width, 125 * width).every(colour => colour === '196,30,58')).to.equal(true)
      expect(band.filter(colour => colour === '255,255,255').length).to.be.within(300, 900)
    }
  })
})

/** Decodes a PNG with indexed colours and without filters (W3C PNG). */
function decodePng(bytes: Uint8Array): { width: number; height: number; pixels: number[]; palette: number[][] } {
  const file = Buffer.from(bytes)
  const chunks = new Map<string, Buffer>()
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at)) {
    chunks.set(file.toString('latin1', at + 4, at + 8), file.subarray(at + 8, at + 8 + file.readUInt32BE(at)))
  }
  const header = chunks.get('IHDR') ?? Buffer.alloc(0)
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
  const rows = inflateSync(chunks.get('IDAT') ?? Buffer.alloc(0))
  const colours = [...(chunks.get('PLTE') ?? [])]
  const pixels = Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)]
    const two = rows[y * (1 + width / 2) + 1 + (x >> 1)] ?? 0
    return x % 2 === 0 ? two >> 4 : two & 15
  })
  return {
    width,
    height,
    pixels,
    palette: Array.from({ length: colours.length / 3 }, (_, i) => colours.slice(3 * i, 3 * i + 3)),
  }
}
