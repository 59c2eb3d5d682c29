import { createReadStream, createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { readCards } from '../../config/cards.ts'
import { koreanDate } from '../../credential/dates.ts'
import type { Charset } from '../../residents/csv/charset.ts'
import { toCsv } from '../../residents/csv/write.ts'
import { withCardFacts } from '../../residents/population/card-facts.ts'
import { fictitiousPopulation } from '../../residents/population/population.ts'
import { ImportLine, type ImportReport } from '../answers.ts'
import { CliError } from '../errors.ts'
import { Exit } from '../exit.ts'
import type { NodeClient } from '../node-client.ts'
import type { Outcome } from '../outcome.ts'
import { Progress } from '../progress.ts'
import { type Context, printResult } from '../terminal.ts'
import { type ContextOf, examples, nodeOf } from './context.ts'

/** The number of rejected rows shown; `--json` prints all that the node lists. */
const SHOWN = 50

export function addResidents(program: Command, contextOf: ContextOf, outcome: Outcome): void {
  const residents = program.command('residents').description('the resident register')

  residents
    .command('import')
    .description('import residents from a CSV file (UTF-8 or CP949); lists invalid rows and stores the valid ones')
    .argument('<file>', 'the CSV file; - reads standard input')
    .addHelpText(
      'after',
      examples('dojang residents import residents.csv', 'dojang residents import - < residents.csv'),
    )
    .action(async (file: string, _options, command: Command) => {
      const context = contextOf(command)
      const node = nodeOf(context)
      const report = await upload(context, node, file)
      if (report.rejectedTotal > 0) outcome.exit = Exit.input
      printResult(context, report, { ko: reportText(report, 'ko'), en: reportText(report, 'en') })
    })

  residents
    .command('generate')
    .description('write a CSV file of invented residents, for trials')
    .argument('<count>', 'number of residents', parseCount)
    .option('--seed <text>', 'the same seed gives the same people on the same day', 'dojang')
    .addOption(new Option('--charset <charset>', 'charset of the file').choices(['utf-8', 'cp949']).default('utf-8'))
    .option('--out <file>', 'the file to write (default: standard output)')
    .addHelpText(
      'after',
      examples(
        'dojang residents generate 100 --out residents.csv',
        'dojang residents generate 20 --seed picnic --charset cp949 > residents.csv',
      ),
    )
    .action(async (count: number, options: { seed: string; charset: Charset; out?: string }, command: Command) => {
      const context = contextOf(command)
      const of = { seed: options.seed, today: koreanDate(context.clock()) }
      const population = withCardFacts(fictitiousPopulation({ count, ...of }), of)
      const rows = Readable.from(toCsv(population, options.charset, readCards(context.data).columns))
      if (options.out === undefined) {
        // Standard output stays open, since it belongs to the process.
        await pipeline(rows, context.terminal.stdout, { end: false })
        return
      }
      const { out } = options
      await pipeline(rows, createWriteStream(out, { mode: 0o600 })).catch(cause => {
        throw unusable(out, cause)
      })
      printResult(
        context,
        { count, file: out },
        { ko: `${out}: 가상의 주민 ${count}명`, en: `${out}: ${count} invented residents` },
      )
    })
}

async function upload(context: Context, node: NodeClient, file: string): Promise<ImportReport> {
  const total = file === '-' ? 0 : await countLines(file)
  const progress = new Progress(context, context.language === 'ko' ? '등록 중' : 'importing', total)
  const body = file === '-' ? context.terminal.stdin : createReadStream(file)
  try {
    for await (const line of node.upload('/operator/residents/import', body, 'text/csv', ImportLine)) {
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

function unusable(path: string, cause: unknown): CliError {
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

function parseCount(text: string): number {
  const count = Number(text)
  if (!/^\d+$/.test(text) || count < 1 || count > 10_000_000) {
    throw new InvalidArgumentError('the count is a number from 1 to 10000000.')
  }
  return count
}
