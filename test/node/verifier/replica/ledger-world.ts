/** A real ledger with the registries on it, and people who use them. */
import { Wallet } from 'ethers'
import type { EmbeddedLedger } from '../../../../node/ledger/embedded/ledger.ts'
import type { Hex } from '../../../../node/lib/bytes.ts'
import { systemClock, systemTimer } from '../../../../node/lib/time.ts'
import { parseHeader } from '../../../../node/proof/header.ts'
import type { LedgerProfile } from '../../../../node/proof/profile.ts'
import { issuePurpose } from '../../../../node/proof/registries/purpose.ts'
import { Capability, KeyUse } from '../../../../node/proof/registries/records.ts'
import { validatorsOf } from '../../../../node/proof/seals.ts'
import { encodeAnchor, encodeSet } from '../../../../node/registries/calls.ts'
import { deploy } from '../../../../node/registries/deployment/deploy.ts'
import { encodeDisown, encodeDistrustKey } from '../../../support/contract-calls.ts'
import { CHAIN_ID, openLedger, temporaryDirectory } from '../../ledger/embedded/fixture.ts'
import { encodeOps, type StatusOp } from './ops.ts'

const wallet = (n: number): Wallet => new Wallet(`0x${n.toString(16).padStart(64, '0')}`)
export const address = (n: number): Hex => wallet(n).address.toLowerCase() as Hex
export const bytes32 = (n: number): Hex => `0x${n.toString(16).padStart(64, '0')}`
export const PURPOSE = issuePurpose('urn:dojang:kr:resident:1')
export const LIST = (1n << 32n) | 1n
export const KEY = bytes32(0xabc)

export interface WorldOptions {
  readonly issuer?: string
  readonly keyId?: Hex
  readonly capacity?: number
  readonly capacities?: readonly number[]
}

export class LedgerWorld {
  #nonces = new Map<number, number>()

  private constructor(
    readonly ledger: EmbeddedLedger,
    readonly profile: LedgerProfile,
    private readonly remove: () => void,
  ) {}

  static async open({ issuer = 'http://127.0.0.1:4100', keyId = KEY, capacity = 1024 }: WorldOptions = {}) {
    const directory = temporaryDirectory()
    const ledger = await openLedger(directory.path, { allow: [1, 5, 6].map(address), heartbeat: 3600 })
    const { contracts } = await deploy(ledger, {
      deployer: wallet(1),
      ...{
        admin: address(2),
        council: address(3),
        guardian: address(4),
        delay: 60,
        chainId: CHAIN_ID,
        timer: systemTimer,
      },
      organisations: [
        {
          admin: address(5),
          name: '행정안전부',
          issuer,
          info: '{}',
          purposes: ['issue:urn:dojang:kr:resident:1', 'issue:urn:dojang:kr:driver:1'],
          keys: [{ keyId, uses: KeyUse.CREDENTIAL | KeyUse.STATUS_LIST, until: 4_000_000_000 }],
          accounts: [{ address: address(6), capabilities: Capability.ANCHOR | Capability.STATUS }],
        },
      ],
      statusLists: [
        { capacity, dailyLimit: 100_000 },
        { capacity: 128, dailyLimit: 10 },
      ],
    })
    const [genesis, head] = (await Promise.all(
      ['0x0', 'latest'].map(tag => ledger.request('eth_getBlockByNumber', [tag, false])),
    )) as [{ hash: Hex }, unknown]
    const header = parseHeader(head)
    const hash = (head as { hash: Hex }).hash
    const profile: LedgerProfile = {
      ...{ version: 1, chainId: CHAIN_ID, genesis: genesis.hash, contracts, seals: 'qbft' },
      validators: validatorsOf(header),
      checkpoint: { height: header.number, hash, time: header.timestamp },
      ...{ witnesses: { keys: [], quorum: 0 }, heartbeat: 60, endpoints: [] },
    }
    return new LedgerWorld(ledger, profile, () => directory.remove())
  }

  readonly clock = systemClock

  anchor(root: Hex, count = 16, purpose: Hex = PURPOSE): Promise<void> {
    return this.#send(6, 'anchorLog', encodeAnchor({ purpose, root, count, manifest: bytes32(2) }))
  }

  disown(root: Hex): Promise<void> {
    return this.#send(5, 'anchorLog', encodeDisown(1, PURPOSE, root))
  }

  set(ops: readonly StatusOp[], list = LIST): Promise<void> {
    return this.#send(6, 'statusRegistry', encodeSet(list, encodeOps(ops), bytes32(3)))
  }

  distrust(from: number, keyId = KEY): Promise<void> {
    return this.#send(5, 'trustRegistry', encodeDistrustKey(keyId, from))
  }

  async close(): Promise<void> {
    await this.ledger.close()
    this.remove()
  }

  async #send(by: number, contract: 'anchorLog' | 'statusRegistry' | 'trustRegistry', data: Hex): Promise<void> {
    const { ledger, profile } = this
    const nonce =
      this.#nonces.get(by) ?? Number(await ledger.request('eth_getTransactionCount', [address(by), 'latest']))
    this.#nonces.set(by, nonce + 1)
    const to = profile.contracts[contract].address
    const transaction = { type: 0, nonce, to, data, chainId: CHAIN_ID, gasLimit: 16_000_000n, gasPrice: 0n }
    const hash = await ledger.request('eth_sendRawTransaction', [await wallet(by).signTransaction(transaction)])
    const receipt = async () =>
      (await ledger.request('eth_getTransactionReceipt', [hash])) as { status: Hex; blockNumber: Hex } | null
    let mined = await receipt()
    for (let i = 0; i < 100 && !mined; i++) {
      await new Promise<void>(resolve => {
        const stop = ledger.onHead(() => {
          stop()
          resolve()
        })
      })
      mined = await receipt()
    }
    if (mined?.status !== '0x1') throw new Error('the transaction was not carried out')
  }
}
