import type { Command } from 'commander'
import { LineMessageList, LossAnswer } from '../answers.ts'
import type { Outcome } from '../outcome.ts'
import { printResult } from '../terminal.ts'
import { type ContextOf, examples, nodeOf } from './context.ts'
import { importCsv } from './csv-import.ts'

export function addLines(program: Command, contextOf: ContextOf, outcome: Outcome): void {
  const lines = program.command('lines').description("the telephone lines of the register's people")

  lines
    .command('import')
    .description(
      'import from a CSV file (UTF-8 or CP949) whose each line is: columns line_number and personal_number, and telecom if telecoms report lost phones; ' +
        'lists invalid rows and stores the valid ones',
    )
    .argument('<file>', 'the CSV file; - reads standard input')
    .addHelpText('after', examples('dojang lines import lines.csv', 'dojang lines import - < lines.csv'))
    .action((file: string, _options, command: Command) =>
      importCsv(contextOf(command), '/operator/lines/import', file, outcome),
    )

  lines
    .command('lost')
    .description('in a demo: the simulated telecom reports a line lost, and its cards are locked')
    .argument('<line>', 'a line of the demo, such as 010-0000-0001')
    .addHelpText('after', examples('dojang lines lost 010-0000-0001'))
    .action(async (line: string, _options, command: Command) => {
      const context = contextOf(command)
      const answer = await nodeOf(context).post('/operator/simulated-telecom/losses', { line }, LossAnswer)
      const isPublished = answer.state === 'published'
      printResult(context, answer, {
        ko: isPublished
          ? '상태 목록에 정지로 공개했습니다. 원장에는 자동으로 기록됩니다.'
          : '잠갔습니다. 원장에 기록됨.',
        en: isPublished ? 'Published as suspended; the ledger follows by itself.' : 'Locked, and on the ledger.',
      })
    })

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
