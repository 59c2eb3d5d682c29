/** `dojang policy`: request policies of relying parties, for them and for the council (docs/relying-parties.md). */
import type { Command } from 'commander'
import { readPolicy } from '../council/policy.ts'
import { printResult } from '../terminal.ts'
import { type ContextOf, examples } from './context.ts'

export function addPolicy(program: Command, contextOf: ContextOf): void {
  program
    .command('policy')
    .description('request policies of relying parties: docs/relying-parties.md')
    .command('check')
    .description('check a request policy, show it in words, and print the purpose that the council grants')
    .argument('<file>', 'the policy: its exact bytes count')
    .addHelpText('after', examples('dojang policy check policy.json', 'dojang policy check policy.json --json'))
    .action((file: string, _options: unknown, command: Command) => {
      const context = contextOf(command)
      const { policy, purpose, shown } = readPolicy(file)
      printResult(context, { policy, purpose }, { ko: `${shown.ko}\n\n${purpose}`, en: `${shown.en}\n\n${purpose}` })
    })
}
