import type { Command } from 'commander'
import { Exit } from '../exit.ts'
import type { Outcome } from '../outcome.ts'
import { printResult } from '../terminal.ts'
import { type ContextOf, examples, nodeOf } from './context.ts'

export function addHealth(program: Command, contextOf: ContextOf, outcome: Outcome): void {
  program
    .command('health')
    .description('check whether the node is up and ready to issue and verify')
    .addHelpText('after', examples('dojang health', 'dojang health --json && echo ready'))
    .action(async (_options, command: Command) => {
      const context = contextOf(command)
      const node = nodeOf(context)
      const { status, body } = await node.probe('/readyz')
      const ready = status === 200
      if (!ready) outcome.exit = Exit.unreachable
      printResult(
        context,
        { url: node.url, ready, detail: parseOrText(body) },
        {
          ko: `${node.url}: ${ready ? '정상' : `준비되지 않음 (${body.trim()})`}`,
          en: `${node.url}: ${ready ? 'ready' : `not ready (${body.trim()})`}`,
        },
      )
    })
}

function parseOrText(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return body.trim()
  }
}
