/** What an install still lacks on the ledger after an upgrade: asked of the node, which knows its keys. */
import type { Command } from 'commander'
import { readCards } from '../../config/cards.ts'
import { readPresets } from '../../config/presets.ts'
import { Lacking } from '../answers.ts'
import { proposalCommand } from '../council/lacking.ts'
import { printResult } from '../terminal.ts'
import { type ContextOf, examples, nodeOf } from './context.ts'

export function addCouncilLacking(council: Command, contextOf: ContextOf): void {
  council
    .command('lacking')
    .description('what this version registers for a new authority and the ledger lacks for this one, as proposals')
    .addHelpText('after', examples('dojang council lacking', 'dojang council lacking --json'))
    .action(async (_options: unknown, command: Command) => {
      const context = contextOf(command)
      const { lacking } = await nodeOf(context).get('/operator/lacking', Lacking)
      const presets = readPresets(context.data, readCards(context.data))
      const proposals = lacking.map(act => proposalCommand('dojang', act, presets)).join('\n')
      printResult(
        context,
        { lacking },
        lacking.length > 0
          ? { ko: proposals, en: proposals }
          : {
              ko: '원장에 이 기관에 필요한 것이 모두 있습니다.',
              en: 'Nothing: the ledger has all that this version registers for an authority.',
            },
      )
    })
}
