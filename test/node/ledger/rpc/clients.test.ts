/** The same ethers and viem programs with each engine, by URL. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { ContractFactory, JsonRpcProvider, Wallet } from 'ethers'
import { createPublicClient, createWalletClient, defineChain, http, parseAbiItem } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import type { Ledger } from '../../../../node/ledger/ledger.ts'
import { rpcListener } from '../../../../node/ledger/rpc/server.ts'
import type { Hex } from '../../../../node/lib/bytes.ts'
import { openHardhatLedger } from '../../../../scripts/dev/hardhat-ledger.ts'
import { startAnvil } from '../../../support/anvil.ts'
import { openLedger, put, STORE_INIT_CODE, sender, temporaryDirectory, word } from '../embedded/fixture.ts'

const viemAccount = privateKeyToAccount(`0x${'44'.repeat(32)}`)

interface Served {
  readonly url: string
  close(): Promise<void>
}

/** Served by this product's HTTP server. */
async function serve(ledger: Ledger): Promise<Served> {
  const server = createServer(rpcListener(ledger, { random: randomBytes })).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await ledger.close()
    },
  }
}

const FUNDS = `0x${(10n ** 20n).toString(16)}`

const engines: readonly { name: string; open: () => Promise<Served | null> }[] = [
  {
    name: 'embedded',
    open: async () => {
      const directory = temporaryDirectory()
      const ledger = await openLedger(directory.path)
      await ledger.allow([viemAccount.address])
      const served = await serve(ledger)
      return { ...served, close: () => served.close().finally(() => directory.remove()) }
    },
  },
  {
    name: 'Hardhat',
    open: async () => {
      const ledger = await openHardhatLedger()
      // Other engines require a gas price.
      for (const each of [sender.address, viemAccount.address])
        await ledger.request('hardhat_setBalance', [each, FUNDS])
      return serve(ledger)
    },
  },
  {
    name: 'anvil',
    open: async () => {
      const anvil = await startAnvil(31_337, '--hardfork', 'london')
      if (anvil === null) return null
      const provider = new JsonRpcProvider(anvil.url)
      for (const each of [sender.address, viemAccount.address]) await provider.send('anvil_setBalance', [each, FUNDS])
      provider.destroy()
      return { url: anvil.url, close: () => anvil.stop() }
    },
  },
]

for (const { name, open } of engines)
  describe(`clients on ${name}`, () => {
    let served: Served | null
    let url: string
    let chainId: number

    before(async function () {
      this.timeout(60_000)
      served = await open()
      if (served === null) return this.skip()
      url = served.url
      chainId = await createPublicClient({ transport: http(url) }).getChainId()
    })
    after(() => served?.close())

    it('serves ethers: deploy, write, read, logs, a revert', async () => {
      // Its cache of 250 ms lasts longer than a block here, so it would use a nonce twice.
      const provider = new JsonRpcProvider(url, undefined, { cacheTimeout: -1 })
      try {
        const wallet = new Wallet(sender.privateKey, provider)
        const deployed = await new ContractFactory([], STORE_INIT_CODE, wallet).deploy()
        await deployed.waitForDeployment()
        const address = await deployed.getAddress()
        const sent = await wallet.sendTransaction({ to: address, data: put(3, 4) })
        const receipt = await sent.wait()
        expect(receipt?.status).to.equal(1)
        const [log] = await provider.getLogs({ address, topics: [`0x${word(4)}`], fromBlock: 0 })
        expect(log?.transactionHash).to.equal(sent.hash)
        expect(log?.data).to.equal(`0x${word(3)}`)
        expect((await provider.call({ to: address, data: `0x${word(3)}` })).slice(0, 66)).to.equal(`0x${word(4)}`)
        expect(await provider.getStorage(address, 3)).to.equal(`0x${word(4)}`)
        const block = await provider.getBlock('latest', true)
        expect(block?.prefetchedTransactions[0]?.hash).to.equal(sent.hash)
        const error = await provider.call({ to: address }).catch(reason => reason)
        expect(error).to.include({ code: 'CALL_EXCEPTION', data: `0x${word(42)}` })
        const again = await wallet
          .sendTransaction({ to: address, data: '0x01', nonce: 0, gasLimit: 90_000 })
          .catch(e => e)
        expect(again.code).to.equal('NONCE_EXPIRED')
      } finally {
        provider.destroy()
      }
    })

    it('serves viem: deploy, write, read, logs, proof', async () => {
      const chain = defineChain({
        id: chainId,
        name: 'dojang',
        nativeCurrency: { name: 'none', symbol: 'NONE', decimals: 18 },
        rpcUrls: { default: { http: [url] } },
      })
      const reader = createPublicClient({ chain, transport: http(url, { batch: true }), pollingInterval: 100 })
      const writer = createWalletClient({ account: viemAccount, chain, transport: http(url) })
      const deployed = await reader.waitForTransactionReceipt({
        hash: await writer.deployContract({ abi: [], bytecode: STORE_INIT_CODE }),
      })
      const address = deployed.contractAddress as Hex
      const hash = await writer.sendTransaction({ to: address, data: put(1, 2) })
      const receipt = await reader.waitForTransactionReceipt({ hash })
      expect(receipt.status).to.equal('success')
      expect(receipt.logs[0]?.data).to.equal(`0x${word(1)}`)
      const { data } = await reader.call({ to: address, data: `0x${word(1)}` })
      expect(data?.slice(0, 66)).to.equal(`0x${word(2)}`)
      const logs = await reader.getLogs({ address, fromBlock: 'earliest' })
      expect(logs.map(log => log.transactionHash)).to.deep.equal([hash])
      expect(await reader.getLogs({ event: parseAbiItem('event Nothing(uint256)'), fromBlock: 0n })).to.deep.equal([])
      const proof = await reader.getProof({ address, storageKeys: [`0x${word(1)}`] })
      expect(proof.storageProof[0]?.value).to.equal(2n)
      expect(await reader.getTransactionCount({ address: viemAccount.address })).to.equal(2)
      const [tx, block] = await Promise.all([
        reader.getTransaction({ hash }),
        reader.getBlock({ includeTransactions: true }),
      ])
      expect(tx).to.include({ hash, type: 'eip1559', nonce: 1 })
      expect(block.transactions[0]?.hash).to.equal(hash)
      const history = await reader.getFeeHistory({ blockCount: 2, rewardPercentiles: [50] })
      expect(history.baseFeePerGas).to.have.length(3)
    })
  })
