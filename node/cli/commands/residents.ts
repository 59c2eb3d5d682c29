import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { readCards } from '../../config/cards.ts'
import { koreanDate } from '../../credential/dates.ts'
import type { Charset } from '../../residents/csv/charset.ts'
import { toCsv } from '../../residents/csv/write.ts'
import { withCardFacts } from '../../residents/population/card-facts.ts'
import { fictitiousPopulation } from '../../residents/population/population.ts'
import type { Outcome } from '../outcome.ts'
import { printResult } from '../terminal.ts'
import { type ContextOf, examples } from './context.ts'
import { importCsv, unusable } from './csv-import.ts'

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
      await importCsv(contextOf(command), '/operator/residents/import', file, outcome)
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

function parseCount(text: string): number {
  const count = Number(text)
  if (!/^\d+$/.test(text) || count < 1 || count > 10_000_000) {
    throw new InvalidArgumentError('the count is a number from 1 to 10000000.')
  }
  return count
}
