/** `dojang network init`: writes the files of a Besu QBFT consortium. */
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { randomChainId } from '../../config/chain-id.ts'
import { writeDurably } from '../../keys/files.ts'
import type { Hex } from '../../lib/bytes.ts'
import { CliError } from '../errors.ts'
import { printResult } from '../terminal.ts'
import { type ContextOf, examples } from './context.ts'

interface Options {
  readonly orgs?: readonly string[]
  readonly count: number
  readonly hosts?: readonly string[]
  readonly chainId?: number
  readonly blockPeriod: number
  readonly accounts: readonly Hex[]
  readonly image: string
}

const P2P = 30_303
const RPC = 8_545
/** The container network for a trial with all members on one host. */
const SUBNET = '172.29.41'

export function addNetworkCommands(program: Command, contextOf: ContextOf): void {
  program
    .command('network')
    .description('a ledger of several organisations: Besu with QBFT')
    .command('init')
    .description('write genesis, keys, permissions and compose files; docs/network.md explains the next steps')
    .argument('<directory>', 'the directory to write; must be empty or new')
    .option('--orgs <names>', 'the members, separated by commas: moi,police,veterans,nia', parseNames)
    .addOption(
      new Option('--count <n>', 'the number of members, if they have no names yet')
        .argParser(parseCount)
        .default(4)
        .conflicts('orgs'),
    )
    .option(
      '--hosts <addresses>',
      'IP address of each member, separated by commas, in the same order (default: all members on this host)',
      parseHosts,
    )
    .option('--chain-id <id>', 'chain id of the ledger (default: random)', parseId)
    .option('--block-period <seconds>', 'seconds between blocks', parseCount, 2)
    .option(
      '--accounts <addresses>',
      'accounts that may send transactions, separated by commas (default: all)',
      parseAccounts,
      [],
    )
    .option('--image <image>', 'container image of Besu', 'hyperledger/besu:26.9.0')
    .addHelpText(
      'after',
      examples(
        'dojang network init consortium --orgs moi,police,veterans,nia',
        'dojang network init consortium --orgs moi,police,veterans,nia --hosts 10.0.1.4,10.0.2.4,10.0.3.4,10.0.4.4',
      ),
    )
    .action(async (directory: string, options: Options, command: Command) => {
      const context = contextOf(command)
      const names = options.orgs ?? Array.from({ length: options.count }, (_, i) => `org-${i + 1}`)
      const { hosts } = options
      if (hosts !== undefined && hosts.length !== names.length) {
        throw usage(
          `There are ${names.length} members and ${hosts.length} addresses. Give one address for each member.`,
        )
      }
      if (existsSync(directory) && readdirSync(directory).length > 0) {
        throw usage(`${directory} is not empty, and existing keys are never overwritten. Name another directory.`)
      }
      const { networkFiles, validatorAddress } = await import('../../ledger/network/besu.ts')
      const chainId = options.chainId ?? randomChainId(randomBytes)
      const members = names.map((name, i) => ({
        name,
        host: hosts?.[i] ?? `${SUBNET}.${10 + i}`,
        p2pPort: P2P,
        rpcPort: hosts === undefined ? RPC + i : RPC,
        key: `0x${randomBytes(32).toString('hex')}` as Hex,
      }))
      const { blockPeriod, accounts, image } = options
      const together = hosts === undefined
      const timestamp = context.clock()
      const files = networkFiles({ chainId, timestamp, blockPeriod, members, accounts, image, together })
      for (const { path, text, secret } of files) {
        const target = join(directory, path)
        mkdirSync(dirname(target), { recursive: true })
        writeDurably(target, text, secret ? 0o600 : 0o644)
        // Independent of the umask: the container's user must be able to read the files. Only the owner may read keys.
        chmodSync(dirname(target), 0o755)
        chmodSync(target, secret ? 0o600 : 0o644)
      }
      const shown = members.map(({ name, key, host }) => ({ name, validator: validatorAddress(key), host }))
      const rows = shown.map(({ name, validator, host }) => `  ${name.padEnd(16)} ${validator}  ${host}`)
      const urls = members.map(({ rpcPort }) => `http://127.0.0.1:${rpcPort}`).join(',')
      printResult(
        context,
        { directory, chainId, members: shown },
        {
          ko: [`체인 ${chainId}, 검증인 ${members.length}곳`, ...rows, `다음 단계: docs/network.md`].join('\n'),
          en: [
            `chain ${chainId}, ${members.length} validators`,
            ...rows,
            together
              ? `Next: sudo chown 1000 ${join(directory, '*', 'key')}; docker compose -f ${join(directory, 'compose.yaml')} up -d; ` +
                `npm start -- --ledger ${urls} (docs/network.md)`
              : `Next: give each member its own directory over a secure channel, and delete it here (docs/network.md).`,
          ].join('\n'),
        },
      )
    })
}

const usage = (message: string) => new CliError({ code: 'CLI_USAGE' }, message)

function parseNames(text: string): string[] {
  const names = text.split(',')
  if (!names.every(name => /^[a-z][a-z0-9-]{0,30}$/.test(name)) || new Set(names).size !== names.length) {
    throw new InvalidArgumentError('a name has lower-case letters, digits and hyphens, and occurs once.')
  }
  return names
}

/** Without leading zeros, since some programs read 010 as eight. */
const BYTE = /^(?:0|[1-9]\d{0,2})$/

/** An IPv4 address at which another host can reach this one: not 0 or 127, and no multicast or broadcast (from 224). */
function isHostAddress(text: string): boolean {
  const parts = text.split('.')
  const first = Number(parts[0])
  const wellFormed = parts.length === 4 && parts.every(it => BYTE.test(it) && Number(it) < 256)
  return wellFormed && first > 0 && first !== 127 && first < 224
}

function parseHosts(text: string): string[] {
  const hosts = text.split(',')
  if (!hosts.every(isHostAddress)) {
    throw new InvalidArgumentError('Besu needs the IPv4 address of a host without leading zeros, such as 10.0.1.4.')
  }
  if (new Set(hosts).size !== hosts.length) throw new InvalidArgumentError('each member needs a different address.')
  return hosts
}

function parseCount(text: string): number {
  const count = Number(text)
  if (!/^\d+$/.test(text) || count < 1 || count > 100) throw new InvalidArgumentError('a number from 1 to 100.')
  return count
}

function parseId(text: string): number {
  const id = Number(text)
  if (!/^\d+$/.test(text) || id < 1 || id >= 2 ** 31)
    throw new InvalidArgumentError('a chain id is from 1 to 2^31 - 1.')
  return id
}

function parseAccounts(text: string): Hex[] {
  const accounts = text.toLowerCase().split(',')
  if (!accounts.every(each => /^0x[0-9a-f]{40}$/.test(each))) {
    throw new InvalidArgumentError('an account is 0x and 40 hex digits.')
  }
  return accounts as Hex[]
}
