import { expect } from 'chai'
import type { ColumnType } from '../../../../node/credential/card.ts'
import { parseCard } from '../../../../node/credential/card-file.ts'
import student from '../../../../node/credential/cards/student.json' with { type: 'json' }
import { Cards } from '../../../../node/credential/cards.ts'
import { parseAdded } from '../../../../node/residents/csv/added.ts'
import { importResidents } from '../../../../node/residents/csv/import.ts'
import { toCsv } from '../../../../node/residents/csv/write.ts'
import { fictitiousForeigners, withCardFacts } from '../../../../node/residents/population/card-facts.ts'
import { decodeResident, encodeResident } from '../../../../node/residents/record.ts'
import { ownCards } from '../../../support/cards.ts'
import { inPieces, memoryRegister, NOW, population, TODAY } from '../support.ts'

const cards = new Cards([...ownCards.all.map(card => ({ file: card.id, card })), parseCard(student, 'student.json')])
const { columns } = cards

describe('the columns that cards add to the register', () => {
  const cells: [ColumnType, string, unknown][] = [
    ['text', '가상대학교', '가상대학교'],
    ['text', 'a\u0000b', undefined],
    ['text', 'x'.repeat(201), undefined],
    ['date', '2026.1.2', '2026-01-02'],
    ['date', '2026-02-30', undefined],
    ['number', '12', 12],
    ['number', '1.5', undefined],
    ['number', '9007199254740993', undefined],
    ['number', '1e3', undefined],
    ['boolean', '예', true],
    ['boolean', 'N', false],
    ['boolean', 'maybe', undefined],
    ['list', 'KR; VN', ['KR', 'VN']],
    ['list', 'KR;;VN', undefined],
    ['list', Array(17).fill('A').join(';'), undefined],
  ]
  for (const [type, text, value] of cells) {
    it(`${type}: ${JSON.stringify(text.slice(0, 20))} is ${value === undefined ? 'refused' : JSON.stringify(value)}`, () => {
      expect(parseAdded(text, type)).to.deep.equal(value)
    })
  }

  const of = { seed: 'columns', today: TODAY }
  const people = [...withCardFacts(population(120), of), ...fictitiousForeigners({ count: 20, ...of })]
  const file = Buffer.concat([...toCsv(people, 'utf-8', columns)])

  it('are read back from a file as they were written, foreigners too', async () => {
    const register = memoryRegister()
    const report = await importResidents(inPieces(file), register, { columns, now: NOW })
    expect(report).to.include({ rows: 140, added: 140, rejectedTotal: 0 })
    expect(report.ignoredColumns).to.deep.equal([])
    for (const facts of people) {
      const stored = (await register.findByNumber(facts.personalNumber))?.facts
      const portrait = Buffer.from(facts.portrait)
      expect({ ...stored, portrait: Buffer.from(stored?.portrait ?? []) }).to.deep.equal({ ...facts, portrait })
    }
    expect(people.some(({ columns }) => columns.has('student_number'))).to.equal(true)
    expect(people.some(({ columns }) => columns.get('disability_type') !== undefined)).to.equal(true)
  })

  it('are ignored by an install without these cards', async () => {
    const report = await importResidents(inPieces(file), memoryRegister(), { columns: [], now: NOW })
    expect(report.rejectedTotal).to.equal(0)
    expect(report.ignoredColumns).to.have.length(columns.length)
  })

  it('refuse a cell that is not of the type; the refusal names the column and not the cell', async () => {
    const [head, row] = file.toString('utf8').slice(1).split('\r\n') as [string, string]
    const broken = `${head}\r\n${row.replace(/[^,]*$/, '어제')}\r\n`
    const report = await importResidents(inPieces(Buffer.from(broken)), memoryRegister(), { columns, now: NOW })
    expect(report.rejected).to.have.length(1)
    expect(report.rejected[0]).to.include({ line: 2, reason: 'bad_value', column: 'enrolled_until' })
    expect(JSON.stringify(report)).not.to.include('어제')
  })

  it('may be named in English, and not twice', async () => {
    const [head = '', row = ''] = file.toString('utf8').slice(1).split('\r\n')
    const english = `${head.replace('학번', 'Student number')}\r\n${row}\r\n`
    const report = await importResidents(inPieces(Buffer.from(english)), memoryRegister(), { columns, now: NOW })
    expect(report.ignoredColumns).to.deep.equal([])
    const twice = `${head},student_number\r\n${row},1\r\n`
    let code: unknown
    await importResidents(inPieces(Buffer.from(twice)), memoryRegister(), { columns, now: NOW }).catch(error => {
      code = error.code
    })
    expect(code).to.equal('RESIDENTS_HEADER')
  })

  it('leave the record of a person without such facts as older versions wrote it', () => {
    const [someone] = population(1)
    if (!someone) throw new Error('nobody')
    const bytes = encodeResident(someone)
    expect(Buffer.from(bytes).includes('columns')).to.equal(false)
    expect(decodeResident(bytes)).to.deep.equal({ ...someone, portrait: new Uint8Array(someone.portrait) })
  })
})
