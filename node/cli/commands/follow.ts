/**
 * `dojang follow`: keeps a copy of another organisation's ledger and checks and executes every block. It serves the copy
 * read-only, and signs the heads as a witness.
 */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { configPath } from '../../config/file.ts'
import type { P256Signer } from '../../keys/signer.ts'
import type { Follower } from '../../ledger/follower/follower.ts'
import { signHead } from '../../ledger/follower/witness.ts'
import { thumbprint } from '../../lib/jose/jwk.ts'
import type { LedgerProfile } from '../../proof/profile.ts'
import { CliError } from '../errors.ts'
import { openLogWitness } from '../log-witness.ts'
import { printable } from '../printable.ts'
import { Progress } from '../progress.ts'
import { type Context, formatTime, say } from '../terminal.ts'
import { type ContextOf, examples } from './context.ts'
import { parsePort } from './parse-port.ts'
import { type ProfileOptions, pinOption, profileOption, readProfile } from './proof-files.ts'

interface Options extends ProfileOptions {
  readonly from: string
  readonly rpcPort: number
  readonly witness?: boolean
  readonly witnessName?: string
  readonly once?: boolean
}

export function addFollow(program: Command, contextOf: ContextOf): void {
  program
    .command('follow')
    .description(
      "keep a checked copy of another organisation's ledger, serve it read-only, sign its heads as a witness",
    )
    .requiredOption(
      '--from <urls>',
      "JSON-RPC URL of the ledger's node, or of several nodes, separated by commas",
      parseUrls,
    )
    .addOption(profileOption())
    .addOption(pinOption())
    .option('--rpc-port <port>', "port of the follower's own JSON-RPC, on loopback; 0: any free port", parsePort, 4102)
    .option('--witness', "sign each head with the follower's key (created at the first start)")
    .option(
      '--witness-name <name>',
      "the name of its key as a witness of the ledger's transparency log: its host name, for example",
      parseName,
    )
    .option('--once', 'exit when it has caught up')
    .addHelpText(
      'after',
      examples(
        'dojang follow --data witness --profile ledger.json --from http://127.0.0.1:4101',
        'dojang follow --data witness --profile ledger.json --from https://member:secret@ledger.example.kr --witness',
      ),
    )
    .action(async (options: Options, command: Command) => {
      const context = contextOf(command)
      await follow(context, options)
    })
}

