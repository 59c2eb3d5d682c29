/** `dojang reconcile`: what the ledger has and this node did not order. */
import type { Command } from 'commander'
import { Acceptance, type Alarm, Reconciliation } from '../answers.ts'
import { type InputOptions, readReason, takesInput } from '../secret-input.ts'
import { printResult } from '../terminal.ts'
import { type ContextOf, examples, nodeOf } from './context.ts'

export function addReconcile(program: Command, contextOf: ContextOf): void {
  const reconcile = program
    .command('reconcile')
    .description('what the ledger has and this node did not order: show it, and accept it when it is dealt with')
    .addHelpText('after', examples('dojang reconcile list', 'dojang reconcile accept 0x7c1f… --reason-file reason.txt'))

  reconcile
    .command('list')
    .description('the block up to which all is compared, and the open alarms, with what to do about a root')
    .addHelpText('after', examples('dojang reconcile list', 'dojang reconcile list --json'))
    .action(async (_options: unknown, command: Command) => {
      const context = contextOf(command)
      const found = await nodeOf(context).get('/operator/reconcile', Reconciliation)
      const lines = linesOf(found)
      printResult(context, found, {
        ko: lines || `블록 ${found.block}까지 모두 일치합니다.`,
        en: lines || `Clean up to block ${found.block}.`,
      })
    })

  const accept = reconcile
    .command('accept')
    .description(
      'accept alarms, in two steps: without --confirm it shows them, and the code that confirms them. Asks what happened and what was done, which is stored encrypted',
    )
    .argument('[transactions...]', 'hashes of the transactions, from `reconcile list`')
    .option('--sender <addresses>', 'all that these accounts sent, separated by commas')
    .option('--confirm <code>', 'the code that the first step printed')
    .addHelpText(
      'after',
      examples(
        "echo 'status.key was stolen; account replaced' | dojang reconcile accept 0x7c1f…",
        'dojang reconcile accept --sender 0x91ab… --reason-file reason.txt --confirm 1f0c9a7e',
      ),
    )
  takesInput(accept, 'reason').action(async (transactions: readonly string[], flags: AcceptFlags, command: Command) => {
    const context = contextOf(command)
    const reason = await readReason(context, flags)
    const senders = flags.sender?.split(',') ?? []
    const body = { transactions, senders, reason, ...(flags.confirm && { confirm: flags.confirm }) }
    const answer = await nodeOf(context).post('/operator/reconcile/accept', body, Acceptance)
    const { accepted, confirm } = answer
    const shown = linesOf(answer)
    printResult(context, answer, {
      ko: confirm ? `${shown}\n\n확인하려면 같은 명령에 --confirm ${confirm}` : `경보 ${accepted}건을 승인했습니다.`,
      en: confirm ? `${shown}\n\nTo accept them, repeat with --confirm ${confirm}` : `${accepted} alarm(s) accepted.`,
    })
  })
}

interface AcceptFlags extends InputOptions {
  readonly sender?: string
  readonly confirm?: string
}

interface Shown {
  readonly kinds: Readonly<Record<string, number>>
  readonly alarms: readonly Alarm[]
  readonly stopped?: { readonly message: string } | null
}

function linesOf({ kinds, alarms, stopped }: Shown): string {
  const counts = Object.entries(kinds).map(([kind, count]) => `${kind}: ${count}`)
  return [
    ...(stopped ? [stopped.message] : []),
    ...(counts.length > 0 ? [counts.join(', ')] : []),
    ...alarms.flatMap(alarm => [lineOf(alarm), ...disownOf(alarm)]),
  ].join('\n')
}

function lineOf({ kind, block, transaction, sender, facts }: Alarm): string {
  const rest = Object.entries(facts).map(([name, value]) => `${name}=${value}`)
  return [`${transaction}  ${kind}  block ${block}  from ${sender ?? '?'}`, ...rest].join('  ')
}

/** For the holder of the administrator's key, on the machine that has it. */
function disownOf({ kind, facts }: Alarm): string[] {
  if (kind !== 'root') return []
  const { org, purpose, root } = facts
  return [`    dojang council act disown org=${org} purpose=${purpose} root=${root} --key admin.key`]
}
