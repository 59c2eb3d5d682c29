/** `dojang network init`: the files of a Besu QBFT consortium. */
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
/** Where all members run on one host: a network of their own, to try it out. */
const SUBNET = '172.29.41'

export function addNetworkCommands(program: Command, contextOf: ContextOf): void {
  program
    .command('network')
    .description('a ledger of several organisations: Besu with QBFT')
    .command('init')
    .description('write genesis, keys, permissions and compose files; docs/network.md says what to do with them')
    .argument('<directory>', 'where to; must be empty or new')
    .option('--orgs <names>', 'the members, by commas: moi,police,veterans,nia', parseNames)
    .addOption(
      new Option('--count <n>', 'how many, when they have no names yet')
        .argParser(parseCount)
        .default(4)
        .conflicts('orgs'),
    )
    .option(
      '--hosts <addresses>',
      'IP address of each, by commas, in the same order; without: all on this host',
      parseHosts,
    )
    .option('--chain-id <id>', 'of the ledger; random if not given', parseId)
    .option('--block-period <seconds>', 'seconds between blocks', parseCount, 2)
    .option('--accounts <addresses>', 'accounts that may send transactions, by commas; without: all', parseAccounts, [])
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
        throw usage(`there are ${names.length} members and ${hosts.length} addresses: name one address for each.`)
      }
      if (existsSync(directory) && readdirSync(directory).length > 0) {
        throw usage(`${directory} is not empty: keys are never overwritten. Name another directory.`)
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
        // Whatever the umask: the container runs as another user, and must come to its files. Keys stay the owner's.
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
              : `Next: give each member its own directory by a safe way, and delete it here (docs/network.md).`,
          ].join('\n'),
        },
      )
    })
}

const usage = (message: string) => new CliError({ code: 'CLI_USAGE' }, message)

function parseNames(text: string): string[] {
  const names = text.split(',')
  if (!names.every(name => /^[a-z][a-z0-9-]{0,30}$/.test(name)) || new Set(names).size !== names.length) {
    throw new InvalidArgumentError('names are of lower-case letters, digits and hyphens, each once.')
  }
  return names
}

/** Some programs read 010 as eight. */
const BYTE = /^(?:0|[1-9]\d{0,2})$/

/** An IPv4 address at which one host can be reached by another: not this host (0, 127), a group or all (224 on). */
function isHostAddress(text: string): boolean {
  const parts = text.split('.')
  const first = Number(parts[0])
  const wellFormed = parts.length === 4 && parts.every(it => BYTE.test(it) && Number(it) < 256)
  return wellFormed && first > 0 && first !== 127 && first < 224
}

function parseHosts(text: string): string[] {
  const hosts = text.split(',')
  if (!hosts.every(isHostAddress)) {
    throw new InvalidArgumentError('Besu connects to the IPv4 address of a host, such as 10.0.1.4, no leading zeros.')
  }
  if (new Set(hosts).size !== hosts.length) throw new InvalidArgumentError('each member has an address of its own.')
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
    throw new InvalidArgumentError('accounts are 0x and 40 hex digits.')
  }
  return accounts as Hex[]
}
