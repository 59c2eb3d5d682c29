import { randomBytes } from 'node:crypto'
import { createServer, request as httpRequest, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { createPublicClient, http } from 'viem'
import type { EmbeddedLedger } from '../../../../node/ledger/embedded/ledger.ts'
import type { LedgerHead } from '../../../../node/ledger/ledger.ts'
import { connectLedger } from '../../../../node/ledger/remote/remote.ts'
import { rpcListener } from '../../../../node/ledger/rpc/server.ts'
import type { Hex } from '../../../../node/lib/bytes.ts'
import { CHAIN_ID, deployStore, openLedger, refusal, sender, sign, temporaryDirectory } from '../embedded/fixture.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

describe('ledger over HTTP', () => {
  const directory = temporaryDirectory()
  let ledger: EmbeddedLedger
  let server: Server
  let url: string

  before(async () => {
    ledger = await openLedger(directory.path)
    server = createServer(rpcListener(ledger, { random: randomBytes })).listen(0, '127.0.0.1')
    await new Promise(resolve => server.once('listening', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(async () => {
    server.closeAllConnections()
    server.close()
    await ledger.close()
    directory.remove()
  })

  const post = async (body: unknown, headers: Record<string, string> = JSON_TYPE) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const response = await fetch(url, { method: 'POST', headers, body: text })
    return { status: response.status, headers: response.headers, json: JSON.parse((await response.text()) || 'null') }
  }
  const ask = (method: string, params: unknown[] = [], id: unknown = 1) => ({ jsonrpc: '2.0', id, method, params })

  it('reports a gas price of 0', async () => {
    const contract = await deployStore(ledger)
    expect(contract).to.match(/^0x/)
    const reader = createPublicClient({ transport: http(url) })
    const history = await reader.getFeeHistory({ blockCount: 2, rewardPercentiles: [50] })
    expect(history.baseFeePerGas).to.deep.equal([0n, 0n, 0n])
    expect(await reader.getGasPrice()).to.equal(0n)
    expect((await reader.getBlock()).baseFeePerGas).to.equal(0n)
    const [receipt] = (await ledger.request('eth_getBlockReceipts', ['latest'])) as { transactionHash: Hex }[]
    const tx = await reader.getTransaction({ hash: receipt?.transactionHash as Hex })
    expect(tx.gasPrice).to.equal(0n)
  })

  it('can be used as a ledger by URL, with its heads', async () => {
    const remote = await connectLedger(url, { chainId: CHAIN_ID, pollMs: 50 })
    const heads: LedgerHead[] = []
    const notified = Promise.withResolvers<void>()
    remote.onHead(head => {
      heads.push(head)
      if (heads.length === 2) notified.resolve()
    })
    await new Promise(resolve => setTimeout(resolve, 100))
    const count = Number(await remote.request('eth_getTransactionCount', [sender.address, 'pending']))
    const first = ledger.head.number
    for (const nonce of [count, count + 1]) {
      await remote.request('eth_sendRawTransaction', [await sign({ nonce, to: sender.address })])
    }
    await notified.promise
    expect(heads.map(head => head.number)).to.deep.equal([first + 1, first + 2])
    expect(heads[1]).to.deep.equal(ledger.head)
    expect((await refusal(remote.request('eth_nothing'))).code).to.equal(-32601)
    await remote.close()
    expect((await refusal(remote.request('eth_chainId'))).code).to.equal('LEDGER_UNREACHABLE')
  })

  it('says why an endpoint cannot be used', async () => {
    expect((await refusal(connectLedger(url, { chainId: 1 }))).code).to.equal('LEDGER_WRONG_CHAIN')
    expect((await refusal(connectLedger('http://127.0.0.1:9'))).code).to.equal('LEDGER_UNREACHABLE')
    const other = createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1')
    await new Promise(resolve => other.once('listening', resolve))
    const port = (other.address() as AddressInfo).port
    expect((await refusal(connectLedger(`http://127.0.0.1:${port}`))).code).to.equal('LEDGER_UNREACHABLE')
    other.closeAllConnections()
    other.close()
    const silent = createServer(() => {}).listen(0, '127.0.0.1')
    await new Promise(resolve => silent.once('listening', resolve))
    const address = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
    expect((await refusal(connectLedger(address, { timeoutMs: 100 }))).code).to.equal('LEDGER_UNREACHABLE')
    silent.closeAllConnections()
    silent.close()
  })

  it('answers single requests, batches and notifications as JSON-RPC 2.0 requires', async () => {
    expect((await post(ask('eth_chainId', [], 'x'))).json).to.deep.equal({ jsonrpc: '2.0', id: 'x', result: '0x539' })
    const batch = [ask('eth_chainId', [], 1), { jsonrpc: '2.0', method: 'eth_chainId' }, { id: 2 }, ask('nope', [], 3)]
    const { json } = await post(batch)
    expect(json.map((each: { id: unknown }) => each.id)).to.deep.equal([1, 2, 3])
    expect(json.map((each: { error?: { code: number } }) => each.error?.code)).to.deep.equal([
      undefined,
      -32600,
      -32601,
    ])
    const silent = await fetch(url, {
      method: 'POST',
      headers: JSON_TYPE,
      body: JSON.stringify({ jsonrpc: '2.0', method: 'eth_chainId' }),
    })
    expect([silent.status, await silent.text()]).to.deep.equal([204, ''])
  })

  it('refuses invalid requests, large batches and methods that are not public', async () => {
    const cases: [unknown, number, number][] = [
      ['{', 400, -32700],
      [[], 200, -32600],
      [Array.from({ length: 101 }, () => ask('eth_chainId')), 200, -32600],
      ['"text"', 200, -32600],
      [{ ...ask('eth_chainId'), jsonrpc: '1.0' }, 200, -32600],
      [{ ...ask('eth_chainId'), params: 'text' }, 200, -32600],
      [{ ...ask('eth_chainId'), params: { a: 1 } }, 200, -32602],
      [ask('eth_call', Array(17).fill(1)), 200, -32602],
      [ask(`eth_${'a'.repeat(120)}`), 200, -32601],
      [ask('admin_peers'), 200, -32601],
      [ask('constructor'), 200, -32601],
      [ask('eth_constructor'), 200, -32601],
    ]
    for (const [body, status, code] of cases) {
      const got = await post(body)
      expect([got.status, got.json.error.code], JSON.stringify(body).slice(0, 60)).to.deep.equal([status, code])
    }
  })

  it('refuses parameters of wrong types', async () => {
    const address = sender.address
    const cases: [string, unknown[]][] = [
      ['eth_getBalance', []],
      ['eth_getBalance', ['0x12']],
      ['eth_getBalance', [address, 'newest']],
      ['eth_getBalance', [address, 'latest', 'more']],
      ['eth_getBalance', [address, { blockHash: '0x12' }]],
      ['eth_getBalance', [address, { blockHash: `0x${'00'.repeat(32)}`, blockNumber: '0x0' }]],
      ['eth_getBalance', [address, {}]],
      ['eth_getBlockByNumber', ['0x01', false]],
      ['eth_getBlockByNumber', [1, false]],
      ['eth_getBlockByNumber', ['latest', 'yes']],
      ['eth_getTransactionReceipt', ['0x12']],
      ['eth_getProof', [address, 'latest']],
      ['eth_getProof', [address, Array.from({ length: 1025 }, () => '0x0'), 'latest']],
      ['eth_call', ['0x', 'latest']],
      ['eth_call', [{ to: address, data: '0x1' }, 'latest']],
      ['eth_getLogs', [{ topics: [null, null, null, null, null] }]],
      ['eth_getLogs', [{ fromBlock: '0xffffff' }]],
      ['eth_getLogs', [{ fromBlock: '0x0', blockHash: `0x${'00'.repeat(32)}` }]],
      ['eth_sendRawTransaction', ['0x1']],
      ['eth_sendRawTransaction', [null]],
      ['eth_feeHistory', ['0xffff', 'latest', []]],
      ['eth_feeHistory', ['0x1', 'latest', [50, 10]]],
    ]
    for (const [method, params] of cases) {
      const { json } = await post(ask(method, params))
      expect(json.error?.code, `${method} ${JSON.stringify(params).slice(0, 80)}`).to.equal(-32602)
    }
  })

  it('answers the other methods', async () => {
    const { hash } = ledger.head
    const results: [string, unknown[], unknown][] = [
      ['net_version', [], '1337'],
      ['net_listening', [], true],
      ['web3_clientVersion', [], 'dojang/embedded'],
      ['eth_syncing', [], false],
      ['eth_accounts', [], []],
      ['eth_gasPrice', [], '0x0'],
      ['eth_getBalance', [sender.address, 'finalized'], '0x0'],
      ['eth_getBlockByNumber', ['0xffffff', false], null],
      ['eth_getBlockByHash', [`0x${'00'.repeat(32)}`, false], null],
      ['eth_getTransactionByHash', [`0x${'00'.repeat(32)}`], null],
      ['eth_getTransactionByBlockNumberAndIndex', ['latest', '0x9'], null],
      ['eth_getBlockTransactionCountByHash', [hash], '0x1'],
    ]
    for (const [method, params, want] of results) {
      expect((await post(ask(method, params))).json.result, method).to.deep.equal(want)
    }
    const receipts = (await post(ask('eth_getBlockReceipts', [{ blockHash: hash }]))).json.result
    const byIndex = (await post(ask('eth_getTransactionByBlockHashAndIndex', [hash, '0x0']))).json.result
    expect(receipts[0].transactionHash).to.equal(byIndex.hash)
    expect((await post(ask('eth_getTransactionReceipt', [byIndex.hash]))).json.result).to.deep.equal(receipts[0])
  })

  it('refuses another host name, content type or HTTP method, and a body that is too long', async () => {
    const body = JSON.stringify(ask('eth_chainId'))
    const port = (server.address() as AddressInfo).port
    const withHost = (host: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const options = { port, method: 'POST', headers: { ...JSON_TYPE, host } }
        httpRequest(options, response => resolve(response.resume().statusCode))
          .on('error', reject)
          .end(body)
      })
    expect(await withHost('evil.example')).to.equal(403)
    expect(await withHost('127.0.0.1.evil.example')).to.equal(403)
    expect(await withHost(`localhost:${port}`)).to.equal(200)
    expect((await fetch(url)).status).to.equal(405)
    expect((await fetch(url, { method: 'OPTIONS', headers: { origin: 'http://evil.example' } })).status).to.equal(405)
    expect((await post(body, { 'content-type': 'text/plain' })).status).to.equal(415)
    expect(
      (await post(body, { ...JSON_TYPE, origin: 'http://evil.example' })).headers.get('access-control-allow-origin'),
    ).to.equal(null)
    const long = `"${'x'.repeat(1024 * 1024)}"`
    expect((await post(long)).status).to.equal(413)
    const streamed = await fetch(url, {
      method: 'POST',
      headers: JSON_TYPE,
      body: new Blob([long]).stream(),
      duplex: 'half',
    } as RequestInit).then(
      response => response.status,
      () => 413,
    )
    expect(streamed).to.equal(413)
  })
})
