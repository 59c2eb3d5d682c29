/**
 * What officers do, signed on this machine with a key file and sent to the ledger itself: no node stands between, and
 * none needs to hold these keys.
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
import { checkProposal, delayOf, requireOwn, timeOf, twins } from '../council/checks.ts'
import { openKey } from '../council/key.ts'
import { openPlace, type Place, type PlaceFlags } from '../council/place.ts'
import { pendingBy, proposalJson, proposalText } from '../council/proposals.ts'
import type { Known } from '../council/sentences.ts'
import { parseArguments, takes } from '../council/values.ts'
import { CliError } from '../errors.ts'
import { type Context, printResult, say } from '../terminal.ts'
import { type ContextOf, examples } from './context.ts'
import { addCouncilDeploy } from './council-deploy.ts'
import { addCouncilLacking } from './council-lacking.ts'

interface Flags extends PlaceFlags {
  readonly key?: string
}

export function addCouncil(program: Command, contextOf: ContextOf): void {
  const council = program
    .command('council')
    .description('decide who may do what on the ledger: announce an act, wait for its delay, carry it out, or stop it')
    .addHelpText(
      'after',
      examples(
        'dojang council acts                                   # what can be done, by whom, with which arguments',
        'dojang council propose grant org=2 purpose=report-loss until=2030-01-01 --key council.key',
        'dojang council list                                   # what is pending, in words',
        'dojang council execute 0x7c1f52a0 --key council.key',
        'dojang council cancel 0x7c1f52a0 --key guardian.key',
        'dojang council act stopAccount account=0x… --key guardian.key',
      ),
    )

  addCouncilDeploy(council, contextOf)
  addCouncilLacking(council, contextOf)

  council
    .command('acts')
    .description('what can be done, by which role, with which arguments')
    .addHelpText('after', examples('dojang council acts', 'dojang council acts --json'))
    .action((_options: unknown, command: Command) => {
      const kinds = [...ACTS.values()]
      const value = kinds.map(({ contract, role, fragment }) => ({
        name: fragment.name,
        contract,
        role,
        arguments: fragment.inputs.map(input => ({ name: input.name, type: input.type, takes: takes(input) })),
      }))
      const text = kinds.map(actText).join('\n')
      printResult(contextOf(command), value, { ko: text, en: text })
    })

  at(council, 'list')
    .description('what is pending: announced, and neither carried out, cancelled nor expired')
    .option('--all', 'what is over, too')
    .addHelpText('after', examples('dojang council list', 'dojang council list --all --json'))
    .action(async ({ all, ...flags }: Flags & { all?: true }, command: Command) => {
      const context = contextOf(command)
      await withPlace(context, flags, async place => {
        const now = context.clock()
        const [found, known] = await Promise.all([readProposals(place, place.fromBlock, now), knownTo(place)])
        const shown = found.filter(proposal => all || isPending(proposal))
        const texts = shown.map(proposal => proposalText(proposal, known, now))
        printResult(
          context,
          { proposals: shown.map(proposal => proposalJson(proposal, known)) },
          {
            ko: texts.map(({ ko }) => ko).join('\n\n') || '대기 중인 제안이 없습니다.',
            en: texts.map(({ en }) => en).join('\n\n') || 'Nothing is pending.',
          },
        )
      })
    })

  keyed(at(council, 'propose <act> [arguments...]'), 'council')
    .description(
      'announce an act (`dojang council acts` lists them): it can be carried out when its delay is over, and cancelled before',
    )
    .addHelpText('after', examples('dojang council propose setDailyLimit list=1/1 dailyLimit=2000 --key council.key'))
    .action(async (name: string, words: readonly string[], { key, ...flags }: Flags, command: Command) => {
      const context = contextOf(command)
      const kind = kindOf(name)
      await withPlace(context, flags, async place => {
        const account = await openKey(key ?? join(context.data, 'keys', 'council.key'), context.terminal.env)
        const proposer = account.address.toLowerCase() as Hex
        const delay = await delayOf(place, kind, proposer)
        const values = parseArguments(kind, words, place.addresses, context.clock())
        const earliest = (await timeOf(place, context.clock())) + delay
        const [target, data] = [place.addresses[kind.contract].toLowerCase() as Hex, encodeAct(kind, values)]
        const warnings = await checkProposal(place, kind, values, earliest)
        const others = twins(await readProposals(place, place.fromBlock, context.clock()), { target, data, proposer })
        for (const warning of [...warnings, ...others]) say(context, warning)
        const schedule = encodeSchedule(target, data)
        const sent = await sendAct(sendingOf(place, account), place.addresses.accessManager, schedule)
        const found = await readProposals(place, sent.block, context.clock())
        const proposal = found.findLast(one => one.data === data && one.target === target && one.proposer === proposer)
        if (!proposal) throw new Error('what was just announced is not on the ledger')
        await show(context, place, proposal)
      })
    })

  keyed(at(council, 'execute <operation>'), 'council')
    .description('carry out what this key announced, when its delay is over')
    .addHelpText('after', examples('dojang council execute 0x7c1f52a0 --key council.key'))
    .action(carryOut(contextOf, 'council', encodeExecute))

  keyed(at(council, 'cancel <operation>'), 'guardian')
    .description('stop what was announced: by the guardian, or by who announced it')
    .addHelpText('after', examples('dojang council cancel 0x7c1f52a0 --key guardian.key'))
    .action(carryOut(contextOf, 'guardian', encodeCancel))

  keyed(at(council, 'act <act> [arguments...]'), 'guardian')
    .description('do an act at once that needs no delay: what GUARDIAN stops, and administrators in their organisation')
    .addHelpText(
      'after',
      examples(
        'dojang council act withdraw org=2 purpose=report-loss --key guardian.key',
        'dojang council act distrustKey keyId=0x… from=2026-01-31T09:00:00+09:00 --key guardian.key',
      ),
    )
    .action(async (name: string, words: readonly string[], { key, ...flags }: Flags, command: Command) => {
      const context = contextOf(command)
      const kind = kindOf(name)
      await withPlace(context, flags, async place => {
        const account = await openKey(key ?? join(context.data, 'keys', 'guardian.key'), context.terminal.env)
        const [target, data] = [
          place.addresses[kind.contract],
          encodeAct(kind, parseArguments(kind, words, place.addresses, context.clock())),
        ]
        const { transaction, block } = await sendAct(sendingOf(place, account), target, data)
        const done = { ko: `블록 ${block}에 기록되었습니다.`, en: `Done, in block ${block}.` }
        printResult(context, { transaction, block }, done)
      })
    })
}

const at = (council: Command, words: string): Command =>
  council
    .command(words)
    .option('--ledger <url>', "the ledger's JSON-RPC (default: that of the node in --data)")
    .option('--profile <file>', 'the signed ledger profile (default: ledger.json in --data)')
    .option('--pin <thumbprint>', "thumbprint of the key that must have signed the profile: an officer's own knowledge")

const keyed = (command: Command, name: string): Command =>
  command.addOption(
    new Option('--key <file>', `the officer's key: hex, or encrypted (default: keys/${name}.key in --data)`),
  )

async function withPlace(context: Context, flags: PlaceFlags, use: (place: Place) => Promise<void>): Promise<void> {
  const place = await openPlace(context, flags)
  try {
    await use(place)
  } finally {
    await place.ledger.close()
  }
}

const carryOut =
  (contextOf: ContextOf, usual: string, encode: (proposal: Proposal) => Hex) =>
  async (operation: string, { key, ...flags }: Flags, command: Command): Promise<void> => {
    const context = contextOf(command)
    await withPlace(context, flags, async place => {
      const account = await openKey(key ?? join(context.data, 'keys', `${usual}.key`), context.terminal.env)
      const proposal = pendingBy(await readProposals(place, place.fromBlock, context.clock()), operation)
      const { addresses } = place
      if (encode === encodeExecute) requireOwn(proposal, account.address)
      await sendAct(sendingOf(place, account), addresses.accessManager, encode(proposal))
      const found = await readProposals(place, place.fromBlock, context.clock())
      const after = found.find(({ operation, nonce }) => operation === proposal.operation && nonce === proposal.nonce)
      if (!after) throw new Error('what was just decided is not on the ledger')
      for (const warning of after.state === 'executed' ? twins(found, after) : []) say(context, warning)
      await show(context, place, after)
    })
  }

async function show(context: Context, place: Place, proposal: Proposal): Promise<void> {
  const known = await knownTo(place)
  printResult(context, proposalJson(proposal, known), proposalText(proposal, known, context.clock()))
}

const knownTo = async (place: Place): Promise<Known> => ({
  names: await readNames(place, place.fromBlock),
  addresses: place.addresses,
})

const sendingOf = ({ ledger, profile: { chainId } }: Place, account: Wallet): SendingAccount => ({
  ...{ ledger, account, chainId },
  timer: systemTimer,
})

function kindOf(name: string): ActKind {
  const kind = ACTS.get(name)
  if (kind) return kind
  throw new CliError({ code: 'CLI_USAGE' }, `There is no act ${name}. "dojang council acts" lists what can be done.`)
}

function actText({ contract, role, fragment }: ActKind): string {
  const inputs = fragment.inputs.map(input => `      ${input.name}=  ${takes(input)}`)
  return [`${fragment.name}  (${role}, ${contract})`, ...inputs].join('\n')
}
