import { gunzipSync } from 'node:zlib'
import { expect } from 'chai'
import { Wallet } from 'ethers'
import { keccak256 } from '#crypto'
import type { EmbeddedLedger } from '../../../../node/ledger/embedded/ledger.ts'
import type { LedgerError } from '../../../../node/ledger/errors.ts'
import type { Ledger } from '../../../../node/ledger/ledger.ts'
import { connectLedger } from '../../../../node/ledger/remote/remote.ts'
import type { Hex } from '../../../../node/lib/bytes.ts'
import { fromHex, toHex, u32be } from '../../../../node/lib/bytes.ts'
import { systemTimer } from '../../../../node/lib/time.ts'
import { issuePurpose } from '../../../../node/proof/registries/purpose.ts'
import { Capability, KeyUse } from '../../../../node/proof/registries/records.ts'
import { encodeRlp, rlpScalar } from '../../../../node/proof/rlp.ts'
import { trieRoot } from '../../../../node/proof/trie-root.ts'
import { encodeAnchor, encodeSet, GasLimit } from '../../../../node/registries/calls.ts'
import {
  accessManager as accessManagers,
  anchorLog as anchors,
  statusRegistry as statuses,
} from '../../../../node/registries/contracts.ts'
import { type Deployment, deploy } from '../../../../node/registries/deployment/deploy.ts'
import { openHardhatLedger } from '../../../../scripts/dev/hardhat-ledger.ts'
import { startAnvil } from '../../../support/anvil.ts'
import { encodeDisown } from '../../../support/contract-calls.ts'
import { openLedger, temporaryDirectory } from './fixture.ts'

/** The same transactions at the same times give the same receipts, logs and storage roots on another EVM. */

const CHAIN_ID = 31337
const wallet = (n: number): Wallet => new Wallet(`0x${n.toString(16).padStart(64, '0')}`)
const address = (n: number): Hex => wallet(n).address.toLowerCase() as Hex
const bytes32 = (n: number): Hex => `0x${n.toString(16).padStart(64, '0')}`
const VCT = 'urn:dojang:kr:resident:1'
const LIST = (1n << 32n) | 1n

const options = {
  ...{ deployer: wallet(1), admin: address(2), council: address(3), guardian: address(4), delay: 86_400 },
  chainId: CHAIN_ID,
  timer: systemTimer,
  organisations: [
    {
      ...{
        admin: address(5),
        name: '행정안전부',
        issuer: 'http://127.0.0.1:8080',
        info: '{}',
        purposes: [`issue:${VCT}`],
      },
      keys: [{ keyId: bytes32(0xabc), uses: KeyUse.CREDENTIAL, until: 4_000_000_000 }],
      accounts: [{ address: address(6), capabilities: Capability.ANCHOR | Capability.STATUS }],
    },
  ],
  statusLists: [{ capacity: 131_072, dailyLimit: 1000 }],
}

/** Operations as StatusRegistry takes them: index, old status, new status. */
const ops = (...changes: [index: number, from: number, to: number][]) =>
  Uint8Array.from(changes.flatMap(([index, from, to]) => [...u32be((index << 8) | (from << 4) | to)]))

interface JsonBlock {
  readonly timestamp: Hex
  readonly transactions: readonly { readonly hash: Hex }[]
}

interface JsonReceipt {
  readonly logs: readonly { readonly address: Hex; readonly topics: readonly Hex[]; readonly data: Hex }[]
  readonly [name: string]: unknown
}

/**
 * The storage root on the other EVM. anvil's root includes slots that are zero again, so it is computed from the
 * others.
 */
async function storageRoot(other: Ledger, contract: Hex): Promise<Hex> {
  const dump = await other.request('anvil_dumpState').catch(() => null)
  if (dump === null) {
    const proof = (await other.request('eth_getProof', [contract, [], 'latest'])) as { storageHash: Hex }
    return proof.storageHash
  }
  const { accounts } = JSON.parse(gunzipSync(fromHex(dump as Hex)).toString()) as {
    accounts: Record<string, { storage: Record<Hex, Hex> }>
  }
  const slots = Object.entries(accounts[contract]?.storage ?? {}).filter(([, value]) => BigInt(value) !== 0n)
  expect(slots.length).to.be.greaterThan(0)
  const entries = slots.map(([slot, value]) => {
    const key = keccak256(fromHex(`0x${slot.slice(2).padStart(64, '0')}`))
    return [key, encodeRlp(rlpScalar(BigInt(value)))] as const
  })
  return toHex(trieRoot(entries))
}

