import { expect } from 'chai'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { utf8 } from '../../../../node/lib/bytes.ts'
import { readLines, splitHead } from '../../../../node/residents/csv/lines.ts'
import { type CsvRecord, readRecords } from '../../../../node/residents/csv/records.ts'
import { collect, inPieces } from '../support.ts'

async function records(text: string, { piece = 7, maxBytes = 1000 } = {}): Promise<CsvRecord[]> {
  const { head, rest } = await splitHead(inPieces(utf8(text), piece), 10)
  return collect(readRecords(readLines(head, rest, maxBytes)))
}

describe('CSV records', () => {
  it('reads RFC 4180 records as written by an independent library, with the line in which each begins', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', ' ', '가'), maxLength: 6 })
    const row = fc.array(cell, { minLength: 2, maxLength: 4 }).filter(cells => lineBreaks(cells) < 8)
    const table = fc.array(row, { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.constantFrom('\n', '\r\n'),
        fc.integer({ min: 1, max: 40 }),
        async (rows, end, piece) => {
          const text = rows.map(row => row.map(quoted).join(',')).join(end)
          const found = await records(text, { piece })
          const expected = parse(text, { relax_column_count: true, record_delimiter: end })
          expect(found.map(record => ('fields' in record ? record.fields.map(fromBytes) : record))).to.deep.equal(
            expected,
          )
          let line = 1
          for (const [i, row] of rows.entries()) {
            expect(found[i]?.line).to.equal(line)
            line += 1 + lineBreaks(row)
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  it('loses only the line of an unclosed quote', async () => {
    const text = 'a,b\n1,"open\n2,x\n3,"y"\n4,"ok\nstill"\n5,z\n'
    expect(await records(text)).to.deep.equal([
      { line: 1, fields: ['a', 'b'] },
      { line: 2, problem: 'misplaced_quote' },
      { line: 3, fields: ['2', 'x'] },
      { line: 4, fields: ['3', 'y'] },
      { line: 5, fields: ['4', 'ok\nstill'] },
      { line: 7, fields: ['5', 'z'] },
    ])
  })

  it('treats a quote as unclosed after a few lines, or at the end of the file', async () => {
    const rows = Array.from({ length: 20 }, (_, i) => `${i},x`)
    const found = await records(['0,"open', ...rows, '9,"open'].join('\n'))
    expect(found[0]).to.deep.equal({ line: 1, problem: 'unterminated_quote' })
    expect(found.slice(1, -1)).to.deep.equal(rows.map((row, i) => ({ line: i + 2, fields: row.split(',') })))
    expect(found.at(-1)).to.deep.equal({ line: 22, problem: 'unterminated_quote' })
  })

  it('refuses text after a closing quote, and a quote inside an unquoted cell', async () => {
    expect(await records('"a"b,c\nd"e,f\ng,h')).to.deep.equal([
      { line: 1, problem: 'misplaced_quote' },
      { line: 2, problem: 'misplaced_quote' },
      { line: 3, fields: ['g', 'h'] },
    ])
  })

  it('reports a line that is too long, without buffering it', async () => {
    expect(await records(`a,b\n${'x'.repeat(5000)}\nc,d`, { maxBytes: 100 })).to.deep.equal([
      { line: 1, fields: ['a', 'b'] },
      { line: 2, problem: 'line_too_long' },
      { line: 3, fields: ['c', 'd'] },
    ])
  })

  it('returns no record for an empty stream', async () => {
    expect(await records('')).to.deep.equal([])
  })
})

function quoted(text: string): string {
  return /[",\n\r]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text
}

const lineBreaks = (cells: readonly string[]) => cells.join('').split('\n').length - 1

const fromBytes = (field: string) => Buffer.from(field, 'latin1').toString('utf8')
