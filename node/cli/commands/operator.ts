/** `dojang operator`: the people with an account, from the host of the node. */
import { type Command, Option } from 'commander'
import { ROLES } from '../../issuer/operators/actor.ts'
import { Invitation, OperatorList, StoppedOperator } from '../answers.ts'
import { formatTime, printResult } from '../terminal.ts'
import { type ContextOf, examples, nodeOf } from './context.ts'

export function addOperator(program: Command, contextOf: ContextOf): void {
  const operator = program
    .command('operator')
    .alias('operators')
    .description('the operators, who sign in at the counter with a passkey: invite, list, stop')
    .addHelpText('after', examples('dojang operator invite --name 김민서 --role clerk', 'dojang operator list'))

  operator
    .command('invite')
    .description('make a one-time enrolment link, which works once and for 24 hours')
    .requiredOption('--name <name>', 'the name of the person')
    .addOption(new Option('--role <role>', 'what the person may do').choices(ROLES).default('administrator'))
    .option('--centre <centre>', 'the centre where a clerk works')
    .addHelpText(
      'after',
      examples('dojang operator invite --name 이서준', 'dojang operator invite --name 김민서 --role clerk'),
    )
    .action(async (flags: InviteFlags, command: Command) => {
      const context = contextOf(command)
      const { name, role, centre = null } = flags
      const invited = await nodeOf(context).post('/operator/operators/invitations', { name, role, centre }, Invitation)
      const { enrolmentUrl, expiresAt } = invited
      const until = formatTime(expiresAt)
      printResult(context, invited, {
        ko: `${enrolmentUrl}\n\n${name} 님에게 전달하십시오. 한 번만, ${until}까지 쓸 수 있습니다.`,
        en: `${enrolmentUrl}\n\nGive it to ${name}. It works once, until ${until}.`,
      })
    })

  operator
    .command('list')
    .description('all operators, with their ids, roles and states')
    .addHelpText('after', examples('dojang operator list', 'dojang operator list --json'))
    .action(async (_options: unknown, command: Command) => {
      const context = contextOf(command)
      const found = await nodeOf(context).get('/operator/operators', OperatorList)
      const lines = found.operators.map(({ id, state, role, centre, name }) =>
        [id, state.padEnd(7), role.padEnd(13), name, ...(centre ? [centre] : [])].join('  '),
      )
      printResult(context, found, {
        ko: lines.join('\n') || '운영자가 없습니다. dojang operator invite로 초대하십시오.',
        en: lines.join('\n') || 'There are no operators. Invite one with dojang operator invite.',
      })
    })

  operator
    .command('stop')
    .description('end an account: its passkey, its sessions and its invitation. Whoever comes back is invited again')
    .argument('<id>', 'from `operator list`')
    .addHelpText('after', examples('dojang operator stop 3q2-7wABAgMEBQYHCAkKCw'))
    .action(async (id: string, _options: unknown, command: Command) => {
      const context = contextOf(command)
      const path = `/operator/operators/${encodeURIComponent(id)}/stop`
      const stopped = await nodeOf(context).post(path, {}, StoppedOperator)
      const { name } = stopped.operator
      printResult(context, stopped, { ko: `${name}: 이용을 중지했습니다.`, en: `${name} is stopped.` })
    })
}

interface InviteFlags {
  readonly name: string
  readonly role: string
  readonly centre?: string
}
