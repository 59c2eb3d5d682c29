import type { Command } from 'commander'
import type { Outcome } from '../outcome.ts'
import { type ContextOf, examples } from './context.ts'
import { importCsv } from './csv-import.ts'

export function addLines(program: Command, contextOf: ContextOf, outcome: Outcome): void {
  program
    .command('lines')
    .description("the telephone lines of the register's people")
    .command('import')
    .description(
      'import from a CSV file (UTF-8 or CP949) whose each line is: columns line_number and personal_number; ' +
        'lists invalid rows and stores the valid ones',
    )
    .argument('<file>', 'the CSV file; - reads standard input')
    .addHelpText('after', examples('dojang lines import lines.csv', 'dojang lines import - < lines.csv'))
    .action((file: string, _options, command: Command) =>
      importCsv(contextOf(command), '/operator/lines/import', file, outcome),
    )
}
