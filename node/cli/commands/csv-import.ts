/** Sends a CSV file to the node, with a progress bar, and prints the report. */
import { createReadStream } from 'node:fs'
import { ImportLine, type ImportReport } from '../answers.ts'
import { CliError } from '../errors.ts'
import { Exit } from '../exit.ts'
import type { NodeClient } from '../node-client.ts'
import type { Outcome } from '../outcome.ts'
import { Progress } from '../progress.ts'
import { type Context, printResult } from '../terminal.ts'
import { nodeOf } from './context.ts'

/** The number of rejected rows shown; `--json` prints all that the node lists. */
const SHOWN = 50

/** @param file `-` for standard input */
export async function importCsv(context: Context, path: string, file: string, outcome: Outcome): Promise<void> {
  const report = await upload(context, nodeOf(context), path, file)
  if (report.rejectedTotal > 0) outcome.exit = Exit.input
  printResult(context, report, { ko: reportText(report, 'ko'), en: reportText(report, 'en') })
}

async function upload(context: Context, node: NodeClient, path: string, file: string): Promise<ImportReport> {
  const total = file === '-' ? 0 : await countLines(file)
  const progress = new Progress(context, context.language === 'ko' ? '등록 중' : 'importing', total)
  const body = file === '-' ? context.terminal.stdin : createReadStream(file)
  try {
    for await (const line of node.upload(path, body, 'text/csv', ImportLine)) {
      if ('report' in line) return line.report
      progress.update(line.progress.rows)
    }
  } finally {
    progress.end()
  }
  throw new CliError(
    { code: 'CLI_NODE_UNEXPECTED', at: node.url, reason: 'no report at the end of the import' },
    'The node stopped during the import. The rows that it had stored stay. Start the node and run the import again: ' +
      'rows that are already stored do not change.',
  )
}

/** An estimate for the progress bar, since quoted values may contain line breaks. @throws {CliError} CLI_INPUT */
async function countLines(file: string): Promise<number> {
  let lines = 0
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines += 1
    }
  } catch (cause) {
    throw unusable(file, cause)
  }
  return Math.max(1, lines - 1)
}

/** @param path of a file that cannot be read or written */
export function unusable(path: string, cause: unknown): CliError {
  const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown'
  const sentence = {
    ENOENT: 'There is no such file',
    EACCES: 'You do not have permission to use it',
    EISDIR: 'It is a directory',
  }[reason]
  return new CliError(
    { code: 'CLI_INPUT', path, reason },
    `${path} cannot be used. ${sentence ?? `The system reports ${reason}`}. Check the path and run the command again.`,
    { cause },
  )
}

function reportText(report: ImportReport, language: 'ko' | 'en'): string {
  const { rows, added, changed, unchanged, rejectedTotal, rejected } = report
  const head =
    language === 'ko'
      ? `${rows}행: 추가 ${added}, 변경 ${changed}, 그대로 ${unchanged}, 거부 ${rejectedTotal}`
      : `${rows} rows: ${added} added, ${changed} changed, ${unchanged} unchanged, ${rejectedTotal} rejected`
  const listed = rejected
    .slice(0, SHOWN)
    .map(row => `  ${language === 'ko' ? `${row.line}행` : `line ${row.line}`}: ${row[language]}`)
  const more = rejectedTotal - listed.length
  if (more > 0)
    listed.push(language === 'ko' ? `  … 그 밖에 ${more}행 (--json)` : `  … and ${more} more (--json lists them)`)
  return [head, ...listed].join('\n')
}
