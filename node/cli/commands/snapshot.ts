/**
 * `dojang snapshot` and `dojang check`: verifying without a node. A snapshot is proved wherever it is read, so it may
 * come from anywhere: a web server, a USB stick, a neighbour.
 */
import { join } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import { fromUtf8, utf8 } from '../../lib/bytes.ts'
import { systemClock } from '../../lib/time.ts'
import { ProofError } from '../../proof/errors.ts'
import type { TrustedHead } from '../../proof/light-client.ts'
import { DEFAULT_POLICY } from '../../verifier/policy.ts'
import type { ReplicaProfile } from '../../verifier/replica/head.ts'
import { HttpHeadSource } from '../../verifier/replica/http-source.ts'
import { Replica } from '../../verifier/replica/replica.ts'
import { ReplicaView } from '../../verifier/replica/view.ts'
import { readSnapshot, writeSnapshot } from '../../verifier/snapshot/file.ts'
import { Verifier } from '../../verifier/verifier.ts'
import { Verdict } from '../answers.ts'
import { CliError } from '../errors.ts'
import { readInstall } from '../install.ts'
import type { Outcome } from '../run.ts'
import { type Context, formatAge, formatTime, printResult } from '../terminal.ts'
import { exitOfVerdict, verdictText } from '../verdict-text.ts'
import { type ContextOf, examples } from './context.ts'
import { type ProfileOptions, pinOption, profileOption, readBytes, readProfile, readText } from './proof-files.ts'

/** Where `load` keeps the snapshot that `check` reads. */
const loadedPath = (context: Context) => join(context.data, 'verifier', 'snapshot.bin')
/** And the head it proved: nobody leads this verifier back behind it, and its validators are trusted from then on. */
const trustedPath = (context: Context) => join(context.data, 'verifier', 'trusted.json')

const Trusted = z.object({
  height: z.int().min(0),
  hash: z.templateLiteral(['0x', z.string().regex(/^[0-9a-f]{64}$/)]),
  time: z.int().min(0),
  validators: z.array(z.templateLiteral(['0x', z.string().regex(/^[0-9a-f]{40}$/)])),
})

