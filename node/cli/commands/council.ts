/**
 * `dojang council`: the operations of officers. They are signed on this machine with a key file and sent directly to the
 * ledger, so a node does not need these keys.
 * Why: docs/decisions/017.
 */
import { join } from 'node:path'
import { type Command, Option } from 'commander'
import type { Wallet } from 'ethers'
import type { Hex } from '../../lib/bytes.ts'
import { systemTimer } from '../../lib/time.ts'
import { ACTS, type ActKind, encodeAct } from '../../registries/governance/acts.ts'
import {
  encodeCancel,
  encodeExecute,
  encodeSchedule,
  isPending,
  type Proposal,
  readNames,
  readProposals,
} from '../../registries/governance/council.ts'
import { sendAct } from '../../registries/sending/act.ts'
import type { SendingAccount } from '../../registries/sending/transaction.ts'
import { checkProposal, delayOf, duplicatesOf, requireOwn, timeOf } from '../council/checks.ts'
import { openKey } from '../council/key.ts'
import { requireStatement } from '../council/key-statement.ts'
import { type OpenRegistries, openRegistries, type RegistriesFlags } from '../council/open-registries.ts'
import { policyOption, withPurpose } from '../council/policy.ts'
import { pendingBy, proposalJson, proposalText } from '../council/proposals.ts'
import type { KnownNames } from '../council/sentences.ts'
import { parseArguments, takes } from '../council/values.ts'
import { CliError } from '../errors.ts'
import { type Context, printResult, say } from '../terminal.ts'
import { type ContextOf, examples } from './context.ts'
import { addCouncilDeploy } from './council-deploy.ts'
import { addCouncilLacking } from './council-lacking.ts'

interface Flags extends RegistriesFlags {
  readonly key?: string
  readonly policy?: string
}

interface ProposeFlags extends Flags {
  readonly statement?: string
}

export function addCouncil(program: Command, contextOf: ContextOf): void {
  const council = program
    .command('council')
    .description('decide who may do what on the ledger: announce an act, wait for its delay, execute it, or cancel it')
    .addHelpText(
      'after',
      examples(
        'dojang council acts                                   # all acts, their roles and their arguments',
        'dojang council propose grant org=2 purpose=report-loss until=2030-01-01 --key council.key',
        'dojang council list                                   # pending acts, in words',
        'dojang council execute 0x7c1f52a0 --key council.key',
        'dojang council cancel 0x7c1f52a0 --key guardian.key',
        'dojang council act stopAccount account=0x… --key guardian.key',
      ),
    )

  addCouncilDeploy(council, contextOf)
  addCouncilLacking(council, contextOf)

  council
    .command('acts')
    .description('list all acts, their roles and their arguments')
    .addHelpText('after', examples('dojang council acts', 'dojang council acts --json'))
    .action((_options: unknown, command: Command) => {
      const kinds = [...ACTS.values()]
      const value = kinds.map(({ contract, role, fragment }) => ({
        name: fragment.name,
        contract,
        role,
        arguments: fragment.inputs.map(input => ({ name: input.name, type: input.type, takes: takes(input) })),
      }))
      const text = kinds.map(describeActKind).join('\n')
      printResult(contextOf(command), value, { ko: text, en: text })
    })

  ledgerCommand(council, 'list')
    .description('list pending acts: announced, and neither executed, cancelled nor expired')
    .option('--all', 'also list acts that are executed, cancelled or expired')
    .addHelpText('after', examples('dojang council list', 'dojang council list --all --json'))
    .action(async ({ all, ...flags }: Flags & { all?: true }, command: Command) => {
      const context = contextOf(command)
      await withRegistries(context, flags, async registries => {
        const now = context.clock()
        const [found, knownNames] = await Promise.all([
          readProposals(registries, registries.fromBlock, now),
          readKnownNames(registries),
        ])
        const shown = found.filter(proposal => all || isPending(proposal))
        const texts = shown.map(proposal => proposalText(proposal, knownNames, now))
        printResult(
          context,
          { proposals: shown.map(proposal => proposalJson(proposal, knownNames)) },
          {
            ko: texts.map(({ ko }) => ko).join('\n\n') || '대기 중인 제안이 없습니다.',
            en: texts.map(({ en }) => en).join('\n\n') || 'Nothing is pending.',
          },
        )
      })
    })

  withKeyOption(ledgerCommand(council, 'propose <act> [arguments...]'), 'council')
    .description(
      'announce an act (`dojang council acts` lists them); it can be executed after its delay, and cancelled before',
    )
    .option('--statement <file>', 'for registerKey: the statement that the key signed (`dojang key statement`)')
    .addOption(policyOption())
    .addHelpText(
      'after',
      examples(
        'dojang council propose setDailyLimit list=1/1 dailyLimit=2000 --key council.key',
        'dojang council propose grant org=5 until=2030-01-01 --policy policy.json --key council.key',
      ),
    )
    .action(async (name: string, givenArguments: readonly string[], proposed: ProposeFlags, command: Command) => {
      const { key, statement, policy, ...flags } = proposed
      const context = contextOf(command)
      const words = withPurpose(context, givenArguments, policy)
      const kind = actKindOf(name)
      await withRegistries(context, flags, async registries => {
        const account = await openKey(key ?? join(context.data, 'keys', 'council.key'), context.terminal.env)
        const proposer = account.address.toLowerCase() as Hex
        const delay = await delayOf(registries, kind, proposer)
        const values = parseArguments(kind, words, registries.addresses, context.clock())
        const earliest = (await timeOf(registries, context.clock())) + delay
        const [target, data] = [registries.addresses[kind.contract].toLowerCase() as Hex, encodeAct(kind, values)]
        const warnings = await checkProposal(registries, kind, values, earliest)
        requireStatement(registries, kind, values, statement)
        const others = duplicatesOf(await readProposals(registries, registries.fromBlock, context.clock()), {
          target,
          data,
          proposer,
        })
        for (const warning of [...warnings, ...others]) say(context, warning)
        const schedule = encodeSchedule(target, data)
        const sent = await sendAct(sendingOf(registries, account), registries.addresses.accessManager, schedule)
        const found = await readProposals(registries, sent.block, context.clock())
        const proposal = found.findLast(one => one.data === data && one.target === target && one.proposer === proposer)
        if (!proposal) throw new Error('the act that was just announced is not on the ledger')
        await printProposal(context, registries, proposal)
      })
    })

  withKeyOption(ledgerCommand(council, 'execute <operation>'), 'council')
    .description('execute an act that this key announced, after its delay')
    .addHelpText('after', examples('dojang council execute 0x7c1f52a0 --key council.key'))
    .action(decideProposal(contextOf, 'council', encodeExecute))

  withKeyOption(ledgerCommand(council, 'cancel <operation>'), 'guardian')
    .description('cancel an announced act, with the key of the guardian or of the account that announced it')
    .addHelpText('after', examples('dojang council cancel 0x7c1f52a0 --key guardian.key'))
    .action(decideProposal(contextOf, 'guardian', encodeCancel))

  withKeyOption(ledgerCommand(council, 'act <act> [arguments...]'), 'guardian')
    .description("perform an act without a delay: the GUARDIAN's acts, and those of an organisation's administrator")
    .addHelpText(
      'after',
      examples(
        'dojang council act withdraw org=2 purpose=report-loss --key guardian.key',
        'dojang council act withdraw org=5 --policy policy.json --key guardian.key',
        'dojang council act distrustKey keyId=0x… from=2026-01-31T09:00:00+09:00 --key guardian.key',
      ),
    )
    .addOption(policyOption())
    .action(async (name: string, givenArguments: readonly string[], acted: Flags, command: Command) => {
      const { key, policy, ...flags } = acted
      const context = contextOf(command)
      const words = withPurpose(context, givenArguments, policy)
      const kind = actKindOf(name)
      await withRegistries(context, flags, async registries => {
        const account = await openKey(key ?? join(context.data, 'keys', 'guardian.key'), context.terminal.env)
        const [target, data] = [
          registries.addresses[kind.contract],
          encodeAct(kind, parseArguments(kind, words, registries.addresses, context.clock())),
        ]
        const { transaction, block } = await sendAct(sendingOf(registries, account), target, data)
        const done = { ko: `블록 ${block}에 기록되었습니다.`, en: `Done, in block ${block}.` }
        printResult(context, { transaction, block }, done)
      })
    })
}

