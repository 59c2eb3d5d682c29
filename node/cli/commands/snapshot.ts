/**
 * `dojang snapshot` and `dojang check`: verify cards without a node. A snapshot is proved each time it is read, so its
 * source does not need to be trusted.
 */
import { type Command, InvalidArgumentError } from 'commander'
import { ProofError } from '../../proof/errors.ts'
import type { LedgerProfile } from '../../proof/profile.ts'
import { verdictUnchecked } from '../../verifier/check.ts'
import { VerifierError } from '../../verifier/errors.ts'
import { DEFAULT_POLICY } from '../../verifier/policy.ts'
import { HttpHeadSource } from '../../verifier/replica/http-source.ts'
import { Replica } from '../../verifier/replica/replica.ts'
import { ReplicaView } from '../../verifier/replica/view.ts'
import { writeSnapshot } from '../../verifier/snapshot/file.ts'
import type { Verdict as CheckVerdict } from '../../verifier/verdict.ts'
import { Verifier } from '../../verifier/verifier.ts'
import type { LedgerView } from '../../verifier/view.ts'
import { UnavailableView } from '../../verifier/views/unavailable.ts'
import { Verdict } from '../answers.ts'
import { CliError } from '../errors.ts'
import { publicUrlOnThisHost } from '../install.ts'
import type { Outcome } from '../outcome.ts'
import { type Context, formatAge, formatTime, printResult, say } from '../terminal.ts'
import { exitOfVerdict, verdictText } from '../verdict-text.ts'
import { type ContextOf, examples } from './context.ts'
import { type ProfileOptions, pinOption, profileOption, readBytes, readProfile, readText } from './proof-files.ts'
import { lastTrustedHead, openStoredSnapshot, storedSnapshotPath, storeSnapshot } from './stored-snapshot.ts'

export function addSnapshotCommands(program: Command, contextOf: ContextOf, outcome: Outcome): void {
  const snapshot = program
    .command('snapshot')
    .description('fetch, check and load snapshots, with which cards are checked offline')

  snapshot
    .command('export')
    .description('fetch a snapshot from a node, prove it, and write it to a file')
    .argument('<file>', 'the file to write')
    .option('--from <url>', "the node's public URL (default: this install's)")
    .addOption(profileOption())
    .addOption(pinOption())
    .addHelpText('after', examples('dojang snapshot export today.snapshot'))
    .action(async (file: string, options: ProfileOptions & { from?: string }, command: Command) => {
      const context = contextOf(command)
      const bytes = await fetchSnapshot(options.from ?? publicUrlOnThisHost(context.data))
      const replica = Replica.open(bytes, readProfile(context, options), context.clock())
      writeSnapshot(file, bytes)
      printAge(context, replica, bytes, { file })
    })

  snapshot
    .command('check')
    .description('prove a snapshot file and show its age')
    .argument('<file>', 'the snapshot')
    .addOption(profileOption())
    .addOption(pinOption())
    .addHelpText('after', examples('dojang snapshot check today.snapshot --profile ledger.json --pin 3f2…'))
    .action(async (file: string, options: ProfileOptions, command: Command) => {
      const context = contextOf(command)
      const bytes = readBytes(file)
      printAge(context, Replica.open(bytes, readProfile(context, options), context.clock()), bytes, { file })
    })

  snapshot
    .command('load')
    .description('prove a snapshot and store it for `dojang check`; an older snapshot than the last is refused')
    .argument('<source>', "a file, or a node's public URL")
    .addOption(profileOption())
    .addOption(pinOption())
    .addHelpText('after', examples('dojang snapshot load today.snapshot', 'dojang snapshot load https://id.example.kr'))
    .action(async (source: string, options: ProfileOptions, command: Command) => {
      const context = contextOf(command)
      const profile = readProfile(context, options)
      const seen = lastTrustedHead(context, profile)
      const bytes = /^https?:/.test(source) ? await fetchSnapshot(source) : readBytes(source)
      const replica = Replica.open(bytes, profile, context.clock(), seen)
      storeSnapshot(context, profile, replica, bytes)
      printAge(context, replica, bytes, { file: storedSnapshotPath(context) })
    })

  program
    .command('check')
    .description('check a presentation against the snapshot loaded last, without a node or a network')
    .argument('<file>', 'the presentation as the wallet created it; - reads standard input')
    .requiredOption('--nonce <nonce>', 'the nonce of the request to this wallet')
    .requiredOption('--audience <id>', "the verifier's client identifier in the request")
    .option('--max-age <seconds>', 'greatest age of the snapshot for a good status', parseCount, DEFAULT_POLICY.maxAge)
    .addOption(profileOption())
    .addOption(pinOption())
    .addHelpText('after', examples('dojang check shown.txt --nonce n-0S6… --audience x509_hash:… --max-age 86400'))
    .action(async (file: string, options: CheckOptions, command: Command) => {
      const context = contextOf(command)
      const verdict = await checkLoaded(context, options, readText(file).trim())
      const known = Verdict.parse(verdict)
      outcome.exit = exitOfVerdict(known)
      printResult(context, verdict, verdictText(known))
    })
}

