import type { Command } from 'commander'
import { Erased } from '../answers.ts'
import { confirm, type InputOptions, readPersonalNumber, takesInput } from '../secret-input.ts'
import { printResult } from '../terminal.ts'
import { type ContextOf, examples, nodeOf } from './context.ts'

export function addErase(program: Command, contextOf: ContextOf): void {
  const command = program
    .command('erase')
    .description(
      'erase a resident: the record and everything sealed for the person become unreadable; cannot be undone',
    )
    .option('--yes', 'do not ask for a confirmation')
    .addHelpText(
      'after',
      examples(
        'dojang erase                               # asks for the personal number and a confirmation',
        'dojang erase --yes < number.txt',
      ),
    )
  takesInput(command, 'number').action(
    async ({ yes = false, ...input }: InputOptions & { yes?: boolean }, self: Command) => {
      const context = contextOf(self)
      const personalNumber = await readPersonalNumber(context, input)
      await confirm(
        context,
        'erase',
        {
          ko: '되돌릴 수 없습니다. 계속하려면 erase를 입력하십시오: ',
          en: 'This cannot be undone. Type erase to continue: ',
        },
        yes,
      )
      const erased = await nodeOf(context).post('/operator/residents/erase', { personalNumber }, Erased)
      printResult(context, erased, {
        ko: '삭제되었습니다. 이전 백업에는 남아 있을 수 있습니다.',
        en: 'Erased. Earlier backups may still contain the person.',
      })
    },
  )
}
