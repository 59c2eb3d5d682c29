import { type Command, InvalidArgumentError, Option } from 'commander'
import type { RequestedSettings } from '../../config/config.ts'
import { MODES } from '../../config/schema.ts'
import { WALLET_ATTESTATION } from '../../issuer/oid4vci/attestation/setting.ts'
import { AUTHORITY_KEY_ID, CLIENT_ID_PREFIXES } from '../../verifier/oid4vp/setting.ts'
import { CliError } from '../errors.ts'
import { type ContextOf, examples } from './context.ts'
import { parsePort } from './parse-port.ts'

const LOG_LEVELS: readonly string[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

/** The settings given on the command line. The others come from the configuration and its defaults. */
export interface StartOptions extends Omit<RequestedSettings, 'chainId'> {
  /** Run only the embedded ledger; these accounts may send. */
  readonly ledgerOnly?: { readonly allow: readonly `0x${string}`[] }
}

type Flags = Omit<StartOptions, 'data' | 'tls' | 'ledgerOnly'> & {
  readonly tls?: boolean
  readonly tlsPort?: number
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly demo?: boolean
  readonly ledgerOnly?: boolean
  readonly allow?: readonly `0x${string}`[]
}

export function addStart(
  program: Command,
  contextOf: ContextOf,
  start: (options: StartOptions) => Promise<unknown>,
): void {
  program
    .command('start')
    .description('run the node: ledger, issuer and verifier; the first start creates keys and deploys the contracts')
    .addOption(
      new Option('--mode <mode>', 'purpose of this install; fixed at the first start (default: local)').choices(MODES),
    )
    .addOption(new Option('--demo', 'the same as --mode demo: with a fictitious population').conflicts('mode'))
    .option(
      '--host <address>',
      'address on which the public interface and the wallet listen; 0.0.0.0: every network of this machine (default: that of the last start, or 127.0.0.1)',
    )
    .option(
      '--port <port>',
      'port of the public interface; 0: any free port (default: that of the last start, or 4100)',
      parsePort,
    )
    .option(
      '--operator-port <port>',
      "port of the operator's interface and of the metrics; 0: any free port (default: that of the last start, or 4102)",
      parsePort,
    )
    .option(
      '--wallet-port <port>',
      'port of the wallet; 0: any free port (default: that of the last start, or 4103)',
      parsePort,
    )
    .option(
      '--rpc-port <port>',
      "port of the ledger's JSON-RPC, on loopback; 0: any free port (default: that of the last start, or 4101)",
      parsePort,
    )
    .option('--tls', "serve https too, with a certificate of the install's own authority; http stays on loopback")
    .option(
      '--tls-port <port>',
      'port of https, implies --tls; 0: any free port (default: that of the last start, or 4443)',
      parsePort,
    )
    .option('--tls-cert <file>', 'implies --tls, with this certificate followed by its chain (PEM)')
    .option('--tls-key <file>', 'key of that certificate (PEM)')
    .option(
      '--public-url <url>',
      'URL under which wallets reach this node; fixed at the first start (default: http://localhost:<port>, with --tls https://localhost:<its port>)',
      parseUrl,
    )
    .option(
      '--operator-url <url>',
      "origin of the operators' pages; fixed at the first start, https unless it is localhost (default: http://localhost:<operator port>)",
      parseUrl,
    )
    .option(
      '--wallet-url <url>',
      'origin of the wallet; fixed at the first start, https unless it is localhost (default: http://localhost:<wallet port>, with --tls https and the name of the public URL)',
      parseUrl,
    )
    .addOption(
      new Option(
        '--wallet-attestation <demand>',
        'whether wallets must show an attestation of an admitted provider (default: that of the last start, or accepted)',
      ).choices(WALLET_ATTESTATION),
    )
    .option('--haip', 'the rules of HAIP 1.0 (docs/haip.md), for all further starts; implies attested wallets')
    .option('--no-haip', 'end of --haip; attestations stay required until --wallet-attestation accepted')
    .addOption(
      new Option(
        '--verifier-id <kind>',
        'how the verifier identifies itself to wallets: by the hash of its certificate, or by the DNS name of the public URL (default: that of the last start, or x509_hash)',
      ).choices(CLIENT_ID_PREFIXES),
    )
    .option(
      '--trusted-authorities <ids>',
      'request only cards of these authorities: key identifiers in base64url, separated by commas; own: this install; any: no limit (default: that of the last start, or any)',
      parseAuthorities,
    )
    .option(
      '--ledger <urls>',
      'JSON-RPC URL of a ledger run by others, or URLs of several nodes, separated by commas (default: the embedded ledger)',
      parseUrls,
    )
    .addOption(new Option('--ledger-only', 'run only the embedded ledger node').conflicts('ledger'))
    .option('--allow <addresses>', 'with --ledger-only: accounts that may send transactions', parseAddresses)
    .option(
      '--revocations-per-day <number>',
      'how many credentials operators may revoke on one day, over all status lists (default: that of the last start, or 2000)',
      parseCount,
    )
    .addHelpText(
      'after',
      examples(
        'npm start                                  # loopback, data in ./data',
        'npm start -- --demo                        # with fictitious residents, for trials',
        'npm start -- --tls                         # https://localhost:4443, from the first start on',
        'dojang start --data /var/lib/dojang --port 8080 --public-url https://id.example.go.kr',
      ),
    )
    .action(async ({ demo, ledgerOnly, allow = [], ...flags }: Flags, command: Command) => {
      const { data, terminal } = contextOf(command)
      const level = terminal.env.LOG_LEVEL
      if (level && !LOG_LEVELS.includes(level)) {
        const message = `LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}, but is ${level}. Nothing was started.`
        throw new CliError({ code: 'CLI_USAGE' }, message)
      }
      if (allow.length > 0 && ledgerOnly !== true) {
        throw new CliError({ code: 'CLI_USAGE' }, '--allow needs --ledger-only. Nothing was started.')
      }
      const {
        mode = demo ? 'demo' : undefined,
        host,
        port,
        rpcPort,
        operatorPort,
        walletPort,
        publicUrl,
        operatorUrl,
        walletUrl,
        walletAttestation,
        haip,
        verifierId,
        trustedAuthorities,
        ledger,
        revocationsPerDay,
      } = flags
      const tls = readTls(flags)
      await start({
        data,
        ...(mode !== undefined && { mode }),
        ...(host !== undefined && { host }),
        ...(port !== undefined && { port }),
        ...(rpcPort !== undefined && { rpcPort }),
        ...(operatorPort !== undefined && { operatorPort }),
        ...(walletPort !== undefined && { walletPort }),
        ...(tls && { tls }),
        ...(publicUrl !== undefined && { publicUrl }),
        ...(operatorUrl !== undefined && { operatorUrl }),
        ...(walletUrl !== undefined && { walletUrl }),
        ...(walletAttestation !== undefined && { walletAttestation }),
        ...(haip !== undefined && { haip }),
        ...(verifierId !== undefined && { verifierId }),
        ...(trustedAuthorities !== undefined && { trustedAuthorities }),
        ...(ledger !== undefined && { ledger }),
        ...(revocationsPerDay !== undefined && { revocationsPerDay }),
        ...(ledgerOnly === true && { ledgerOnly: { allow } }),
      })
    })
}

function readTls({ tls, tlsPort: port, tlsCert: certificate, tlsKey: key }: Flags): StartOptions['tls'] {
  if (!tls && port === undefined && certificate === undefined && key === undefined) return undefined
  const named = port === undefined ? {} : { port }
  if (certificate !== undefined && key !== undefined) return { ...named, files: { certificate, key } }
  if (certificate === undefined && key === undefined) return named
  throw new CliError({ code: 'CLI_USAGE' }, 'Give both --tls-cert and --tls-key, or neither. Nothing was started.')
}

function parseAuthorities(text: string): string[] {
  const ids = text === 'any' ? [] : text.split(',')
  if (ids.every(id => AUTHORITY_KEY_ID.test(id))) return ids
  throw new InvalidArgumentError('key identifiers are in base64url, separated by commas; or give "own" or "any".')
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('a number from 1 to 999999999.')
  return Number(text)
}

function parseAddresses(text: string): string[] {
  const addresses = text.toLowerCase().split(',')
  if (!addresses.every(each => /^0x[0-9a-f]{40}$/.test(each))) {
    throw new InvalidArgumentError('an address is 0x and 40 hex digits; separate several by commas.')
  }
  return addresses
}

const parseUrls = (text: string): string => text.split(',').map(parseUrl).join(',')

function parseUrl(text: string): string {
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? '')) {
    throw new InvalidArgumentError('a URL starts with http:// or https://.')
  }
  return text.replace(/\/$/, '')
}
