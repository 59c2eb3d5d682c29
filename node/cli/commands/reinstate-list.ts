/** `dojang reinstate --list`: reinstates what somebody with a stolen key suspended in a status list. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { Reinstated } from '../answers.ts'
import { CliError } from '../errors.ts'
import { type Context, printResult } from '../terminal.ts'
import { nodeOf } from './context.ts'

export interface BulkFlags {
  readonly list?: bigint
  readonly confirm?: number
}

export function addBulkOptions(command: Command): void {
  command
    .addOption(
      new Option(
        '--list <organisation/n>',
        'instead of an id: all that this node did not suspend in a status list, after an attack',
      ).argParser(parseList),
    )
    .addOption(
      new Option('--confirm <number>', 'with --list: the number that the first step printed').argParser(Number),
    )
}

/** @throws {CliError} CLI_USAGE if neither an id nor a list is named */
export async function reinstateList(context: Context, { list, confirm }: BulkFlags, reason: string): Promise<void> {
  if (list === undefined) {
    throw new CliError(
      { code: 'CLI_USAGE' },
      'Name a credential id, or a status list with --list. Nothing was changed.',
    )
  }
  const body = { reason, ...(confirm !== undefined && { confirm }) }
  const answer = await nodeOf(context).post(`/operator/status-lists/${list}/reinstate`, body, Reinstated)
  const { reinstated, kept, transactions = [] } = answer
  printResult(
    context,
    answer,
    answer.confirm === undefined
      ? {
          ko: `${reinstated}건의 정지를 해제했습니다 (거래 ${transactions.length}건). 이 노드가 정지한 ${kept}건은 그대로입니다.`,
          en: `${reinstated} reinstated in ${transactions.length} transaction(s). ${kept} that this node suspended stay suspended.`,
        }
      : {
          ko: `${answer.confirm}건의 정지를 해제합니다. 이 노드가 정지한 ${kept}건은 그대로입니다. 확인하려면 같은 명령에 --confirm ${answer.confirm}`,
          en: `${answer.confirm} entries would be reinstated. ${kept} that this node suspended stay suspended. To do it, repeat with --confirm ${answer.confirm}`,
        },
  )
}

function parseList(text: string): bigint {
  const [, org, n] = /^(\d{1,9})\/(\d{1,9})$/.exec(text) ?? []
  if (org === undefined || n === undefined) throw new InvalidArgumentError('a list is organisation/n, such as 1/1.')
  return (BigInt(org) << 32n) | BigInt(n)
}
