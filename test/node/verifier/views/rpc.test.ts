/** The rpc view on a real ledger: the embedded node with the registries deployed. */
import { expect } from 'chai'
import { Wallet } from 'ethers'
import type { EmbeddedLedger } from '../../../../node/ledger/embedded/ledger.ts'
import { LedgerError } from '../../../../node/ledger/errors.ts'
import type { Hex } from '../../../../node/lib/bytes.ts'
import { systemClock, systemTimer } from '../../../../node/lib/time.ts'
import { trustRegistryEvents } from '../../../../node/proof/registries/events/trust-registry.ts'
import { parseLog } from '../../../../node/proof/registries/log.ts'
import { issuePurpose } from '../../../../node/proof/registries/purpose.ts'
import { Capability, KeyUse } from '../../../../node/proof/registries/records.ts'
import { shownText } from '../../../../node/proof/registries/text.ts'
import { encodeAnchor, encodeSet } from '../../../../node/registries/calls.ts'
import { trustRegistry } from '../../../../node/registries/contracts.ts'
import { deploy } from '../../../../node/registries/deployment/deploy.ts'
import type { Answer } from '../../../../node/verifier/view.ts'
import { type RpcProfile, RpcView } from '../../../../node/verifier/views/rpc.ts'
import { failureOf } from '../../../support/failure.ts'
import { CHAIN_ID, openLedger, temporaryDirectory } from '../../ledger/embedded/fixture.ts'

const wallet = (n: number): Wallet => new Wallet(`0x${n.toString(16).padStart(64, '0')}`)
const address = (n: number): Hex => wallet(n).address.toLowerCase() as Hex
const bytes32 = (n: number): Hex => `0x${n.toString(16).padStart(64, '0')}`
const [deployer, issuing] = [wallet(1), wallet(6)]
const VCT = 'urn:dojang:kr:resident:1'
const PURPOSE = issuePurpose(VCT)
const LIST = (1n << 32n) | 1n

function known<T>(answer: Answer<T>): T {
  if (!answer.known) throw new Error(`not known: ${answer.why}`)
  return answer.value
}

