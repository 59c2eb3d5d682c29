/**
 * Parses lines into RFC 4180 records, with one addition: an unclosed quote makes only its own line invalid. A parser
 * without this rule would treat all rows up to the next quote as one cell. This parser continues at the next line, so that
 * the valid rows after it are imported.
 * Why: docs/decisions/040.
 */
import type { Line } from './lines.ts'

export type RecordProblem = 'unterminated_quote' | 'misplaced_quote' | 'line_too_long'

/** `line` is the line in which the record begins. Fields are still bytes, one character per byte. */
export type CsvRecord =
  | { readonly line: number; readonly fields: readonly string[] }
  | { readonly line: number; readonly problem: RecordProblem }

/** A quote that is open for more lines than this was never closed: no cell of a resident has so many line breaks. */
const MAX_LINES = 8

export async function* readRecords(lines: AsyncIterable<Line>): AsyncIterable<CsvRecord> {
  let open: Line[] = []
  for await (const line of lines) {
    open.push(line)
    const complete = takeRecords(open, false)
    yield* complete.records
    open = complete.open
  }
  yield* takeRecords(open, true).records
}

/** Parses the complete records; `open` are the lines of a record that may continue in the next line. */
function takeRecords(lines: readonly Line[], ended: boolean): { records: CsvRecord[]; open: Line[] } {
  const records: CsvRecord[] = []
  let at = 0
  while (at < lines.length) {
    const line = (lines[at] as Line).number
    const read = readRecord(lines, at)
    if (read.state === 'open') {
      if (!ended && lines.length - at < MAX_LINES) return { records, open: lines.slice(at) }
      records.push({ line, problem: 'unterminated_quote' })
      at += 1
    } else if (read.state === 'broken') {
      records.push({ line, problem: read.problem })
      at += 1
    } else {
      records.push({ line, fields: read.fields })
      at += read.lines
    }
  }
  return { records, open: [] }
}

type ReadResult =
  | { readonly state: 'whole'; readonly fields: string[]; readonly lines: number }
  | { readonly state: 'broken'; readonly problem: RecordProblem }
  | { readonly state: 'open' }

function readRecord(lines: readonly Line[], from: number): ReadResult {
  let text = lines[from]?.bytes
  if (text === undefined) return { state: 'broken', problem: 'line_too_long' }
  let used = 1
  const fields: string[] = []
  for (let at = 0; ; ) {
    if (text[at] !== '"') {
      const comma = text.indexOf(',', at)
      const field = text.slice(at, comma < 0 ? undefined : comma)
      if (field.includes('"')) return { state: 'broken', problem: 'misplaced_quote' }
      fields.push(field)
      if (comma < 0) return { state: 'whole', fields, lines: used }
      at = comma + 1
      continue
    }
    let close = closingQuote(text, at + 1)
    while (close < 0) {
      const next = lines[from + used]
      if (!next) return { state: 'open' }
      if (next.bytes === undefined) return { state: 'broken', problem: 'unterminated_quote' }
      text += `\n${next.bytes}`
      used += 1
      close = closingQuote(text, at + 1)
    }
    fields.push(text.slice(at + 1, close).replaceAll('""', '"'))
    const after = text[close + 1]
    if (after === undefined) return { state: 'whole', fields, lines: used }
    if (after !== ',') return { state: 'broken', problem: 'misplaced_quote' }
    at = close + 2
  }
}

/** The position of the quote that ends a field, from `from` on, or -1. A doubled quote is part of the text. */
function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from)
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2)
  return at
}