const ledgerCommand = (council: Command, usage: string): Command =>
  council
    .command(usage)
    .option('--ledger <url>', "the ledger's JSON-RPC URL (default: that of the node in --data)")
    .option('--profile <file>', 'the signed ledger profile (default: ledger.json in --data)')
    .option('--pin <thumbprint>', 'thumbprint of the key that must have signed the profile, from another source')

const withKeyOption = (command: Command, name: string): Command =>
  command.addOption(
    new Option('--key <file>', `the officer's key: hex, or encrypted (default: keys/${name}.key in --data)`),
  )

async function withRegistries(
  context: Context,
  flags: RegistriesFlags,
  use: (registries: OpenRegistries) => Promise<void>,
): Promise<void> {
  const registries = await openRegistries(context, flags)
  try {
    await use(registries)
  } finally {
    await registries.ledger.close()
  }
}

const decideProposal =
  (contextOf: ContextOf, usual: string, encode: (proposal: Proposal) => Hex) =>
  async (operation: string, { key, ...flags }: Flags, command: Command): Promise<void> => {
    const context = contextOf(command)
    await withRegistries(context, flags, async registries => {
      const account = await openKey(key ?? join(context.data, 'keys', `${usual}.key`), context.terminal.env)
      const proposal = pendingBy(await readProposals(registries, registries.fromBlock, context.clock()), operation)
      const { addresses } = registries
      if (encode === encodeExecute) requireOwn(proposal, account.address)
      await sendAct(sendingOf(registries, account), addresses.accessManager, encode(proposal))
      const found = await readProposals(registries, registries.fromBlock, context.clock())
      const after = found.find(({ operation, nonce }) => operation === proposal.operation && nonce === proposal.nonce)
      if (!after) throw new Error('the act that was just executed or cancelled is not on the ledger')
      for (const warning of after.state === 'executed' ? duplicatesOf(found, after) : []) say(context, warning)
      await printProposal(context, registries, after)
    })
  }

async function printProposal(context: Context, registries: OpenRegistries, proposal: Proposal): Promise<void> {
  const knownNames = await readKnownNames(registries)
  printResult(context, proposalJson(proposal, knownNames), proposalText(proposal, knownNames, context.clock()))
}

const readKnownNames = async (registries: OpenRegistries): Promise<KnownNames> => ({
  names: await readNames(registries, registries.fromBlock),
  addresses: registries.addresses,
})

const sendingOf = ({ ledger, profile: { chainId } }: OpenRegistries, account: Wallet): SendingAccount => ({
  ...{ ledger, account, chainId },
  timer: systemTimer,
})

function actKindOf(name: string): ActKind {
  const kind = ACTS.get(name)
  if (kind) return kind
  throw new CliError({ code: 'CLI_USAGE' }, `There is no act ${name}. "dojang council acts" lists all acts.`)
}

function describeActKind({ contract, role, fragment }: ActKind): string {
  const inputs = fragment.inputs.map(input => `      ${input.name}=  ${takes(input)}`)
  return [`${fragment.name}  (${role}, ${contract})`, ...inputs].join('\n')
}