describe('rpc view', () => {
  const directory = temporaryDirectory()
  let ledger: EmbeddedLedger
  let profile: RpcProfile
  let nonce = 0

  before(async () => {
    const allow = [deployer, issuing].map(({ address }) => address.toLowerCase() as Hex)
    ledger = await openLedger(directory.path, { allow })
    const { contracts } = await deploy(ledger, {
      deployer,
      admin: address(2),
      council: address(3),
      guardian: address(4),
      delay: 60,
      chainId: CHAIN_ID,
      timer: systemTimer,
      organisations: [
        {
          admin: address(5),
          name: '행정안전부',
          issuer: 'http://127.0.0.1:4100',
          info: '{}',
          purposes: [`issue:${VCT}`],
          keys: [{ keyId: bytes32(0xabc), uses: KeyUse.CREDENTIAL | KeyUse.STATUS_LIST, until: 4_000_000_000 }],
          accounts: [{ address: address(6), capabilities: Capability.ANCHOR | Capability.STATUS }],
        },
      ],
      statusLists: [{ capacity: 256, dailyLimit: 10 }],
    })
    profile = { chainId: CHAIN_ID, contracts, seals: 'qbft' }
  })
  after(async () => {
    await ledger.close()
    directory.remove()
  })

  const view = (change: Partial<RpcProfile> = {}, clock = systemClock) =>
    new RpcView(ledger, { ...profile, ...change }, clock)

  async function send(to: Hex, data: Hex): Promise<void> {
    const transaction = { type: 0, nonce: nonce++, to, data, chainId: CHAIN_ID, gasLimit: 500_000n, gasPrice: 0n }
    const hash = await ledger.request('eth_sendRawTransaction', [await issuing.signTransaction(transaction)])
    const mined = (receipt: unknown) => (receipt as { status: Hex } | null)?.status
    let status: Hex | undefined
    for (let i = 0; i < 100 && status === undefined; i++) {
      status = mined(await ledger.request('eth_getTransactionReceipt', [hash]))
      if (status === undefined) await new Promise<void>(resolve => void ledger.onHead(() => resolve()))
    }
    expect(status).to.equal('0x1')
  }

  it('finds a key, the name of its owner, and the grant; and reports missing ones', async () => {
    const pinned = await view().pin()
    const { key, organisation, grant } = known(await pinned.accreditation(bytes32(0xabc), PURPOSE))
    expect(key).to.deep.include({ org: 1, until: 4_000_000_000, distrustedFrom: null, uses: 3 })
    expect(organisation).to.deep.include({ id: 1, name: '행정안전부' })
    expect(grant?.from).to.be.greaterThan(0)
    const stranger = known(await pinned.accreditation(bytes32(0xdef), PURPOSE))
    expect(stranger).to.deep.equal({ key: null, organisation: null, grant: null })
    const ungranted = known(await pinned.accreditation(bytes32(0xabc), issuePurpose('urn:other')))
    expect(ungranted.grant).to.equal(null)
  })

  it('finds the name also if an earlier name is not UTF-8', async () => {
    // Two bytes, one of which is not UTF-8.
    const described = trustRegistry.encodeEventLog('OrganisationDescribed', [1, 'AB', '{}'])
    const strange = {
      address: profile.contracts.trustRegistry.address,
      topics: described.topics,
      data: described.data.replace('4142', '41ff'),
      blockNumber: '0x1',
    }
    const telling = {
      request: async (method: string, params: readonly unknown[] = []) => {
        const answer = await ledger.request(method, params)
        return method === 'eth_getLogs' ? [strange, ...(answer as unknown[])] : answer
      },
      onHead: () => () => {},
      close: async () => {},
    }
    const pinned = await new RpcView(telling, profile, systemClock).pin()
    const { organisation } = known(await pinned.accreditation(bytes32(0xabc), PURPOSE))
    expect(organisation).to.deep.include({ id: 1, name: '행정안전부' })
    const event = trustRegistryEvents.decode(parseLog(strange))
    expect(event?.type === 'OrganisationDescribed' && shownText(event.name)).to.equal('A\ufffd')
  })

  it('answers from the block it was pinned to, whatever happens since', async () => {
    const { anchorLog, statusRegistry } = profile.contracts
    const earlier = await view().pin()
    await send(anchorLog.address, encodeAnchor({ purpose: PURPOSE, root: bytes32(1), count: 16, manifest: bytes32(2) }))
    // Index 130, from VALID to SUSPENDED.
    await send(statusRegistry.address, encodeSet(LIST, new Uint8Array([0, 0, 130, 0x02]), bytes32(3)))
    const later = await view().pin()

    expect(known(await earlier.anchor(1, PURPOSE, bytes32(1)))).to.equal(null)
    expect(known(await earlier.status(LIST, 130))).to.deep.equal({ org: 1, status: 'VALID' })
    expect(known(await later.anchor(1, PURPOSE, bytes32(1)))).to.deep.include({
      batch: 1,
      count: 16,
      disowned: false,
    })
    expect(known(await later.anchor(2, PURPOSE, bytes32(1)))).to.equal(null)
    expect(known(await later.status(LIST, 130))).to.deep.equal({ org: 1, status: 'SUSPENDED' })
    expect(known(await later.status(LIST, 131))).to.deep.equal({ org: 1, status: 'VALID' })
    expect(later.asOf?.block).to.be.greaterThan(earlier.asOf?.block ?? 0)
    expect(await later.status(LIST, 0)).to.deep.include({ asOf: later.asOf, how: 'rpc' })
  })

  it('does not report VALID for an index outside a list or for a list that does not exist', async () => {
    const pinned = await view().pin()
    expect(known(await pinned.status(LIST, 256))).to.equal(null)
    expect(known(await pinned.status(LIST + 1n, 0))).to.equal(null)
  })

  it('counts the age from the block, or from the answer if there is no heartbeat', async () => {
    const clock = () => systemClock() + 1000
    const sealed = await view({}, clock).pin()
    expect(sealed.currentAt).to.equal(sealed.asOf?.time)
    const unsealed = await view({ seals: 'none' }, clock).pin()
    expect(unsealed.currentAt).to.be.within(clock() - 5, clock())
  })

  it('cannot tell if the chain is another one, contracts are missing, or the node does not answer', async () => {
    const why = async (pinning: Promise<{ status: (list: bigint, index: number) => Promise<Answer<unknown>> }>) => {
      const answer = await (await pinning).status(LIST, 0)
      return answer.known ? 'an answer' : answer.why
    }
    const other = await view({ chainId: 1 }).pin()
    expect(other).to.deep.include({ asOf: null, currentAt: null, current: false })
    expect(await why(view({ chainId: 1 }).pin())).to.equal('wrong_chain')
    const elsewhere = { address: address(99), codeHash: bytes32(0), block: 1 }
    expect(await why(view({ contracts: { ...profile.contracts, statusRegistry: elsewhere } }).pin())).to.equal(
      'wrong_chain',
    )

    const unreachable = new LedgerError({ code: 'LEDGER_UNREACHABLE', method: 'any' }, 'no answer')
    const silent = { request: () => Promise.reject(unreachable), onHead: () => () => {}, close: async () => {} }
    expect(await why(new RpcView(silent, profile, systemClock).pin())).to.equal('unreachable')
    const rude = { ...silent, request: async () => ({ anything: 'else' }) }
    expect(await why(new RpcView(rude, profile, systemClock).pin())).to.be.oneOf(['unreachable', 'wrong_chain'])
  })

  it('treats an unreadable answer as no answer, and rejects for an internal fault', async () => {
    const rejectingWithNoAnswer = (method: string, answer: unknown) => ({
      request: async (name: string, params: readonly unknown[] = []) =>
        name === method ? answer : ledger.request(name, params),
      onHead: () => () => {},
      close: async () => {},
    })
    const tricky = { toString: 1, valueOf: 1 }
    for (const answer of ['0x1234', '0x', 'x', null, 5, tricky]) {
      const pinned = await new RpcView(rejectingWithNoAnswer('eth_call', answer), profile, systemClock).pin()
      const unknown = { known: false, why: answer === '0x' ? 'wrong_chain' : 'unreachable' }
      expect(await pinned.accreditation(bytes32(0xabc), PURPOSE), JSON.stringify(answer)).to.deep.equal(unknown)
      expect(await pinned.status(LIST, 0)).to.deep.equal(unknown)
    }
    for (const head of [{ number: tricky, timestamp: '0x1' }, { number: '0x1' }, 5]) {
      const pinned = await new RpcView(rejectingWithNoAnswer('eth_getBlockByNumber', head), profile, systemClock).pin()
      expect(pinned.asOf).to.equal(null)
    }
    const broken = view({ seals: 'none' }, () => {
      throw new TypeError('not a clock')
    })
    expect(await failureOf(broken.pin())).to.be.instanceOf(TypeError)
  })
})
