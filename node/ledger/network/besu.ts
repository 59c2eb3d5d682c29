/**
 * Generates the files of a Besu QBFT network for several organisations. Every organisation runs one validator, and
 * ceil(2N/3) validators seal a block, so a network of four tolerates the loss of one.
 * Why: docs/decisions/029.
 */
import { SigningKey } from 'ethers'
import { keccak256 } from '#crypto'
import { compareBytes, fromHex, type Hex, toHex, toQuantity } from '../../lib/bytes.ts'
import { encodeExtraData } from '../../proof/extra.ts'
import { BLOCK_GAS_LIMIT, QBFT_MIX_HASH } from '../block-rules.ts'

export interface NetworkPlan {
  readonly chainId: number
  /** Seconds since 1970. */
  readonly timestamp: number
  /** Seconds between blocks. */
  readonly blockPeriod: number
  readonly members: readonly Member[]
  /** Accounts that may send transactions at the start; empty: all accounts. */
  readonly accounts: readonly Hex[]
  /** The image in the compose files: `hyperledger/besu:<version>`. */
  readonly image: string
  /** All members on one host, each with its own port and container address, for a trial. */
  readonly together: boolean
}

export interface Member {
  /** The name of the directory and of the container: lower-case letters, digits, hyphens. */
  readonly name: string
  /** The IP address at which the other members reach the node. */
  readonly host: string
  readonly p2pPort: number
  /** The port on the member's loopback. */
  readonly rpcPort: number
  /** The validator's private key, 32 bytes in hex. */
  readonly key: Hex
}

export interface NetworkFile {
  /** Relative to the network's directory. */
  readonly path: string
  readonly text: string
  /** Readable only by its owner. */
  readonly secret: boolean
}

/** Blocks after which pending votes on validators are dropped. */
const EPOCH = 30_000

/** The validator's address, which belongs to the node's key. */
export function validatorAddress(key: Hex): Hex {
  return toHex(keccak256(publicKey(key)).subarray(12))
}

/** 64 bytes, x ‖ y, as in the node's enode URL. */
function publicKey(key: Hex): Uint8Array {
  return fromHex(SigningKey.computePublicKey(key) as Hex).subarray(1)
}

function enodeOf({ key, host, p2pPort }: Member): string {
  return `enode://${toHex(publicKey(key)).slice(2)}@${host}:${p2pPort}`
}

/** The genesis, which is the same for all members. Another genesis means another network. */
export function genesisOf({ chainId, timestamp, blockPeriod, members }: NetworkPlan): object {
  const validators = members.map(({ key }) => fromHex(validatorAddress(key))).sort(compareBytes)
  const extra = { vanity: new Uint8Array(32), validators, vote: [], round: 0, seals: [] }
  return {
    config: {
      chainId,
      berlinBlock: 0,
      londonBlock: 0,
      // Transactions are free, so senders need no currency.
      zeroBaseFee: true,
      contractSizeLimit: 24_576,
      qbft: { epochlength: EPOCH, blockperiodseconds: blockPeriod, requesttimeoutseconds: 2 * blockPeriod },
    },
    nonce: '0x0',
    timestamp: `0x${timestamp.toString(16)}`,
    gasLimit: toQuantity(BLOCK_GAS_LIMIT),
    difficulty: '0x1',
    mixHash: QBFT_MIX_HASH,
    coinbase: `0x${'00'.repeat(20)}`,
    baseFeePerGas: '0x0',
    extraData: toHex(encodeExtraData(extra)),
    alloc: {},
  }
}

