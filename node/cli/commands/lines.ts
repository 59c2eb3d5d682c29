import type { Command } from 'commander'
import { LineMessageList } from '../answers.ts'
import type { Outcome } from '../outcome.ts'
import { printResult } from '../terminal.ts'
import { type ContextOf, examples, nodeOf } from './context.ts'
import { importCsv } from './csv-import.ts'

export function addLines(program: Command, contextOf: ContextOf, outcome: Outcome): void {
  const lines = program.command('lines').description("the telephone lines of the register's people")

  lines
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

  lines
    .command('messages')
    .description('show what the invented telephones of the demo received, the newest last')
    .addHelpText('after', examples('dojang lines messages'))
    .action(async (_options, command: Command) => {
      const context = contextOf(command)
      const answer = await nodeOf(context).get('/operator/lines/messages', LineMessageList)
      if (answer.messages.length === 0) {
        return printResult(context, answer, { ko: '받은 문자가 없습니다.', en: 'There are no messages.' })
      }
      const shown = answer.messages.map(({ line, text }) => `${line}\n${text.replace(/^/gm, '  ')}`).join('\n\n')
      printResult(context, answer, { ko: shown, en: shown })
    })
}