interface CheckOptions extends ProfileOptions {
  readonly nonce: string
  readonly audience: string
  readonly maxAge: number
}

/** A fault of the profile or of the snapshot is not a fault of the card: the verdict is then that it could not be checked. */
async function checkLoaded(context: Context, options: CheckOptions, presentation: string): Promise<CheckVerdict> {
  const { nonce, audience, maxAge } = options
  let profile: LedgerProfile
  try {
    profile = readProfile(context, options)
  } catch (error) {
    return verdictUnchecked(refusalOf(context, error), context.clock())
  }
  const verifier = new Verifier({ profile, view: viewOfLoaded(context, profile), clock: context.clock })
  const policy = { ...DEFAULT_POLICY, maxAge }
  // Disclosed claims are not printed, since a terminal keeps its output.
  const { disclosed: _, ...verdict } = await verifier.verify(presentation, { nonce, audience, policy })
  return verdict
}

function viewOfLoaded(context: Context, profile: LedgerProfile): LedgerView {
  try {
    const replica = openStoredSnapshot(context, profile)
    return new ReplicaView(() => replica)
  } catch (error) {
    const view = new UnavailableView('replica', 'not_proven', refusalOf(context, error))
    return { pin: async () => view }
  }
}

/** @throws every error that is not a ProofError */
function refusalOf(context: Context, error: unknown): string {
  if (!(error instanceof ProofError)) throw error
  const { code, message } = error
  say(context, {
    ko: `확인할 수 없습니다: ${message} (docs/errors.md#${code.toLowerCase()})`,
    en: `The card could not be checked: ${message} (docs/errors.md#${code.toLowerCase()})`,
  })
  return code
}

async function fetchSnapshot(url: string): Promise<Uint8Array> {
  try {
    return await new HttpHeadSource(url.replace(/\/$/, '')).snapshot()
  } catch (cause) {
    const answered = cause instanceof VerifierError && cause.detail.code === 'VERIFIER_ENDPOINT' && cause.detail
    throw new CliError(
      { code: 'CLI_NODE_UNREACHABLE', at: url },
      answered
        ? `No snapshot is to be had from ${url}: the endpoint answered ${answered.status}. See that this is a node's public URL, and that ` +
            'somebody seals its ledger (Hardhat does not).'
        : `No snapshot is to be had from ${url}. See that the node runs and that this is its public URL.`,
      { cause },
    )
  }
}

function printAge(context: Context, replica: Replica, bytes: Uint8Array, facts: { readonly file: string }): void {
  const { height, hash, time } = replica.head
  const age = Math.max(0, context.clock() - time)
  const { trust, status, anchors } = replica.state
  const cards = [...status.lists.values()].reduce((sum, { record }) => sum + record.capacity, 0)
  const parts = {
    organisations: trust.organisations.size,
    lists: status.lists.size,
    cards,
    batches: anchors?.counts.cards ?? null,
    journalDays: anchors?.counts.journalDays ?? null,
  }
  const old = formatAge(age)
  printResult(
    context,
    { ...facts, height, hash, time, age, bytes: bytes.length, ...parts },
    {
      ko: `${facts.file}: 증명됨. 블록 ${height} (${formatTime(time)}) 기준, ${old.ko} 전. 상태 목록 ${parts.lists}개, 배치 ${parts.batches ?? '없음'}, ${bytes.length}바이트`,
      en: `${facts.file}: proved. As of block ${height} (${formatTime(time)}), ${old.en} old. Status lists: ${parts.lists}, batches: ${parts.batches ?? 'none'}, bytes: ${bytes.length}`,
    },
  )
}

function parseCount(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('seconds are a whole number.')
  return Number(text)
}
