import { expect } from 'chai'
import iconv from 'iconv-lite'
import type { ResidentFacts } from '../../../../node/credential/subject.ts'
import { utf8 } from '../../../../node/lib/bytes.ts'
import { importResidents } from '../../../../node/residents/csv/import.ts'
import type { ImportProgress } from '../../../../node/residents/csv/import-rows.ts'
import { ResidentsError } from '../../../../node/residents/errors.ts'
import type { StoreOutcome } from '../../../../node/residents/store-outcome.ts'
import { csv, csvOf, HEADER, inPieces, memoryRegister, NOW, population, rowOf } from '../support.ts'

const load = (bytes: Uint8Array, register = memoryRegister()) =>
  importResidents(inPieces(bytes), register, { columns: [], now: NOW })
const listed = async (...lines: string[]) =>
  (await load(csv(...lines))).rejected.map(({ line, reason, column }) => [line, reason, column])

describe('importing residents', () => {
  const residents = population(60)

  for (const [name, bytes] of [
    ['UTF-8 with a byte order mark', csvOf(residents)],
    ['UTF-8 without', csvOf(residents).subarray(3)],
    ['CP949', csvOf(residents, 'cp949')],
  ] as const) {
    it(`imports every resident of a file in ${name} with exactly the exported values`, async () => {
      const register = memoryRegister()
      const report = await load(bytes, register)
      expect(report).to.deep.include({ rows: 60, added: 60, changed: 0, unchanged: 0, rejectedTotal: 0 })
      expect(report.charset).to.equal(name === 'CP949' ? 'cp949' : 'utf-8')
      for (const facts of residents) {
        expect((await register.findByNumber(facts.personalNumber))?.facts).to.deep.equal(facts)
      }
    })
  }

  it('changes nothing the second time, in either charset, and updates changed records', async () => {
    const register = memoryRegister()
    await load(csvOf(residents), register)
    const before = await register.findByNumber(residents[7]?.personalNumber ?? '')
    expect(await load(csvOf(residents), register)).to.deep.include({ added: 0, changed: 0, unchanged: 60 })
    expect(await load(csvOf(residents, 'cp949'), register)).to.deep.include({ added: 0, changed: 0, unchanged: 60 })

    const moved = residents.map((facts, i) => (i === 7 ? { ...facts, address: '부산광역시 가상로 7' } : facts))
    expect(await load(csvOf(moved), register)).to.deep.include({ added: 0, changed: 1, unchanged: 59 })
    const after = await register.findByNumber(residents[7]?.personalNumber ?? '')
    expect(after?.facts.address).to.equal('부산광역시 가상로 7')
    expect(after?.person).to.deep.equal(before?.person)
  })

  it('lists malformed rows with line and reason, and imports the valid ones', async () => {
    const register = memoryRegister()
    const report = await load(
      csv(
        HEADER,
        rowOf({ number: '900101-1990001', address: '"세종특별자치시\n가상로 1"' }), // lines 2 and 3
        rowOf({ number: '900101-1990002' }).replace('홍길동', '"홍길동'),
        `${rowOf({ number: '900101-1990003' })},extra`,
        '',
        ',,,,',
        rowOf({ number: '900101-1990004', portrait: 'A'.repeat(30_000) }),
        rowOf({ number: '900101-1990005' }),
        '900101-1990006,홍길동',
      ),
      register,
    )
    expect(report).to.deep.include({ rows: 6, added: 2, rejectedTotal: 4 })
    expect(report.rejected.map(({ line, reason }) => [line, reason])).to.deep.equal([
      [4, 'unterminated_quote'],
      [5, 'column_count'],
      [8, 'line_too_long'],
      [10, 'column_count'],
    ])
    expect(report.rejectedByReason).to.deep.equal({ unterminated_quote: 1, column_count: 2, line_too_long: 1 })
    expect((await register.findByNumber('900101-1990001'))?.facts.address).to.equal('세종특별자치시 가상로 1')
    expect(await register.findByNumber('9001011990005')).to.not.equal(undefined)
  })

  it('lists rows in the wrong charset, in a UTF-8 and in a CP949 file', async () => {
    const good = [HEADER, ...[1, 2, 3, 4].map(n => rowOf({ number: `900101-199000${n}` }))].join('\n')
    const bad = `\n${rowOf({ number: '900101-1990009', address: '각난' })}\n${rowOf({ number: '900101-1990005' })}`
    const inUtf8 = await load(Buffer.concat([utf8(good), iconv.encode(bad, 'cp949')]))
    expect(inUtf8).to.deep.include({ charset: 'utf-8', added: 4 })
    const inCp949 = await load(Buffer.concat([iconv.encode(good, 'cp949'), utf8(bad)]))
    expect(inCp949).to.deep.include({ charset: 'cp949', added: 4 })
    for (const report of [inUtf8, inCp949]) {
      expect(report.rejected.map(({ line, reason }) => [line, reason])).to.deep.equal([
        [6, 'wrong_charset'],
        [7, 'wrong_charset'],
      ])
    }
  })

  it('imports only the first of several rows with the same personal number', async () => {
    const register = memoryRegister()
    const report = await load(
      csv(HEADER, rowOf({}), rowOf({ number: '9001011990001' }), rowOf({ name: '임꺽정' }), rowOf({ name: '1' })),
      register,
    )
    expect(report.rejected.map(({ line, reason, firstLine }) => [line, reason, firstLine])).to.deep.equal([
      [3, 'duplicate', 2],
      [4, 'duplicate', 2],
      [5, 'bad_name', undefined],
    ])
    expect((await register.findByNumber('900101-1990001'))?.facts.familyName).to.equal('홍')
  })

  it('gives the reason for each invalid cell', async () => {
    const header = `${HEADER},생년월일,성별,면허번호,면허종별,면허발급일,보훈번호,보훈구분`
    const row = (cells: Parameters<typeof rowOf>[0], rest = ',,,,,,') => `${rowOf(cells)},${rest}`
    const big = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(4094)]).toString('base64')
    const cases: [string, string, string | undefined][] = [
      [row({ number: '' }), 'missing_value', 'personal_number'],
      [row({ number: '900230-1990001' }), 'bad_personal_number', 'personal_number'],
      [row({ number: '101199000123' }), 'lost_zeros', 'personal_number'],
      [row({ number: '9.00101E+12' }), 'bad_personal_number', 'personal_number'],
      [row({ number: '260116-3990001' }), 'future_birthdate', 'personal_number'],
      [row({}, '1990-01-02,,,,,,'), 'birthdate_mismatch', 'birthdate'],
      [row({}, '1990-01-01,여,,,,,'), 'sex_mismatch', 'sex'],
      [row({ name: '' }), 'missing_value', 'full_name'],
      [row({ name: '홍' }), 'bad_name', 'full_name'],
      [row({ name: '=홍길동' }), 'bad_name', 'full_name'],
      [row({ address: '\u0007' }), 'bad_address', 'address'],
      [row({ address: '가'.repeat(201) }), 'bad_address', 'address'],
      [row({ code: '세종' }), 'bad_municipality', 'municipality'],
      [row({ portrait: 'not base64' }), 'portrait_encoding', 'portrait'],
      [row({ portrait: big }), 'portrait_size', 'portrait'],
      [row({ portrait: 'AAAA' }), 'portrait_format', 'portrait'],
      [row({ portrait: '/9j/' }), 'portrait_format', 'portrait'],
      [row({}, ',,1,,,,'), 'bad_licence', 'licence_number'],
      [row({}, ',,11-20-123456-78,,,,'), 'bad_licence', 'licence_categories'],
      [row({}, ',,11-20-123456-78,1종 보통,2020-13-01,,'), 'bad_licence', 'licence_issued'],
      [row({}, ',,,,,x,국가유공자'), 'bad_veteran', 'veteran_number'],
      [row({}, ',,,,,12-345678,'), 'bad_veteran', 'veteran_category'],
    ]
    const found = await listed(header, ...cases.map(([line]) => line))
    expect(found).to.deep.equal(cases.map(([, reason, column], i) => [i + 2, reason, column]))
  })

  it('reads the formats in which spreadsheets write names, dates, codes, licences and veteran numbers', async () => {
    const register = memoryRegister()
    const report = await load(
      csv(
        'Personal_Number,성,이름,거주지,시군구코드,증명사진(base64),생 년 월 일,성별,면허번호,면허종별,면허발급일,면허조건,보훈번호,보훈구분,상이등급,비고',
        `${rowOf({ name: '남궁,민' }).replace('3611000000', '36110')},1990. 1. 1.,남자,11-20-123456-78,1종 보통;2종 소형,20200302;2021/3/4,A/D,12-345678,국가유공자,3급,x`,
      ),
      register,
    )
    expect(report).to.deep.include({ added: 1, rejectedTotal: 0, ignoredColumns: [16] })
    const found = await register.findByNumber('900101-1990001')
    expect(found?.facts).to.deep.include({
      familyName: '남궁',
      givenName: '민',
      birthdate: '1990-01-01',
      sex: 'M',
      municipality: '3611000000',
      licence: {
        number: '11-20-123456-78',
        privileges: [
          { category: '1종 보통', issued: '2020-03-02', conditions: ['A', 'D'] },
          { category: '2종 소형', issued: '2021-03-04', conditions: [] },
        ],
      },
      veteran: { number: '12-345678', category: '국가유공자', disabilityGrade: '3급' },
    })
  })

  it('reads the guardians of a person: other personal numbers, each once, and writes them again', async () => {
    const register = memoryRegister()
    const head = `${HEADER},법정대리인`
    await load(
      csv(head, `${rowOf({})},700101-1990001; 7001012990002;700101-1990001`, rowOf({ number: '900101-1990002' })),
      register,
    )
    const found = (await register.findByNumber('900101-1990001'))?.facts as ResidentFacts
    expect(found.guardians).to.deep.equal(['700101-1990001', '700101-2990002'])
    expect(await load(csvOf([found]), register)).to.deep.include({ unchanged: 1 })
    const nine = Array.from({ length: 9 }, (_, i) => `700101-199000${i}`).join(';')
    for (const wrong of ['홍길동', '700101-1990001;', '900101-1990001', nine]) {
      expect(await listed(head, `${rowOf({})},${wrong}`), wrong).to.deep.equal([
        [2, 'bad_guardian', 'guardian_numbers'],
      ])
    }
    await load(csv(head, `${rowOf({})},`), register)
    expect((await register.findByNumber('900101-1990001'))?.facts).not.to.have.property('guardians')
  })

  it('splits a full name into family name and given name', async () => {
    const names = {
      홍길동: ['홍', '길동'],
      남궁민수: ['남궁', '민수'],
      선우진: ['선우', '진'],
      'KIM Min Su': ['KIM', 'Min Su'],
    }
    for (const [name, parts] of Object.entries(names)) {
      const register = memoryRegister()
      await load(csv(HEADER, rowOf({ name })), register)
      const facts = (await register.findByNumber('900101-1990001'))?.facts
      expect([facts?.familyName, facts?.givenName]).to.deep.equal(parts)
    }
  })

  it('refuses a file without usable columns, and the error quotes nothing of it', async () => {
    const refused = async (...lines: string[]) => {
      try {
        await load(csv(...lines))
      } catch (error) {
        if (error instanceof ResidentsError) return error
        throw error
      }
      throw new Error('not refused')
    }
    expect((await refused('', '\n')).code).to.equal('RESIDENTS_EMPTY')
    expect((await refused(`${HEADER},주민번호`, rowOf({}))).detail).to.deep.equal({
      code: 'RESIDENTS_HEADER',
      missing: [],
      repeated: ['personal_number'],
    })
    const headless = await refused(rowOf({}))
    expect(headless.code).to.equal('RESIDENTS_HEADER')
    expect(JSON.stringify(headless)).to.include('주민등록번호 (personal_number)').and.not.include('길동')
    expect((await refused('"성명', rowOf({}))).code).to.equal('RESIDENTS_HEADER')
    expect((await refused('')).message).to.include('empty')
  })

  it('has no personal data in its report', async () => {
    const odd = ['900230-1990001', '홍', '각난비밀', '9876543219', 'QUJDREVG']
    const lines = odd.map((value, i) => {
      const cells = rowOf({ number: `900101-199000${i}` }).split(',')
      cells[i] = value
      return cells.join(',')
    })
    const text = JSON.stringify(await load(csv(HEADER, ...lines, ...lines, `"${odd.join(',')}`)))
    for (const value of [...odd.filter(value => value !== '홍'), '길동', '900101']) expect(text).to.not.include(value)
  })

  it('commits in groups, and reports the rows on disk after each', async () => {
    const batches: number[] = []
    const progress: ImportProgress[] = []
    const register = {
      store: async (facts: readonly ResidentFacts[]): Promise<StoreOutcome[]> => {
        batches.push(facts.length)
        return facts.map(() => 'added')
      },
    }
    const options = { columns: [], now: NOW, commitEvery: 25, onProgress: (at: ImportProgress) => progress.push(at) }
    await importResidents(inPieces(csvOf(residents)), register, options)
    expect(batches).to.deep.equal([25, 25, 10])
    expect(progress.map(({ added }) => added)).to.deep.equal([25, 50, 60])
  })
})