/** The other engines, which seal on request. */
const others: readonly { name: string; open: () => Promise<Ledger | null> }[] = [
  { name: "Hardhat's", open: () => openHardhatLedger({ automine: false }) },
  {
    name: "Foundry's",
    open: async () => {
      const args = ['--no-mining', '--order', 'fifo', '--hardfork', 'london', '--block-base-fee-per-gas', '0']
      const anvil = await startAnvil(CHAIN_ID, ...args, '--timestamp', '1700000000')
      if (anvil === null) return null
      const ledger = await connectLedger(anvil.url, { chainId: CHAIN_ID })
      return {
        request: (method, params) => ledger.request(method, params),
        onHead: listener => ledger.onHead(listener),
        close: async () => {
          await ledger.close()
          await anvil.stop()
        },
      }
    },
  },
]

for (const { name, open } of others)
  describe(`embedded ledger against another EVM: ${name}`, () => {
    const directory = temporaryDirectory()
    let embedded: EmbeddedLedger
    let other: Ledger
    let deployment: Deployment
    const raws = new Map<Hex, Hex>()
    let nonce = 0

    const submit = async (raw: string): Promise<Hex> => {
      const hash = (await embedded.request('eth_sendRawTransaction', [raw])) as Hex
      raws.set(hash, raw as Hex)
      return hash
    }
    const act = async (data: Hex, gasLimit: bigint, to: Hex) => {
      await embedded.setClockOffset(embedded.head.timestamp + 1 - Math.floor(Date.now() / 1000))
      const fields = { type: 0, gasPrice: 0, chainId: CHAIN_ID, nonce: nonce++, to, data, gasLimit }
      return submit(await wallet(6).signTransaction(fields))
    }

    before(async function () {
      this.timeout(60_000)
      const opened = await open()
      if (opened === null) return this.skip()
      other = opened
      // This is later than the genesis of the other chain.
      embedded = await openLedger(directory.path, {
        chainId: CHAIN_ID,
        allow: [1, 5, 6].map(address),
        clockOffset: 100_000,
      })
      const recording: Ledger = {
        request: (method, params = []) =>
          method === 'eth_sendRawTransaction' ? submit(params[0] as string) : embedded.request(method, params),
        onHead: listener => embedded.onHead(listener),
        close: () => embedded.close(),
      }
      deployment = await deploy(recording, options)
      const { log, status } = { log: deployment.addresses.anchorLog, status: deployment.addresses.statusRegistry }
      const purpose = issuePurpose(VCT)
      const anchor = (root: number) => encodeAnchor({ purpose, root: bytes32(root), count: 16, manifest: bytes32(7) })
      await act(anchor(1), GasLimit.anchor, log)
      await act(anchor(2), GasLimit.anchor, log)
      await act(anchor(1), GasLimit.anchor, log) // reverts: it is there
      await act(encodeSet(LIST, ops([3, 0, 2], [500, 0, 1], [131_071, 0, 2]), bytes32(9)), GasLimit.set(3), status)
      await act(encodeSet(LIST, ops([3, 2, 0], [131_071, 2, 1]), bytes32(9)), GasLimit.set(2), status)
      await act(encodeSet(LIST, ops([500, 1, 0]), bytes32(9)), GasLimit.set(1), status) // reverts: final
      await act(
        encodeSet(
          LIST,
          ops(...Array.from({ length: 300 }, (_, i): [number, number, number] => [1000 + i * 130, 0, 1])),
          bytes32(9),
        ),
        GasLimit.set(300),
        status,
      )
      await act(encodeDisown(1, purpose, bytes32(2)), GasLimit.anchor, log) // reverts: not its to do
      await act(anchor(3), 60_000n, log) // out of gas
    })
    after(async () => {
      await Promise.all([embedded?.close(), other?.close()])
      directory.remove()
    })

    it('agrees on every receipt and every log', async function () {
      this.timeout(60_000)
      const statuses: unknown[] = []
      for (let number = 1; number <= embedded.head.number; number++) {
        const at = `0x${number.toString(16)}`
        const block = (await embedded.request('eth_getBlockByNumber', [at, true])) as JsonBlock
        await other.request('evm_setNextBlockTimestamp', [Number(block.timestamp)])
        for (const { hash } of block.transactions) {
          expect(await other.request('eth_sendRawTransaction', [raws.get(hash)])).to.equal(hash)
        }
        await other.request('evm_mine')
        for (const { hash } of block.transactions) {
          const [ours, theirs] = await Promise.all(
            [embedded, other].map(
              async ledger => (await ledger.request('eth_getTransactionReceipt', [hash])) as JsonReceipt,
            ),
          )
          const facts = (receipt: JsonReceipt | undefined) => ({
            ...Object.fromEntries(
              [
                'status',
                'gasUsed',
                'cumulativeGasUsed',
                'contractAddress',
                'from',
                'to',
                'logsBloom',
                'type',
                'transactionIndex',
              ].map(name => [name, receipt?.[name]]),
            ),
            logs: receipt?.logs.map(({ address: by, topics, data }) => ({ by, topics, data })),
          })
          expect(facts(ours)).to.deep.equal(facts(theirs))
          statuses.push(ours?.status)
        }
      }
      expect(statuses.slice(-9)).to.deep.equal(['0x1', '0x1', '0x0', '0x1', '0x1', '0x0', '0x1', '0x0', '0x0'])
    })

    it('agrees on the storage root and code of every contract, and on calls', async () => {
      for (const contract of Object.values(deployment.addresses)) {
        const [ours, theirs] = (await Promise.all(
          [embedded, other].map(ledger => ledger.request('eth_getProof', [contract, [], 'latest'])),
        )) as { storageHash: Hex; codeHash: Hex }[]
        expect(ours?.codeHash).to.equal(theirs?.codeHash)
        expect(ours?.storageHash).to.equal(await storageRoot(other, contract))
      }
      const { accessManager, trustRegistry, anchorLog, statusRegistry } = deployment.addresses
      const calls: [to: Hex, data: Hex][] = [
        [statusRegistry, statuses.encodeFunctionData('wordsOf', [LIST, 0, 64]) as Hex],
        [anchorLog, anchors.encodeFunctionData('heads', [1]) as Hex],
        [trustRegistry, '0x12345678'],
        [accessManager, accessManagers.encodeFunctionData('getRoleGuardian', [1]) as Hex],
      ]
      for (const [to, data] of calls) {
        const answers = await Promise.all(
          [embedded, other].map(ledger =>
            ledger.request('eth_call', [{ to, data }, 'latest']).catch(error => (error as LedgerError).detail),
          ),
        )
        const [ours, theirs] = answers.map(it =>
          typeof it === 'string' ? it : ((it as { data?: string }).data ?? 'refused'),
        )
        expect(ours, data).to.equal(theirs)
      }
      const slots = ['0x0', '0x1', '0x2', '0x3']
      for (const to of [trustRegistry, anchorLog, statusRegistry]) {
        for (const slot of slots) {
          const [ours, theirs] = await Promise.all(
            [embedded, other].map(ledger => ledger.request('eth_getStorageAt', [to, slot, 'latest'])),
          )
          expect(ours).to.equal(theirs)
        }
      }
      const estimate = {
        from: address(6),
        to: deployment.addresses.anchorLog,
        data: encodeAnchor({
          purpose: issuePurpose(VCT),
          root: bytes32(99),
          count: 16,
          manifest: bytes32(7),
        }),
      }
      const [ours, theirs] = await Promise.all(
        [embedded, other].map(ledger => ledger.request('eth_estimateGas', [estimate])),
      )
      expect(Number(ours)).to.be.within(Number(theirs) * 0.98, Number(theirs) * 1.02)
    })
  })