/** All files of the network, with a directory for each member. */
export function networkFiles(plan: NetworkPlan): NetworkFile[] {
  const { members } = plan
  const genesis = json(genesisOf(plan))
  const enodes = members.map(enodeOf)
  const open = (path: string, text: string): NetworkFile => ({ path, text, secret: false })
  const own = members.flatMap((member, i): NetworkFile[] => [
    { path: `${member.name}/key`, text: `${member.key}\n`, secret: true },
    open(`${member.name}/key.pub`, `${toHex(publicKey(member.key))}\n`),
    open(`${member.name}/genesis.json`, genesis),
    // The other members, to which the node should always be connected.
    open(`${member.name}/static-nodes.json`, json(enodes.filter((_, j) => j !== i))),
    open(`${member.name}/permissions.toml`, permissions(enodes, plan.accounts)),
    open(`${member.name}/besu.toml`, besuConfig(member, plan)),
    open(`${member.name}/compose.yaml`, compose([member], plan.image, '.')),
  ])
  return [
    open('genesis.json', genesis),
    open(
      'network.json',
      json({
        chainId: plan.chainId,
        members: members.map(({ name, key }, i) => ({ name, validator: validatorAddress(key), enode: enodes[i] })),
      }),
    ),
    ...(plan.together ? [open('compose.yaml', compose(members, plan.image, null))] : []),
    ...own,
  ]
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
const tomlList = (values: readonly string[]): string => `[${values.map(value => JSON.stringify(value)).join(', ')}]`

/** Besu's local permissioning: the nodes that may connect, and the accounts that may send. */
function permissions(enodes: readonly string[], accounts: readonly Hex[]): string {
  const lines = [
    '# Nodes that may connect: only the members.',
    `nodes-allowlist=${tomlList(enodes)}`,
    '',
    '# Accounts whose transactions this node accepts.',
    ...(accounts.length > 0 ? [`accounts-allowlist=${tomlList(accounts)}`] : ['# accounts-allowlist=["0x…"]']),
  ]
  return `${lines.join('\n')}\n`
}

function besuConfig({ host, p2pPort, rpcPort }: Member, { accounts }: NetworkPlan): string {
  const lines = [
    '# Paths are inside the container.',
    'data-path="/data"',
    'genesis-file="/network/genesis.json"',
    'node-private-key-file="/network/key"',
    'static-nodes-file="/network/static-nodes.json"',
    '',
    '# All states are kept, so that eth_getProof works at any height.',
    'sync-mode="FULL"',
    'data-storage-format="FOREST"',
    '',
    "# Free transactions, in the order of each sender's nonces.",
    'min-gas-price=0',
    'tx-pool="SEQUENCED"',
    'tx-pool-limit-by-account-percentage=1.0',
    '',
    `p2p-host=${JSON.stringify(host)}`,
    `p2p-port=${p2pPort}`,
    'discovery-enabled=false',
    'permissions-nodes-config-file-enabled=true',
    'permissions-nodes-config-file="/network/permissions.toml"',
    `permissions-accounts-config-file-enabled=${accounts.length > 0}`,
    'permissions-accounts-config-file="/network/permissions.toml"',
    '',
    '# Only for the member: the compose file publishes the port on loopback.',
    'rpc-http-enabled=true',
    'rpc-http-host="0.0.0.0"',
    `rpc-http-port=${rpcPort}`,
    'rpc-http-api=["ETH", "NET", "WEB3", "QBFT"]',
    'host-allowlist=["localhost", "127.0.0.1"]',
    'revert-reason-enabled=true',
    '',
    'metrics-enabled=true',
    'metrics-host="127.0.0.1"',
  ]
  return `${lines.join('\n')}\n`
}

/** @param directory of the member's files; null: all members on this host, with their directories beside the file */
function compose(members: readonly Member[], image: string, directory: string | null): string {
  const services = members.map(({ name, host, p2pPort, rpcPort }) => {
    const network = directory === null ? ['    networks:', `      members: { ipv4_address: ${host} }`] : []
    const ports = directory === null ? [] : [`      - "${p2pPort}:${p2pPort}/tcp"`]
    return [
      `  ${name}:`,
      `    image: ${image}`,
      '    restart: unless-stopped',
      '    command: ["--config-file=/network/besu.toml"]',
      '    volumes:',
      `      - ${directory ?? `./${name}`}:/network:ro`,
      `      - ${name}-data:/data`,
      '    ports:',
      `      - "127.0.0.1:${rpcPort}:${rpcPort}/tcp"`,
      ...ports,
      ...network,
    ].join('\n')
  })
  const subnet = members[0]?.host.split('.').slice(0, 3).join('.')
  const networks =
    directory === null
      ? ['', 'networks:', '  members:', '    ipam:', '      config:', `        - subnet: ${subnet}.0/24`]
      : []
  return [
    'services:',
    ...services,
    '',
    'volumes:',
    ...members.map(({ name }) => `  ${name}-data: {}`),
    ...networks,
    '',
  ].join('\n')
}
