import { expect } from 'chai'
import { Wallet } from 'ethers'
import type { EmbeddedLedger } from '../../../../node/ledger/embedded/ledger.ts'
import { fromHex, type Hex, toHex } from '../../../../node/lib/bytes.ts'
import { verifyAccountProof, verifyStorageProof } from '../../../../node/proof/account.ts'
import { parseHeader } from '../../../../node/proof/header.ts'
import { verifySeals } from '../../../../node/proof/seals.ts'
import {
  deployStore,
  openLedger,
  put,
  refusal,
  SENDER,
  type Sent,
  STORE_INIT_CODE,
  send,
  sign,
  temporaryDirectory,
  word,
} from './fixture.ts'

interface JsonBlock {
  readonly number: Hex
  readonly timestamp: Hex
  readonly stateRoot: Hex
  readonly hash: Hex
  readonly transactions: readonly Hex[]
}

describe('embedded ledger', () => {
  const directory = temporaryDirectory()
  let ledger: EmbeddedLedger
  let store: Hex
  let nonce = 1
  let offset = 0
  /** Moves the clock past the second of the last block, so that the next block need not wait. */
  const tick = () => ledger.setClockOffset(++offset)
  const block = async (at: string) => (await ledger.request('eth_getBlockByNumber', [at, false])) as JsonBlock
  const write = async (key: number, value: number, more: Partial<Sent> = {}) => {
    await tick()
    return send(ledger, { nonce: nonce++, to: store, data: put(key, value), ...more })
  }
  const submit = async (transaction: Sent, wallet?: Wallet) =>
    ledger.request('eth_sendRawTransaction', [await sign(transaction, wallet)])

  before(async () => {
    ledger = await openLedger(directory.path)
    store = await deployStore(ledger)
  })
  after(async () => {
    await ledger.close()
    directory.remove()
  })

  it('starts with a genesis that names the validator, and native cryptography', async () => {
    const genesis = parseHeader(await block('earliest'))
    expect(genesis.number).to.equal(0)
    expect(genesis.baseFeePerGas).to.equal(0n)
    expect(ledger.warning).to.equal(null)
  })

  it('answers a transaction when its block is sealed, with a header that the light client accepts', async () => {
    for (const type of [0, 1, 2]) {
      const receipt = await write(type, 7, { type })
      expect(receipt.status).to.equal('0x1')
      expect(receipt.logs[0]).to.deep.include({ data: `0x${word(type)}`, topics: [`0x${word(7)}`] })
      const sealed = parseHeader(await block(receipt.blockNumber))
      expect(verifySeals(sealed, [ledger.validator])).to.deep.equal([ledger.validator])
      expect(sealed.gasUsed).to.equal(BigInt(receipt.gasUsed))
    }
  })

  it('timestamps rise strictly and do not run ahead of the clock', async () => {
    const [first, second] = [await write(1, 1), await send(ledger, { nonce: nonce++, to: store, data: put(1, 2) })]
    const [a, b] = [await block(first.blockNumber), await block(second.blockNumber)]
    expect(Number(b.timestamp)).to.be.greaterThan(Number(a.timestamp))
    expect(Number(b.timestamp)).to.be.at.most(Math.floor(Date.now() / 1000) + offset)
  })

  it('a transaction that reverts is in a block, with status 0', async () => {
    await tick()
    const receipt = await send(ledger, { nonce: nonce++, to: store })
    expect(receipt.status).to.equal('0x0')
  })

  it('the same bytes again are answered with the same hash, pending or sealed', async () => {
    await tick()
    const raw = await sign({ nonce: nonce++, to: store, data: put(9, 9) })
    const [a, b] = await Promise.all([1, 2].map(() => ledger.request('eth_sendRawTransaction', [raw])))
    expect(a).to.equal(b)
    expect(await ledger.request('eth_sendRawTransaction', [raw])).to.equal(a)
    expect(await ledger.request('eth_getTransactionCount', [SENDER, 'latest'])).to.equal(`0x${nonce.toString(16)}`)
  })

  it('other bytes for a used nonce are refused', async () => {
    const { code, message } = await refusal(submit({ nonce: 0, data: '0x00' }))
    expect(code).to.equal(-32000)
    expect(message).to.equal(`nonce too low: next nonce ${nonce}, tx nonce 0`)
  })

  it('a transaction behind a gap is answered at once and sealed when the gap is filled', async () => {
    const [first, second] = [nonce, nonce + 1]
    nonce += 2
    const waiting = await submit({ nonce: second, to: store, data: put(5, 2) })
    expect(await ledger.request('eth_getTransactionReceipt', [waiting])).to.equal(null)
    expect(await ledger.request('eth_getTransactionByHash', [waiting])).to.include({ blockHash: null, hash: waiting })
    expect((await refusal(submit({ nonce: second, to: store, data: put(5, 3) }))).message).to.match(/^replacement/)
    expect(await ledger.request('eth_getTransactionCount', [SENDER, 'pending'])).to.equal(`0x${first.toString(16)}`)
    await tick()
    const heads: number[] = []
    const stop = ledger.onHead(head => heads.push(head.number))
    const receipt = await send(ledger, { nonce: first, to: store, data: put(5, 1) })
    stop()
    const sealed = await ledger.request('eth_getTransactionReceipt', [waiting])
    expect(sealed).to.include({ blockNumber: receipt.blockNumber, transactionIndex: '0x1' })
    expect(heads).to.deep.equal([Number(receipt.blockNumber)])
  })

  it('refuses transactions that it must not execute, with the messages of other engines', async () => {
    const stranger = new Wallet(`0x${'33'.repeat(32)}`)
    const attempts: [Sent, Wallet | undefined, number, RegExp][] = [
      [{ nonce: 0 }, stranger, -32007, /not authorized/],
      [{ nonce, gasPrice: 1n }, undefined, -32000, /Gas price not 0.*--priority-gas-price 0.*Hardhat/],
      [{ nonce, gasPrice: 1n, type: 2 }, undefined, -32000, /Gas price not 0/],
      [
        { nonce, chainId: 1 },
        undefined,
        -32000,
        /^invalid chain id for signer: have 1 want 1337: read it with eth_chainId$/,
      ],
      [{ nonce, chainId: 1, type: 2 }, undefined, -32000, /^invalid chain id for signer: have 1 want 1337/],
      [{ nonce, gasLimit: 20_000n }, undefined, -32000, /intrinsic gas too low/],
      [{ nonce, gasLimit: 100_000_001n }, undefined, -32000, /exceeds block gas limit/],
      [{ nonce, value: 1n }, undefined, -32000, /insufficient funds/],
      [{ nonce: nonce + 5000 }, undefined, -32000, /nonce too high/],
    ]
    for (const [transaction, wallet, code, message] of attempts) {
      const got = await refusal(submit(transaction, wallet))
      expect(got.message).to.match(message)
      expect(got.code).to.equal(code)
    }
    for (const raw of ['0x', '0xc0', '0x03c0', '0x02', '0xdeadbeef', `0x${'00'.repeat(200_000)}`]) {
      expect((await refusal(ledger.request('eth_sendRawTransaction', [raw]))).code, raw).to.equal(-32000)
    }
  })

  it('refuses another encoding of a transaction, which would have another hash', async () => {
    const raw = await sign({ nonce, to: store, data: put(1, 1) })
    // The nonce has a leading zero, so the list has one byte more.
    const bytes = [...fromHex(raw)]
    const padded = [0xf8, (bytes[1] as number) + 2, 0x82, 0x00, ...bytes.slice(2)]
    expect((await refusal(ledger.request('eth_sendRawTransaction', [toHex(Uint8Array.from(padded))]))).code).to.equal(
      -32000,
    )
  })

  it('proves any slot at any height', async () => {
    const before = await write(77, 1)
    const after = await write(77, 2)
    const cleared = await write(77, 0)
    for (const [receipt, value] of [
      [before, 1n],
      [after, 2n],
      [cleared, 0n],
    ] as const) {
      const { stateRoot } = await block(receipt.blockNumber)
      const proof = (await ledger.request('eth_getProof', [store, ['0x4d'], receipt.blockNumber])) as {
        accountProof: Hex[]
        storageHash: Hex
        storageProof: [{ value: Hex; proof: Hex[] }]
      }
      const account = verifyAccountProof(fromHex(stateRoot), store, proof.accountProof.map(fromHex))
      expect(toHex(account.storageRoot)).to.equal(proof.storageHash)
      const [slot] = proof.storageProof
      expect(verifyStorageProof(account.storageRoot, fromHex(`0x${word(77)}`), slot.proof.map(fromHex))).to.equal(value)
      expect(BigInt(slot.value)).to.equal(value)
      expect(BigInt((await ledger.request('eth_getStorageAt', [store, '0x4d', receipt.blockNumber])) as Hex)).to.equal(
        value,
      )
    }
  })

  it('a call sees the next block, or the block that it names', async () => {
    const { blockNumber } = await write(88, 1)
    const call = async (at: unknown) => {
      const answer = (await ledger.request('eth_call', [{ to: store, data: `0x${word(88)}` }, at])) as Hex
      return (answer.slice(2).match(/.{64}/g) as string[]).map(each => BigInt(`0x${each}`))
    }
    const head = await block(blockNumber)
    const [value, number, timestamp, parent] = await call('latest')
    expect([value, number, parent]).to.deep.equal([1n, BigInt(blockNumber) + 1n, BigInt(head.hash)])
    expect(timestamp).to.equal(BigInt(Math.max(Math.floor(Date.now() / 1000) + offset, Number(head.timestamp) + 1)))
    for (const name of [head.hash, { blockHash: head.hash, requireCanonical: true }, { blockNumber }]) {
      expect(await call(name), JSON.stringify(name)).to.deep.equal(await call(blockNumber))
    }
    expect((await call(blockNumber)).slice(0, 3)).to.deep.equal([1n, BigInt(blockNumber), BigInt(head.timestamp)])
    expect((await call('0x1'))[0]).to.equal(0n)
    expect((await refusal(call('0xffffff'))).code).to.equal(-32000)
  })

  it('a call that reverts returns its revert data', async () => {
    for (const method of ['eth_call', 'eth_estimateGas']) {
      const answer = ledger.request(method, [{ from: SENDER, to: store }])
      expect(await refusal(answer)).to.deep.equal({ code: 3, message: 'execution reverted' })
      const error = (await answer.catch(reason => reason)) as { detail: { data: string } }
      expect(error.detail.data).to.equal(`0x${word(42)}`)
    }
  })

  it('an endless call is ended, and meanwhile other requests are answered and blocks sealed', async () => {
    // The code calls itself twice, again and again: it does not loop, but it does not end.
    const code = '60006000600060006000305af150'.repeat(2)
    await tick()
    const size = (code.length / 2).toString(16).padStart(2, '0')
    const deployed = await send(ledger, { nonce: nonce++, data: `0x60${size}600c60003960${size}6000f3${code}` })
    const loop = `0x5b${'5a50'.repeat(40)}600056`
    const endless = [{ data: loop }, { data: loop }, { to: deployed.contractAddress }]
    let ended = 0
    const answers = endless.map((request, i) =>
      refusal(ledger.request(i === 1 ? 'eth_estimateGas' : 'eth_call', [request], { destroyed: false })).finally(() => {
        ended += 1
      }),
    )
    const began = performance.now()
    await ledger.request('eth_getStorageAt', [store, '0x4d', 'latest'])
    await tick()
    await write(99, 1)
    expect(performance.now() - began).to.be.below(2_000)
    expect(ended).to.equal(0)
    for (const { code, message } of await Promise.all(answers)) {
      expect(code).to.equal(-32000)
      expect(message).to.include('execution aborted')
    }
    // The next call sees an unchanged state.
    expect((await ledger.request('eth_call', [{ to: store, data: `0x${word(99)}` }, 'latest'])) as Hex).to.match(
      /^0x0*1/,
    )
  })

  it('an estimate is sufficient and not much too high', async () => {
    for (const request of [
      { from: SENDER, to: store, data: put(123_456, 1) },
      { from: SENDER, data: STORE_INIT_CODE },
    ]) {
      const gas = BigInt((await ledger.request('eth_estimateGas', [request])) as Hex)
      await tick()
      const receipt = await send(ledger, { nonce: nonce++, ...request, gasLimit: gas })
      expect(receipt.status).to.equal('0x1')
      expect(Number(gas)).to.be.at.most(Number(receipt.gasUsed) * 1.02)
    }
  })
})