async function follow(context: Context, options: Options): Promise<void> {
  const { data, terminal } = context
  if (existsSync(configPath(data))) {
    throw new CliError(
      { code: 'CLI_INPUT', path: data, reason: 'it contains an authority' },
      `${data} contains an authority with its own ledger. Name another directory for the copy: --data DIR.`,
    )
  }
  const profile = readProfile(context, options)
  if (profile.seals === 'none') {
    throw new CliError(
      { code: 'CLI_INPUT', path: options.profile ?? data, reason: 'a ledger without seals' },
      'The blocks of this ledger have no seals, so a follower cannot check them. Follow a ledger with seals.',
    )
  }
  // Loaded here, so that other commands do not load the EVM and the database.
  const [
    { BlockPeriod },
    { connectLedger },
    { openFollower },
    { serveLedger },
    { SecretFiles },
    { makeP256Pem, SoftwareSigner },
  ] = await Promise.all([
    import('../../ledger/block-period.ts'),
    import('../../ledger/remote/remote.ts'),
    import('../../ledger/follower/follower.ts'),
    import('../../http/ledger-server.ts'),
    import('../../keys/files.ts'),
    import('../../keys/signer.ts'),
  ])
  const signer: P256Signer | undefined = options.witness
    ? new SoftwareSigner(new SecretFiles(join(data, 'keys')).readOrMake('witness.pem', makeP256Pem))
    : undefined
  const logWitness = signer && openLogWitness(context, profile, options.witnessName ?? nameOf(signer))
  const { chainId, genesis, heartbeat } = profile
  // A source that goes back to an earlier head may be a fork, which the follower must detect.
  const source = await connectLedger(options.from, { chainId, genesis, mayGoBack: true })
  let bar: Progress | undefined
  let follower: Follower | undefined
  let lastMessage = ''
  try {
    follower = await openFollower({
      ...{ path: join(data, 'ledger'), profile, source, now: () => context.clock() * 1000 },
      onProgress: (done, of) => {
        lastMessage = ''
        bar ??= new Progress(context, 'follow', of)
        if (done < of) bar.update(done)
      },
      onTrouble: error => {
        const message = error instanceof Error ? error.message : String(error)
        // The source is polled each second. The same message is printed once.
        if (message !== lastMessage) terminal.stderr.write(`${printable(message)}\n`)
        lastMessage = message
      },
    })
    const copy = follower
    const period = await BlockPeriod.of(copy, heartbeat, () => undefined)
    const server = options.once
      ? undefined
      : await serveLedger(copy, {
          port: options.rpcPort,
          random: randomBytes,
          warn: (facts, message) => terminal.stderr.write(`${printable(`${message}: ${JSON.stringify(facts)}`)}\n`),
          node: {
            clock: context.clock,
            standstillAfter: () => period.patience,
            head: () => copy.head,
            ...(signer && { witnessed: witnessOf(copy, profile, signer) }),
            ...(logWitness && { cosigner: logWitness.cosigner }),
          },
        })
    const stopped = Promise.withResolvers<null>()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.resolve(null))
    let caughtUp = false
    await Promise.race([
      stopped.promise,
      copy.caughtUp.then(
        () => {
          caughtUp = true
        },
        () => {},
      ),
    ])
    bar?.end()
    if (caughtUp) printStart(context, copy, profile, server?.port, signer, logWitness?.key)
    const error = await Promise.race([copy.ended, options.once ? null : stopped.promise])
    await server?.close()
    if (error !== null) throw error
  } finally {
    await follower?.close()
    await source.close()
  }
}

/** Signs nothing after a fork was detected, because this copy has only one of the two histories. */
function witnessOf(
  copy: Follower,
  profile: LedgerProfile,
  signer: P256Signer,
): (height: number | null) => string | null {
  let ended = false
  void copy.ended.then(() => {
    ended = true
  })
  return height => {
    const head = height === null ? copy.head : copy.headAt(height)
    return ended || head === null ? null : signHead(profile, head, signer)
  }
}

function printStart(
  context: Context,
  { head }: Follower,
  { chainId }: LedgerProfile,
  port: number | undefined,
  signer: P256Signer | undefined,
  logKey: string | undefined,
): void {
  const facts = `chain ${chainId}, block ${head.number} of ${formatTime(head.timestamp)}, ${head.hash}`
  say(context, { ko: `따라잡음: ${facts}`, en: `caught up: ${facts}` })
  if (port !== undefined) {
    say(context, {
      ko: `JSON-RPC http://127.0.0.1:${port} (읽기 전용)`,
      en: `JSON-RPC http://127.0.0.1:${port} (read-only)`,
    })
  }
  if (signer === undefined) return
  const key = thumbprint(signer.publicKey.jwk)
  say(context, { ko: `증인 키: ${key}`, en: `witness key, for the profile's witnesses: ${key}` })
  if (logKey === undefined) return
  say(context, { ko: `로그 증인 키: ${logKey}`, en: `key as a witness of the ledger's log: ${logKey}` })
}

/** Its name as a witness of the log, if the operator gives it none. */
const nameOf = ({ publicKey }: P256Signer): string => `follower-${thumbprint(publicKey.jwk).slice(0, 8)}`

function parseName(text: string): string {
  if (/^[^\s+\p{Cc}]{1,100}$/u.test(text)) return text
  throw new InvalidArgumentError('a name has no space and no plus sign.')
}

export function parseUrls(text: string): string {
  if (!text.split(',').every(url => /^https?:$/.test(URL.parse(url)?.protocol ?? ''))) {
    throw new InvalidArgumentError('a URL starts with http:// or https://.')
  }
  return text
}
