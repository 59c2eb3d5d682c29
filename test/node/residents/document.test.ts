import { expect } from 'chai'
import { importResidents } from '../../../node/residents/csv/import.ts'
import { encodeResident } from '../../../node/residents/record.ts'
import type { StoredRegister } from '../../../node/residents/stored.ts'
import { csv, HEADER, inPieces, memoryRegister, NOW, population, rowOf } from './support.ts'

const NUMBER = '900101-1990001'
const WITH_DOCUMENT = `${HEADER},주민등록증번호,IC칩`

const load = (register: StoredRegister, ...lines: string[]) =>
  importResidents(inPieces(csv(...lines)), register, { columns: [], now: NOW })
const documentIn = async (register: StoredRegister) => (await register.findByNumber(NUMBER))?.facts.document
async function personIn(register: StoredRegister): Promise<Uint8Array> {
  const found = await register.findByNumber(NUMBER)
  if (!found) throw new Error('not stored')
  return found.person
}

describe("a person's present identity document", () => {
  it('is a column of the register, with or without a chip', async () => {
    const register = memoryRegister()
    await load(register, WITH_DOCUMENT, `${rowOf({})},k12345678,예`)
    expect(await documentIn(register)).to.deep.equal({ number: 'K12345678', chip: true })
    await load(register, WITH_DOCUMENT, `${rowOf({})},K12345678,`)
    expect(await documentIn(register)).to.deep.equal({ number: 'K12345678', chip: false })
    await load(register, WITH_DOCUMENT, `${rowOf({})},,`)
    expect(await documentIn(register)).to.equal(undefined)
  })

  for (const [what, cells, reason, column] of [
    ['a number that no card has', 'K1234-567,예', 'bad_document', 'document_number'],
    ['a chip without a number', ',예', 'bad_document', 'document_number'],
    ['neither yes nor no', 'K12345678,금', 'bad_value', 'document_chip'],
  ] as const) {
    it(`rejects a row with ${what}`, async () => {
      const { rejected } = await load(memoryRegister(), WITH_DOCUMENT, `${rowOf({})},${cells}`)
      expect(rejected.map(one => [one.reason, one.column])).to.deep.equal([[reason, column]])
    })
  }

  it('that was made here is not ended by a register file without the column', async () => {
    const register = memoryRegister()
    await load(register, HEADER, rowOf({}))
    await register.setDocument(await personIn(register), { number: 'K00000001', chip: true }, [])
    expect(await load(register, HEADER, rowOf({}))).to.deep.include({ unchanged: 1 })
    await load(register, HEADER, rowOf({ address: '부산광역시 가상로 2' }))
    expect(await documentIn(register)).to.deep.equal({ number: 'K00000001', chip: true })
    await register.setDocument(await personIn(register), null, [])
    expect(await documentIn(register)).to.equal(undefined)
  })

  it('is not made for a person who was erased', async () => {
    const register = memoryRegister()
    await load(register, HEADER, rowOf({}))
    const person = await personIn(register)
    await register.erase(person)
    await register.setDocument(person, { number: 'K00000001', chip: true }, [])
    expect(await register.find(person)).to.equal(undefined)
  })

  it('changes no byte of a record without one', () => {
    const [someone] = population(1)
    if (!someone) throw new Error('no population')
    expect(encodeResident({ ...someone, document: null })).to.deep.equal(encodeResident(someone))
  })
})
