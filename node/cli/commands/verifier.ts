/** `dojang verifier`: runs a verifier alone; and its API keys, which an authority's node has too. */
import { resolve } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { RequestedVerifier } from '../../config/verifier-config.ts'
import { openProfile, verifyProfile } from '../../proof/profile.ts'
import { API_SCOPES } from '../../verifier/service/api-keys.ts'
import { ApiKeyAdded, ApiKeyAnswer, ApiKeyList } from '../answers.ts'
import { CliError } from '../errors.ts'
import { type Context, formatTime, printResult, say } from '../terminal.ts'
import { type ContextOf, examples, nodeOf } from './context.ts'
import { parsePort } from './parse-port.ts'
import { pinOption, readBytes, readText } from './proof-files.ts'

/** The settings given on the command line, and what is brought for this start. */
export interface VerifierStart extends RequestedVerifier {
  readonly given: { readonly profile?: string; readonly snapshot?: Uint8Array }
}

interface Flags extends Pick<RequestedVerifier, 'host' | 'port' | 'metricsPort' | 'publicUrl' | 'walletUrl' | 'haip'> {
  readonly organisation?: string
  readonly profile?: string
  readonly pin?: string
  readonly snapshot?: string
  readonly mirror?: readonly string[]
  readonly tlsPort?: number
  readonly tlsCert?: string
  readonly tlsKey?: string
}

export function addVerifier(
  program: Command,
  contextOf: ContextOf,
  start: (options: VerifierStart) => Promise<unknown>,
): void {
  const verifier = program
    .command('verifier')
    .description('run a verifier alone, without an issuer, from a ledger profile: docs/verifier-service.md')
    .option('--profile <file>', 'the ledger profile of the authority: needed for the first start')
    .addOption(pinOption())
    .option('--snapshot <file>', 'a snapshot of the ledger, for a start without a network')
    .option('--mirror <urls...>', 'URLs that serve copies of the ledger, asked before those of the profile', parseUrl)
    .option('--organisation <name>', 'whose verifier it is, for its certificate (default: the host of the public URL)')
    .option('--host <address>', 'address on which it listens (default: that of the last start, or 127.0.0.1)')
    .option('--port <port>', 'port; 0: any free port (default: that of the last start, or 4110)', parsePort)
    .option(
      '--metrics-port <port>',
      'port of the metrics, on loopback; 0: any free port (default: that of the last start, or 4111)',
      parsePort,
    )
    .option('--tls-port <port>', 'serve https on this port; http stays on loopback', parsePort)
    .option('--tls-cert <file>', 'with --tls-port: this certificate followed by its chain (PEM)')
    .option('--tls-key <file>', 'key of that certificate (PEM)')
    .option('--public-url <url>', 'URL under which wallets reach it; fixed at the first start', parseUrlOnly)
    .option('--wallet-url <url>', 'a wallet that is a page, which the page for browsers offers', parseUrlOnly)
    .option('--haip', 'the rules of HAIP 1.0 (docs/haip.md), for all further starts')
    .option('--no-haip', 'end of --haip')
    .addHelpText(
      'after',
      examples(
        'dojang verifier --data verifier --profile ledger.json',
        'dojang verifier --data verifier',
        'dojang verifier key add --data verifier --name shop --scope requests:create requests:read',
      ),
    )
    .action(async (flags: Flags, command: Command) => {
      const context = contextOf(command)
      const { organisation, profile, pin, snapshot, mirror, tlsPort, tlsCert, tlsKey, ...settings } = flags
      const text = profile === undefined ? undefined : readText(profile).trim()
      const profileKey = text === undefined ? pin : profileKeyOf(context, text, pin)
      const tls = tlsOf(tlsPort, tlsCert, tlsKey)
      await start({
        ...{ data: context.data, ...settings },
        ...(profileKey !== undefined && { profileKey }),
        ...(organisation !== undefined && { name: organisation }),
        ...(mirror && { mirrors: mirror }),
        ...(tls && { tls }),
        given: {
          ...(text !== undefined && { profile: text }),
          ...(snapshot !== undefined && { snapshot: readBytes(snapshot) }),
        },
      })
    })

  addKeys(verifier, contextOf)
}

