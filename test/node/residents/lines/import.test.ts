import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import type { ResidentFacts } from '../../../../node/credential/subject.ts'
import { toHex } from '../../../../node/lib/bytes.ts'
import { parseLineNumber } from '../../../../node/lib/line-number.ts'
import { importLines } from '../../../../node/residents/lines/import.ts'
import { StoredRegister } from '../../../../node/residents/stored.ts'
import { Bucket } from '../../../../node/store/buckets.ts'
import { Vault } from '../../../../node/store/vault.ts'
import { failureOf } from '../../../support/failure.ts'
import { MemoryStore } from '../../../support/memory-store.ts'
import { collect, csv, inPieces, population } from '../support.ts'

const HEADER = '전화번호,주민등록번호'

describe('importing lines', () => {
  const [kim, lee] = population(2) as [ResidentFacts, ResidentFacts]
  let store: MemoryStore
  let residents: StoredRegister
  let people: readonly [Uint8Array, Uint8Array]

  beforeEach(async () => {
    store = new MemoryStore()
    residents = new StoredRegister(store, new Vault(store, randomBytes(32), randomBytes))
    await residents.store([kim, lee])
    const found = await Promise.all([kim, lee].map(({ personalNumber }) => residents.findByNumber(personalNumber)))
    people = found.map(one => one?.person) as unknown as readonly [Uint8Array, Uint8Array]
  })

  const load = (...rows: string[]) =>
    importLines(inPieces(csv(HEADER, ...rows), 7), { lines: residents.lines, residents, random: randomBytes })
  const ownerOf = (line: string, person: Uint8Array) => residents.lines.ownerOf(line, person)
  const tagOf = async (line: string, person: Uint8Array) => {
    const found = await ownerOf(line, person)
    return found.owner === 'person' ? toHex(found.tag) : found.owner
  }
  const lineRecords = async () => [
    ...(await collect(store.range(new Uint8Array([Bucket.line]), new Uint8Array([Bucket.linesByPerson + 1])))),
  ]

  it('says whose a line is, however the number is written', async () => {
    expect(await load(`010-1234-5678,${kim.personalNumber}`)).to.deep.include({ rows: 1, added: 1, rejectedTotal: 0 })
    for (const line of ['010-1234-5678', '01012345678', '+82 10 1234 5678', '+821012345678']) {
      expect((await ownerOf(line, people[0])).owner, line).to.equal('person')
      expect((await ownerOf(line, people[1])).owner, line).to.equal('another')
    }
    expect((await ownerOf('010-1234-5679', people[0])).owner).to.equal('unknown')
    expect((await ownerOf('__proto__', people[0])).owner).to.equal('unknown')
  })

  it('says whose customer a line is, keeps its tag when only that changes, and refuses what is no organisation', async () => {
    const header = `${HEADER},통신사`
    const load = (...rows: string[]) =>
      importLines(inPieces(csv(header, ...rows), 7), { lines: residents.lines, residents, random: randomBytes })
    const row = `010-1234-5678,${kim.personalNumber}`
    await load(`${row},`)
    expect(residents.lines.customerOf('010-1234-5678')).to.include({ telecom: null })
    const tag = await tagOf('010-1234-5678', people[0])
    expect(await load(`${row},7`)).to.deep.include({ changed: 1 })
    expect(await load(`${row},7`)).to.deep.include({ unchanged: 1 })
    expect(residents.lines.customerOf('+82 10 1234 5678')).to.deep.include({ telecom: 7, person: people[0] })
    expect(await tagOf('010-1234-5678', people[0])).to.equal(tag)
    // A file without the column leaves it.
    expect(await load(`${row},`)).to.deep.include({ unchanged: 1 })
    expect(residents.lines.customerOf('010-1234-5678')).to.include({ telecom: 7 })
    expect(residents.lines.customerOf('010-1234-5679')).to.equal(undefined)
    const report = await load(`${row},SKT`, `010-1234-5679,${kim.personalNumber},-1`)
    expect(report.rejectedByReason).to.deep.equal({ bad_telecom: 2 })
  })

  it('refuses the second row of a file that gives one line to two people', async () => {
    const report = await load(
      `010-1234-5678,${kim.personalNumber}`,
      `01012345678,${lee.personalNumber}`,
      `010-9999-0000,${lee.personalNumber}`,
    )
    expect(report).to.deep.include({ added: 2, rejectedTotal: 1, rejectedByReason: { duplicate_line: 1 } })
    expect(report.rejected[0]).to.include({ line: 3, firstLine: 2, column: 'line_number' })
    expect((await ownerOf('010-1234-5678', people[0])).owner).to.equal('person')
    expect((await ownerOf('010-1234-5678', people[1])).owner).to.equal('another')
  })

  it('names the reason of each refused row and repeats no value of it', async () => {
    const report = await load(
      `,${kim.personalNumber}`,
      '010-1111-2222,',
      `1012345678,${kim.personalNumber}`,
      `02-123-4567,${kim.personalNumber}`,
      `constructor,${kim.personalNumber}`,
      '010-1111-2223,toString',
      '010-1111-2224,900101-1999999',
      '010-1111-2225',
    )
    expect(report.rejected.map(({ line, reason }) => [line, reason])).to.deep.equal([
      [2, 'missing_value'],
      [3, 'missing_value'],
      [4, 'lost_line_zero'],
      [5, 'bad_line'],
      [6, 'bad_line'],
      [7, 'bad_personal_number'],
      [8, 'unknown_person'],
      [9, 'column_count'],
    ])
    expect(JSON.stringify(report)).not.to.match(/1111|constructor|toString|900101/)
    expect(await lineRecords()).to.have.length(0)
  })

  it('ignores columns with names that every object has, and misses those that it needs', async () => {
    const odd = csv(`__proto__,${HEADER},constructor`, `x,010-1234-5678,${kim.personalNumber},y`)
    const options = { lines: residents.lines, residents, random: randomBytes }
    expect(await importLines(inPieces(odd), options)).to.deep.include({ added: 1, ignoredColumns: [1, 4] })
    const { detail } = await failureOf(importLines(inPieces(csv('__proto__,toString', 'a,b')), options))
    expect(detail).to.include({ code: 'RESIDENTS_HEADER' })
    expect((detail as { missing: string[] }).missing).to.deep.equal(['line_number', 'personal_number'])
    const twice = await failureOf(importLines(inPieces(csv(`${HEADER},line`, 'a,b,c')), options))
    expect((twice.detail as { repeated: string[] }).repeated).to.deep.equal(['line_number'])
  })

  it('changes nothing the second time, and gives a line that changes hands another tag', async () => {
    const row = `010-1234-5678,${kim.personalNumber}`
    await load(row, `010-2222-2222,${kim.personalNumber}`)
    const tag = await tagOf('010-1234-5678', people[0])
    expect(tag).to.match(/^0x[0-9a-f]{32}$/)
    expect(await load(row)).to.deep.include({ added: 0, changed: 0, unchanged: 1 })
    expect(await tagOf('010-1234-5678', people[0])).to.equal(tag)
    expect(await tagOf('010-2222-2222', people[0])).to.not.equal(tag)

    expect(await load(`010-1234-5678,${lee.personalNumber}`)).to.deep.include({ changed: 1 })
    expect(await tagOf('010-1234-5678', people[0])).to.equal('another')
    expect(await tagOf('010-1234-5678', people[1])).to.not.equal(tag)
    // The erasure of the earlier owner does not take the line from the present one.
    await residents.erase(people[0])
    expect((await ownerOf('010-1234-5678', people[1])).owner).to.equal('person')
    expect((await ownerOf('010-2222-2222', people[0])).owner).to.equal('unknown')
  })

  it('stores no number, and nothing of an erased person', async () => {
    await load(`010-1234-5678,${kim.personalNumber}`)
    const records = await lineRecords()
    expect(records).to.have.length(2)
    const bytes = Buffer.concat(records.flat())
    for (const text of ['1012345678', '12345678', '010-1234-5678']) {
      expect(bytes.includes(text), text).to.equal(false)
      expect(bytes.includes(Buffer.from(text.replaceAll('-', ''), 'hex')), text).to.equal(false)
    }
    await residents.erase(people[0])
    expect(await lineRecords()).to.have.length(0)
    await load(`010-1234-5678,${lee.personalNumber}`)
    expect((await ownerOf('010-1234-5678', people[1])).owner).to.equal('person')
  })

  it('adds no line of a person who is erased while the file is read', async () => {
    const [person] = people
    const findByNumber = async (number: string) => {
      const found = await residents.findByNumber(number)
      await residents.erase(person)
      return found
    }
    const rows = inPieces(csv(HEADER, `010-1234-5678,${kim.personalNumber}`))
    const run = importLines(rows, { lines: residents.lines, residents: { findByNumber }, random: randomBytes })
    expect((await failureOf(run)).code).to.equal('STORE_PERSON_ERASED')
    expect(await lineRecords()).to.have.length(0)
  })
})

describe('a line number', () => {
  it('has one form', () => {
    expect(parseLineNumber('010-1234-5678')).to.equal('+821012345678')
    expect(parseLineNumber('0111234567')).to.equal('+82111234567')
    for (const text of [
      '',
      '02-123-4567',
      '010-1234-567x',
      '1012345678',
      '010-1234-56789',
      '+1 10 1234 5678',
      '010--1234',
    ]) {
      expect(parseLineNumber(text), text).to.equal(undefined)
    }
  })
})
