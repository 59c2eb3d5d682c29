import type { Command } from 'commander'
import { readInstall } from '../install.ts'
import { NodeClient } from '../node-client.ts'
import type { Context } from '../terminal.ts'

export type ContextOf = (command: Command) => Context

export function nodeOf(context: Context): NodeClient {
  return new NodeClient(readInstall(context.data))
}

/** For `addHelpText('after', …)`. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map(line => `  ${line}`).join('\n')}`
}