export function addSnapshotCommands(program: Command, contextOf: ContextOf, outcome: Outcome): void {
  const snapshot = program.command('snapshot').description('everything needed to check cards offline, in one file')

  snapshot
    .command('export')
    .description('fetch a snapshot from a node, prove it, and write it to a file')
    .argument('<file>', 'where to')
    .option('--from <url>', "the node's public URL (default: this install's)")
    .addOption(profileOption())
    .addOption(pinOption())
    .addHelpText('after', examples('dojang snapshot export today.snapshot'))
    .action(async (file: string, options: ProfileOptions & { from?: string }, command: Command) => {
      const context = contextOf(command)
      const bytes = await fetchSnapshot(options.from ?? readInstall(context.data).url)
      const replica = Replica.open(bytes, readProfile(context, options), systemClock())
      writeSnapshot(file, bytes)
      tell(context, replica, bytes, { file })
    })

  snapshot
    .command('check')
    .description('prove a snapshot file, and say how old it is')
    .argument('<file>', 'the snapshot')
    .addOption(profileOption())
    .addOption(pinOption())
    .addHelpText('after', examples('dojang snapshot check today.snapshot --profile ledger.json --pin 3f2…'))
    .action(async (file: string, options: ProfileOptions, command: Command) => {
      const context = contextOf(command)
      const bytes = readBytes(file)
      tell(context, Replica.open(bytes, readProfile(context, options), systemClock()), bytes, { file })
    })

  snapshot
    .command('load')
    .description('prove a snapshot and keep it for `dojang check`; one older than the last is refused')
    .argument('<source>', "a file, or a node's public URL")
    .addOption(profileOption())
    .addOption(pinOption())
    .addHelpText('after', examples('dojang snapshot load today.snapshot', 'dojang snapshot load https://id.example.kr'))
    .action(async (source: string, options: ProfileOptions, command: Command) => {
      const context = contextOf(command)
      const profile = readProfile(context, options)
      const bytes = /^https?:/.test(source) ? await fetchSnapshot(source) : readBytes(source)
      const replica = Replica.open(bytes, profile, systemClock(), readTrusted(context))
      // The snapshot first: a head without it would only be a promise.
      writeSnapshot(loadedPath(context), bytes)
      writeSnapshot(trustedPath(context), utf8(JSON.stringify(replica.head)))
      tell(context, replica, bytes, { file: loadedPath(context) })
    })

  program
    .command('check')
    .description('the verdict on a presentation, from the snapshot last loaded: no node and no network')
    .argument('<file>', 'the presentation as the wallet made it; - reads standard input')
    .requiredOption('--nonce <nonce>', 'the one given to this wallet for this check')
    .requiredOption('--audience <id>', 'who we are to the wallet: the client identifier')
    .option('--max-age <seconds>', 'oldest snapshot on which a good status counts', parseCount, DEFAULT_POLICY.maxAge)
    .addOption(profileOption())
    .addOption(pinOption())
    .addHelpText('after', examples('dojang check shown.txt --nonce n-0S6… --audience x509_hash:… --max-age 86400'))
    .action(async (file: string, options: CheckOptions, command: Command) => {
      const context = contextOf(command)
      const { nonce, audience, maxAge } = options
      const profile = readProfile(context, options)
      const replica = openLoaded(context, profile)
      const verifier = new Verifier({ profile, view: new ReplicaView(() => replica), clock: systemClock })
      const policy = { ...DEFAULT_POLICY, maxAge }
      // What was disclosed is not printed: a terminal remembers.
      const { disclosed: _, ...verdict } = await verifier.verify(readText(file).trim(), { nonce, audience, policy })
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

/**
 * Null if none was loaded, or if this profile is newer than what was: then nothing can be told.
 * @throws {ProofError} as `Replica.open` does
 */
function openLoaded(context: Context, profile: ReplicaProfile): Replica | null {
  const bytes = readSnapshot(loadedPath(context))
  try {
    return bytes ? Replica.open(bytes, profile, systemClock(), readTrusted(context)) : null
  } catch (error) {
    if (error instanceof ProofError && error.code === 'PROOF_ROLLBACK') return null
    throw error
  }
}

function readTrusted(context: Context): TrustedHead | undefined {
  const path = trustedPath(context)
  const bytes = readSnapshot(path)
  if (!bytes) return undefined
  try {
    return Trusted.parse(JSON.parse(fromUtf8(bytes)))
  } catch (cause) {
    throw new CliError(
      { code: 'CLI_INPUT', path, reason: 'not a head' },
      `${path} was changed. Remove the directory it is in, and load a snapshot again.`,
      { cause },
    )
  }
}

async function fetchSnapshot(url: string): Promise<Uint8Array> {
  try {
    return await new HttpHeadSource(url.replace(/\/$/, '')).snapshot()
  } catch (cause) {
    throw new CliError(
      { code: 'CLI_NODE_UNREACHABLE', url },
      `No snapshot is to be had from ${url}. See that the node runs and that this is its public URL.`,
      { cause },
    )
  }
}

function tell(context: Context, replica: Replica, bytes: Uint8Array, facts: { readonly file: string }): void {
  const { height, hash, time } = replica.head
  const age = Math.max(0, systemClock() - time)
  const { trust, status, anchors } = replica.state
  const cards = [...status.lists.values()].reduce((sum, { word }) => sum + word.capacity, 0)
  const parts = {
    organisations: trust.organisations.size,
    lists: status.lists.size,
    cards,
    batches: anchors?.size ?? null,
  }
  const old = formatAge(age)
  printResult(
    context,
    { ...facts, height, hash, time, age, bytes: bytes.length, ...parts },
    {
      ko: `${facts.file}: 증명됨. 블록 ${height} (${formatTime(time)}) 기준, ${old.ko} 전. 상태 목록 ${parts.lists}개, 배치 ${parts.batches ?? '없음'}, ${bytes.length}바이트`,
      en: `${facts.file}: proved. As of block ${height} (${formatTime(time)}), ${old.en} old. ${parts.lists} status lists, ${parts.batches ?? 'no'} batches, ${bytes.length} bytes`,
    },
  )
}

function parseCount(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('seconds are a whole number.')
  return Number(text)
}
