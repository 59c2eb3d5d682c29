import { expect } from 'chai'
import { Wallet } from 'ethers'
import {
  genesisOf,
  type Member,
  type NetworkPlan,
  networkFiles,
  validatorAddress,
} from '../../../../node/ledger/network/besu.ts'
import { fromHex, type Hex, toHex } from '../../../../node/lib/bytes.ts'
import { decodeExtraData, encodeExtraData } from '../../../../node/proof/extra.ts'
import { blockHash, type Header } from '../../../../node/proof/header.ts'
import { quorum, validatorsOf } from '../../../../node/proof/seals.ts'
import { EMPTY_TRIE_ROOT } from '../../../../node/proof/trie.ts'

const member = (i: number): Member => ({
  name: `org-${i}`,
  host: `10.0.0.${i}`,
  p2pPort: 30_303,
  rpcPort: 8_544 + i,
  key: `0x${i.toString(16).padStart(64, '0')}`,
})
const plan: NetworkPlan = {
  ...{ chainId: 4711, timestamp: 1_700_000_000, blockPeriod: 2, accounts: [], image: 'hyperledger/besu:26.9.0' },
  together: true,
  members: [1, 2, 3, 4].map(member),
}
interface Genesis {
  readonly extraData: Hex
  readonly gasLimit: Hex
  readonly baseFeePerGas: Hex
  readonly timestamp: Hex
  readonly mixHash: Hex
  readonly config: { readonly chainId: number; readonly zeroBaseFee: boolean; readonly qbft: object }
}
const fileOf = (path: string, of = plan) => networkFiles(of).find(file => file.path === path)?.text ?? ''

describe('a consortium of several members', () => {
  it("writes extraData as in Besu's documentation", () => {
    const validators = [
      '0x64a702e6263b7297a96638cac6ae65e6541f4169',
      '0x3923390ad55e90c237593b3b0e401f3b08a03185',
      '0xaefdb9a738c9f433e5b6b212a6d62f6370c2f692',
      '0xc7eeb9a4e00ce683cf93039b212648e01c6c6b78',
    ] as const
    const extra = { vanity: new Uint8Array(32), validators: validators.map(fromHex), vote: [], round: 0, seals: [] }
    expect(toHex(encodeExtraData(extra))).to.equal(
      `0xf87aa0${'00'.repeat(32)}f85494${validators.map(it => it.slice(2)).join('94')}c080c0`,
    )
  })

  it('has a genesis with its keys as validators, in ascending order, and a gas price of 0', () => {
    const genesis = JSON.parse(fileOf('genesis.json')) as Genesis
    const { validators, seals, round } = decodeExtraData(fromHex(genesis.extraData))
    const expected = plan.members.map(({ key }) => new Wallet(key).address.toLowerCase()).sort()
    expect(validators.map(toHex)).to.deep.equal(expected)
    expect([seals.length, round]).to.deep.equal([0, 0])
    expect(genesis.config).to.deep.include({ chainId: 4711, zeroBaseFee: true, londonBlock: 0 })
    expect(genesis).to.include({ baseFeePerGas: '0x0', gasLimit: '0x5f5e100' })
    expect(quorum(validators.length)).to.equal(3)
  })

  it('has a genesis from which a light client can start', () => {
    const genesis = genesisOf(plan) as Genesis
    const header: Header = {
      parentHash: new Uint8Array(32),
      sha3Uncles: fromHex('0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347'),
      miner: new Uint8Array(20),
      stateRoot: EMPTY_TRIE_ROOT,
      transactionsRoot: EMPTY_TRIE_ROOT,
      receiptsRoot: EMPTY_TRIE_ROOT,
      logsBloom: new Uint8Array(256),
      ...{ difficulty: 1n, number: 0, gasLimit: BigInt(genesis.gasLimit), gasUsed: 0n },
      ...{ timestamp: Number(genesis.timestamp), extraData: fromHex(genesis.extraData) },
      ...{ mixHash: fromHex(genesis.mixHash), nonce: new Uint8Array(8), baseFeePerGas: 0n },
    }
    expect(validatorsOf(header)).to.deep.equal(plan.members.map(({ key }) => validatorAddress(key)).sort())
    expect(blockHash(header)).to.have.length(32)
  })

  it('gives each member its own key only, and the same genesis', () => {
    const files = networkFiles(plan)
    for (const { name, key } of plan.members) {
      const holding = files.filter(({ text }) => text.includes(key.slice(2)))
      expect(holding.map(({ path, secret }) => [path, secret])).to.deep.equal([[`${name}/key`, true]])
      expect(fileOf(`${name}/genesis.json`)).to.equal(fileOf('genesis.json'))
    }
    expect(new Set(files.map(({ path }) => path)).size).to.equal(files.length)
  })

  it('connects each node to all others, and accepts only members', () => {
    const { members } = JSON.parse(fileOf('network.json')) as { members: { name: string; enode: string }[] }
    for (const [i, { name, enode }] of members.entries()) {
      expect(enode).to.match(new RegExp(`^enode://[0-9a-f]{128}@10\\.0\\.0\\.${i + 1}:30303$`))
      const others = members.filter(other => other.name !== name).map(other => other.enode)
      expect(JSON.parse(fileOf(`${name}/static-nodes.json`))).to.deep.equal(others)
      for (const each of members) expect(fileOf(`${name}/permissions.toml`)).to.include(each.enode)
    }
    expect(fileOf('org-1/besu.toml')).to.include('permissions-accounts-config-file-enabled=false')
    const accounts = [`0x${'ab'.repeat(20)}`] as const
    expect(fileOf('org-1/permissions.toml', { ...plan, accounts })).to.include(`accounts-allowlist=["${accounts[0]}"]`)
    expect(fileOf('org-1/besu.toml', { ...plan, accounts })).to.include('permissions-accounts-config-file-enabled=true')
  })

  it('has one file for all nodes only if all are on one host', () => {
    const apart = networkFiles({ ...plan, together: false }).map(({ path }) => path)
    expect(networkFiles(plan).map(({ path }) => path)).to.have.members([...apart, 'compose.yaml'])
  })

  it('publishes JSON-RPC on loopback only', () => {
    for (const file of networkFiles(plan).filter(({ path }) => path.endsWith('compose.yaml'))) {
      const ports = [...file.text.matchAll(/- "(\S*854\d:854\d\/tcp)"/g)].map(([, port]) => port)
      expect(ports, file.path).to.not.deep.equal([])
      for (const port of ports) expect(port).to.match(/^127\.0\.0\.1:/)
    }
    expect(fileOf('org-2/compose.yaml')).to.include('"30303:30303/tcp"')
    expect(fileOf('compose.yaml')).to.include('subnet: 10.0.0.0/24').and.not.include('"30303')
  })
})
