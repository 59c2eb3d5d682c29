/** `dojang ledger witness …`: configures the witnesses whose signatures a head needs. Takes effect at the next start. */
import { type Command, InvalidArgumentError } from 'commander'
import { writeConfig } from '../../config/file.ts'
import type { Config } from '../../config/schema.ts'
import { CliError } from '../errors.ts'
import { installConfig } from '../install.ts'
import { type Context, printResult } from '../terminal.ts'
import { type ContextOf, examples } from './context.ts'

type Witnesses = Config['witnesses']

export function addWitnessCommands(ledger: Command, contextOf: ContextOf): void {
  const witness = ledger
    .command('witness')
    .description('configure the followers that must sign a head before it counts (docs/follower.md)')

  witness
    .command('list')
    .description('list the witnesses of this install and the number that a head needs')
    .addHelpText('after', examples('dojang ledger witness list', 'dojang ledger witness list --json'))
    .action((_options: unknown, command: Command) => {
      const context = contextOf(command)
      show(context, read(context).witnesses, false)
    })

  witness
    .command('add')
    .description('add a follower as a witness; with the first one, every head needs a witness')
    .argument('<url>', 'URL of a follower that runs with --witness, or of its proxy', parseUrl)
    .requiredOption('--key <thumbprint>', 'the witness key that the follower prints, from its operator', parseKey)
    .option(
      '--quorum <n>',
      'the number of witnesses that a head needs from now on (default: unchanged, but at least 1)',
      parseCount,
    )
    .addHelpText('after', examples('dojang ledger witness add http://127.0.0.1:4111 --key 3f2…'))
    .action((url: string, { key, quorum }: { key: string; quorum?: number }, command: Command) => {
      change(contextOf(command), ({ members, quorum: before }) => ({
        members: [...members.filter(each => each.key !== key), { key, url }],
        quorum: quorum ?? Math.max(before, 1),
      }))
    })

  witness
    .command('remove')
    .description('remove a witness')
    .argument('<key>', 'thumbprint of its key', parseKey)
    .option(
      '--quorum <n>',
      'the number of witnesses that a head needs from now on (default: unchanged, but at most all that are left)',
      parseCount,
    )
    .addHelpText('after', examples('dojang ledger witness remove 3f2…'))
    .action((key: string, options: { quorum?: number }, command: Command) => {
      change(contextOf(command), ({ members, quorum }) => {
        if (!members.some(each => each.key === key)) throw refuse('No witness has this key')
        const left = members.filter(each => each.key !== key)
        return { members: left, quorum: options.quorum ?? Math.min(quorum, left.length) }
      })
    })
}

function change(context: Context, to: (before: Witnesses) => Witnesses): void {
  const config = read(context)
  const witnesses = to(config.witnesses)
  if (witnesses.quorum > witnesses.members.length) {
    throw refuse(`A head cannot need ${witnesses.quorum} witnesses if there are ${witnesses.members.length}`)
  }
  writeConfig({ ...config, witnesses })
  show(context, witnesses, true)
}

/** @throws {CliError} CLI_NO_INSTALL; {ConfigError} CONFIG_INVALID */
const read = ({ data }: Context): Config => installConfig(data, 'Name the data directory with --data DIR.')

function show(context: Context, { quorum, members }: Witnesses, changed: boolean): void {
  const lines = members.map(({ key, url }) => `  ${key}  ${url}`)
  const later = {
    ko: '노드를 다시 시작하면 적용되고, 프로필의 다음 판에 실립니다.',
    en: 'This takes effect at the next start of the node, which signs a new version of the profile.',
  }
  printResult(
    context,
    { quorum, members },
    {
      ko: [
        `증인 ${members.length}곳, 머리 블록마다 ${quorum}곳의 서명 필요`,
        ...lines,
        ...(changed ? [later.ko] : []),
      ].join('\n'),
      en: [
        `${members.length} witnesses; a head needs the signatures of ${quorum}`,
        ...lines,
        ...(changed ? [later.en] : []),
      ].join('\n'),
    },
  )
}

const refuse = (message: string) => new CliError({ code: 'CLI_USAGE' }, `${message}. Nothing was changed.`)

function parseKey(text: string): string {
  if (/^[\w-]{43}$/.test(text)) return text
  throw new InvalidArgumentError('A thumbprint has 43 letters, digits, - and _.')
}

function parseUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text.replace(/\/$/, '')
  throw new InvalidArgumentError('Expected http://… or https://…')
}

function parseCount(text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Expected a number.')
}