function addKeys(verifier: Command, contextOf: ContextOf): void {
  const key = verifier
    .command('key')
    .description('API keys: with one, a program asks for cards, and nothing else')
    .addHelpText('after', examples('dojang verifier key list'))

  key
    .command('add')
    .description('add an API key and print it; nobody can print it again')
    .requiredOption('--name <name>', 'whose it is')
    .addOption(new Option('--scope <scopes...>', 'what it may do').choices(API_SCOPES).makeOptionMandatory())
    .option('--webhook <url>', 'where it is told that a request has a verdict')
    .option('--private-network', 'the address of the webhook is a private one')
    .addHelpText(
      'after',
      examples(
        'dojang verifier key add --name shop --scope requests:create requests:read',
        'dojang verifier key add --name audit --scope records:read',
      ),
    )
    .action(async ({ name, scope, webhook, privateNetwork = false }: AddFlags, command: Command) => {
      const context = contextOf(command)
      const told = webhook === undefined ? {} : { webhook: { url: webhook, privateNetwork } }
      const added = await nodeOf(context).post('/operator/verifier-keys', { name, scopes: scope, ...told }, ApiKeyAdded)
      printResult(context, added, { ko: added.secret, en: added.secret })
      say(context, {
        ko: '이 열쇠는 다시 볼 수 없습니다. 비밀로 보관하십시오.',
        en: 'This key cannot be shown again. Keep it secret.',
      })
    })

  key
    .command('list')
    .description('all API keys, with their ids and scopes')
    .addHelpText('after', examples('dojang verifier key list', 'dojang verifier key list --json'))
    .action(async (_options: unknown, command: Command) => {
      const context = contextOf(command)
      const found = await nodeOf(context).get('/operator/verifier-keys', ApiKeyList)
      const lines = (ended: string) =>
        found.keys.map(({ id, name, scopes, endedAt }) =>
          [id, endedAt === null ? scopes.join(',') : `${ended} ${formatTime(endedAt)}`, name].join('  '),
        )
      printResult(context, found, {
        ko: lines('종료').join('\n') || 'API 열쇠가 없습니다.',
        en: lines('ended').join('\n') || 'There is no API key.',
      })
    })

  key
    .command('end')
    .description('end an API key at once')
    .argument('<id>', 'from `verifier key list`')
    .addHelpText('after', examples('dojang verifier key end 3q2-7wABAgMEBQYHCAkKCw'))
    .action(async (id: string, _options: unknown, command: Command) => {
      const context = contextOf(command)
      const path = `/operator/verifier-keys/${encodeURIComponent(id)}/end`
      const ended = await nodeOf(context).post(path, {}, ApiKeyAnswer)
      const { name } = ended.key
      printResult(context, ended, { ko: `${name}: 종료했습니다.`, en: `${name} is ended.` })
    })
}

interface AddFlags {
  readonly name: string
  readonly scope: readonly string[]
  readonly webhook?: string
  readonly privateNetwork?: boolean
}

/** @throws {ProofError} PROOF_PROFILE_INVALID */
function profileKeyOf(context: Context, text: string, pin: string | undefined): string {
  if (pin !== undefined) verifyProfile(text, pin)
  const { signer } = openProfile(text)
  if (pin === undefined) {
    say(context, {
      ko: `프로필 서명 키: ${signer} (다른 경로로 확인하고 --pin 으로 지정하십시오)`,
      en: `profile signed by ${signer}: compare this thumbprint with another source, then give it with --pin`,
    })
  }
  return signer
}

function tlsOf(
  port: number | undefined,
  tlsCert: string | undefined,
  tlsKey: string | undefined,
): VerifierStart['tls'] {
  const named = port === undefined ? {} : { port }
  if (tlsCert !== undefined && tlsKey !== undefined) {
    return { ...named, files: { certificate: resolve(tlsCert), key: resolve(tlsKey) } }
  }
  if (tlsCert === undefined && tlsKey === undefined) return port === undefined ? undefined : named
  throw new CliError({ code: 'CLI_USAGE' }, 'Give both --tls-cert and --tls-key, or neither. Nothing was started.')
}

const parseUrl = (text: string, before: readonly string[] = []): readonly string[] => [...before, parseUrlOnly(text)]

function parseUrlOnly(text: string): string {
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? '')) {
    throw new InvalidArgumentError('a URL starts with http:// or https://.')
  }
  return text.replace(/\/$/, '')
}
