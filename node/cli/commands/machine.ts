/** `dojang machine`: the authority's own systems, which call the operator's routes with keys of their own. */
import { type Command, Option } from 'commander'
import { z } from 'zod'
import { SCOPES } from '../../issuer/machines/clients.ts'
import { MachineAnswer, MachineList } from '../answers.ts'
import { CliError } from '../errors.ts'
import { printResult } from '../terminal.ts'
import { type ContextOf, examples, nodeOf } from './context.ts'
import { readText } from './proof-files.ts'

const Key = z.looseObject({ kty: z.string() })
const KeyFile = z.union([z.looseObject({ keys: z.array(Key).min(1) }), Key])

export function addMachine(program: Command, contextOf: ContextOf): void {
  const machine = program
    .command('machine')
    .description("the authority's own systems: register, list, stop, and their webhooks")
    .addHelpText('after', examples('dojang machine list'))

  machine
    .command('register')
    .description('register a system with its public keys (ES256) and what it may do')
    .requiredOption('--name <name>', 'what system it is')
    .requiredOption('--jwks <file>', 'its public key or keys: a JWK, or a JWK set')
    .addOption(new Option('--scope <scopes...>', 'what it may do').choices(SCOPES).makeOptionMandatory())
    .option('--webhook <url>', 'where it is told what happens, with the scope `webhooks`')
    .option('--organisation <number>', 'of a telecom in the trust registry, with the scope `loss-reports`')
    .option('--private-network', 'the address of the webhook is a private one')
    .addHelpText(
      'after',
      examples(
        'dojang machine register --name housing --jwks housing.jwks --scope offers states',
        'dojang machine register --name telecom --jwks telecom.jwks --scope loss-reports --organisation 7',
        'dojang machine register --name ledger --jwks ledger.jwks --scope webhooks --webhook https://hooks.example.kr/dojang',
      ),
    )
    .action(
      async ({ name, jwks, scope, webhook, organisation, privateNetwork = false }: RegisterFlags, command: Command) => {
        const context = contextOf(command)
        const told = webhook === undefined ? {} : { webhook: { url: webhook, privateNetwork } }
        const telecom = organisation === undefined ? {} : { organisation: Number(organisation) }
        const body = { name, scopes: scope, keys: keysIn(jwks), ...told, ...telecom }
        const registered = await nodeOf(context).post('/operator/machines', body, MachineAnswer)
        const { id } = registered.machine
        printResult(context, registered, {
          ko: `${id}\n\n이 값을 client_id로 쓰십시오 (iss, sub).`,
          en: `${id}\n\nThe system uses this as its client_id (iss and sub).`,
        })
      },
    )

  machine
    .command('list')
    .description('all systems, with their ids, scopes and webhooks')
    .addHelpText('after', examples('dojang machine list', 'dojang machine list --json'))
    .action(async (_options: unknown, command: Command) => {
      const context = contextOf(command)
      const found = await nodeOf(context).get('/operator/machines', MachineList)
      const lines = found.machines.map(({ id, name, scopes, webhook, stoppedAt }) => {
        const told = webhook && stoppedAt === null ? [`webhooks ${webhook.state}`, webhook.url] : []
        return [id, stoppedAt === null ? 'active ' : 'stopped', scopes.join(','), name, ...told].join('  ')
      })
      printResult(context, found, {
        ko: lines.join('\n') || '등록된 시스템이 없습니다.',
        en: lines.join('\n') || 'No system is registered.',
      })
    })

  machine
    .command('resume')
    .description('send webhooks again to a system whose delivery is parked')
    .argument('<id>', 'from `machine list`')
    .addHelpText('after', examples('dojang machine resume 3q2-7wABAgMEBQYHCAkKCw'))
    .action(async (id: string, _options: unknown, command: Command) => {
      const context = contextOf(command)
      const path = `/operator/machines/${encodeURIComponent(id)}/webhook/resume`
      const resumed = await nodeOf(context).post(path, {}, MachineAnswer)
      const { name } = resumed.machine
      printResult(context, resumed, {
        ko: `${name}: 웹훅을 다시 보냅니다.`,
        en: `Webhooks are sent to ${name} again.`,
      })
    })

  machine
    .command('stop')
    .description('stop a system: its access tokens end at once, and nothing more is sent to it')
    .argument('<id>', 'from `machine list`')
    .addHelpText('after', examples('dojang machine stop 3q2-7wABAgMEBQYHCAkKCw'))
    .action(async (id: string, _options: unknown, command: Command) => {
      const context = contextOf(command)
      const path = `/operator/machines/${encodeURIComponent(id)}/stop`
      const stopped = await nodeOf(context).post(path, {}, MachineAnswer)
      const { name } = stopped.machine
      printResult(context, stopped, { ko: `${name}: 중지했습니다.`, en: `${name} is stopped.` })
    })
}

interface RegisterFlags {
  readonly name: string
  readonly jwks: string
  readonly scope: readonly string[]
  readonly webhook?: string
  readonly organisation?: string
  readonly privateNetwork?: boolean
}

/** @throws {CliError} CLI_INPUT */
function keysIn(path: string): unknown[] {
  try {
    const parsed = KeyFile.parse(JSON.parse(readText(path)))
    return 'keys' in parsed && Array.isArray(parsed.keys) ? parsed.keys : [parsed]
  } catch (cause) {
    if (cause instanceof CliError) throw cause
    const reason = 'it is no JWK and no JWK set'
    throw new CliError({ code: 'CLI_INPUT', path, reason }, `${path}: ${reason}.`, { cause })
  }
}
