/** `dojang ledger witness …` and `log-witness …`: configure the witnesses that a head needs. Takes effect at the next start. */
import { type Command, InvalidArgumentError } from 'commander'
import { writeConfig } from '../../config/file.ts'
import type { Config } from '../../config/schema.ts'
import { ParseError } from '../../lib/parse-error.ts'
import { COSIGNATURE_V1, parseNoteKey } from '../../proof/tlog/note.ts'
import { CliError } from '../errors.ts'
import { installConfig } from '../install.ts'
import { type Context, printResult } from '../terminal.ts'
import { type ContextOf, examples } from './context.ts'

type Witnesses = Config['witnesses']

/** Both kinds of witnesses have the same form in the configuration. */
interface Kind {
  readonly command: string
  readonly member: 'witnesses' | 'logWitnesses'
  readonly description: string
  readonly url: string
  readonly key: string
  readonly keyExample: string
  readonly parseKey: (text: string) => string
  readonly counted: (members: number, quorum: number) => { readonly ko: string; readonly en: string }
}

const FOLLOWERS: Kind = {
  command: 'witness',
  member: 'witnesses',
  description: 'configure the followers that must sign a head before it counts (docs/follower.md)',
  url: 'URL of a follower that runs with --witness, or of its proxy',
  key: 'the witness key that the follower prints, from its operator',
  keyExample: '3f2…',
  parseKey: parseThumbprint,
  counted: (members, quorum) => ({
    ko: `증인 ${members}곳, 머리 블록마다 ${quorum}곳의 서명 필요`,
    en: `${members} witnesses; a head needs the signatures of ${quorum}`,
  }),
}

const OF_THE_LOG: Kind = {
  command: 'log-witness',
  member: 'logWitnesses',
  description: "configure the witnesses of the ledger's transparency log (docs/transparency.md)",
  url: 'URL of a C2SP tlog-witness, below which is /add-checkpoint',
  key: 'its note key, name+id+base64, from its operator',
  keyExample: "'witness.example.kr+8d66cf3f+BA…'",
  parseKey: parseLogWitnessKey,
  counted: (members, quorum) => ({
    ko: `로그 증인 ${members}곳, 머리 블록마다 ${quorum}곳의 공동 서명 필요`,
    en: `${members} witnesses of the log; a head needs the cosignatures of ${quorum}`,
  }),
}

export function addWitnessCommands(ledger: Command, contextOf: ContextOf): void {
  for (const kind of [FOLLOWERS, OF_THE_LOG]) addKind(ledger, contextOf, kind)
}

function addKind(ledger: Command, contextOf: ContextOf, kind: Kind): void {
  const { command: name, parseKey } = kind
  const witness = ledger.command(name).description(kind.description)

  witness
    .command('list')
    .description('list the witnesses of this install and the number that a head needs')
    .addHelpText('after', examples(`dojang ledger ${name} list`, `dojang ledger ${name} list --json`))
    .action((_options: unknown, command: Command) => {
      const context = contextOf(command)
      show(context, kind, read(context)[kind.member], false)
    })

  witness
    .command('add')
    .description('add a witness; with the first one, every head needs a witness')
    .argument('<url>', kind.url, parseUrl)
    .requiredOption('--key <key>', kind.key, parseKey)
    .option(
      '--quorum <n>',
      'the number of witnesses that a head needs from now on (default: unchanged, but at least 1)',
      parseCount,
    )
    .addHelpText('after', examples(`dojang ledger ${name} add http://127.0.0.1:4111 --key ${kind.keyExample}`))
    .action((url: string, { key, quorum }: { key: string; quorum?: number }, command: Command) => {
      change(contextOf(command), kind, ({ members, quorum: before }) => ({
        members: [...members.filter(each => each.key !== key), { key, url }],
        quorum: quorum ?? Math.max(before, 1),
      }))
    })

  witness
    .command('remove')
    .description('remove a witness')
    .argument('<key>', 'its key', parseKey)
    .option(
      '--quorum <n>',
      'the number of witnesses that a head needs from now on (default: unchanged, but at most all that are left)',
      parseCount,
    )
    .addHelpText('after', examples(`dojang ledger ${name} remove ${kind.keyExample}`))
    .action((key: string, options: { quorum?: number }, command: Command) => {
      change(contextOf(command), kind, ({ members, quorum }) => {
        if (!members.some(each => each.key === key)) throw refuse('No witness has this key')
        const left = members.filter(each => each.key !== key)
        return { members: left, quorum: options.quorum ?? Math.min(quorum, left.length) }
      })
    })
}

function change(context: Context, kind: Kind, to: (before: Witnesses) => Witnesses): void {
  const config = read(context)
  const witnesses = to(config[kind.member])
  if (witnesses.quorum > witnesses.members.length) {
    throw refuse(`A head cannot need ${witnesses.quorum} witnesses if there are ${witnesses.members.length}`)
  }
  writeConfig({ ...config, [kind.member]: witnesses })
  show(context, kind, witnesses, true)
}

/** @throws {CliError} CLI_NO_INSTALL; {ConfigError} CONFIG_INVALID */
const read = ({ data }: Context): Config => installConfig(data, 'Name the data directory with --data DIR.')

function show(context: Context, kind: Kind, { quorum, members }: Witnesses, changed: boolean): void {
  const lines = members.map(({ key, url }) => `  ${key}  ${url}`)
  const later = {
    ko: '노드를 다시 시작하면 적용되고, 프로필의 다음 판에 실립니다.',
    en: 'This takes effect at the next start of the node, which signs a new version of the profile.',
  }
  const counted = kind.counted(members.length, quorum)
  const text = (language: 'ko' | 'en') =>
    [counted[language], ...lines, ...(changed ? [later[language]] : [])].join('\n')
  printResult(context, { quorum, members }, { ko: text('ko'), en: text('en') })
}

const refuse = (message: string) => new CliError({ code: 'CLI_USAGE' }, `${message}. Nothing was changed.`)

function parseLogWitnessKey(text: string): string {
  try {
    if (parseNoteKey(text).type === COSIGNATURE_V1) return text
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
  }
  throw new InvalidArgumentError('Expected the note key of a witness, name+id+base64, for Ed25519 cosignatures.')
}

function parseThumbprint(text: string): string {
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
