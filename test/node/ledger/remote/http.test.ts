import { expect } from 'chai'
import { failureOf } from '../../../support/failure.ts'
import { hashOf, RemoteScene } from '../fake-node.ts'

describe('the answers of a ledger node', () => {
  const scene = new RemoteScene()
  const { start, connect, node } = scene
  afterEach(() => scene.end())

  it('accepts a refusal as the answer, and asks no other node', async () => {
    const ledger = await connect(await start(2))
    const failure = await failureOf(ledger.request('eth_call', []))
    expect(failure.detail).to.include({ code: 'LEDGER_RPC', rpcCode: 3, data: '0x1234' })
    expect(node(1).asked).not.to.include('eth_call')
  })

  const undecided: { name: string; status?: number; error: object; state: string }[] = [
    {
      name: "Besu's, that it took too long",
      status: 408,
      error: { code: -32603, message: 'Timeout expired' },
      state: 'failing',
    },
    { name: "a gateway's", status: 504, error: { code: -32603, message: 'upstream timed out' }, state: 'failing' },
    { name: "a gateway's without a node", status: 502, error: { code: -32000, message: 'bad' }, state: 'failing' },
    { name: 'one of too many', status: 429, error: { code: -32005, message: 'slow down' }, state: 'failing' },
    {
      name: "Besu's, that it has no pool yet",
      error: { code: -32002, message: 'Transaction pool not enabled.' },
      state: 'failing',
    },
    {
      name: "Besu's, that it has no state yet",
      error: { code: -32008, message: 'Initial sync is still in progress' },
      state: 'syncing',
    },
  ]
  for (const { name, status, error, state } of undecided) {
    it(`asks another node after a refusal that does not depend on the request: ${name}`, async () => {
      const ledger = await connect(await start(2))
      node(0).says = { ...(status && { status }), answer: { error } }
      node(1).says = { answer: { result: hashOf(1) } }
      expect(await ledger.request('eth_sendRawTransaction', ['0x00'])).to.equal(hashOf(1))
      expect(ledger.endpoints[0]).to.include({ state, reason: (error as { message: string }).message })
    })
  }

  it('accepts only hex as revert data: Besu sends text with other errors', async () => {
    const ledger = await connect(await start(1))
    const dataOf = async (data: unknown) => {
      node(0).says = { answer: { error: { code: -32000, message: 'Execution reverted', data } } }
      return (await failureOf(ledger.request('eth_call', []))).detail?.data
    }
    expect(await dataOf('0x08C379A0')).to.equal('0x08C379A0')
    expect(await dataOf('0x')).to.equal('0x')
    expect(await dataOf({ message: 'reverted', data: '0x1234' })).to.equal('0x1234')
    for (const other of ['OUT_OF_GAS', 'Reverted', '0x123', '0xzz', '', null, 7, {}, { data: 'Out of gas' }]) {
      expect(await dataOf(other), JSON.stringify(other)).to.equal(undefined)
    }
  })

  it('reads a result that comes with an error of null', async () => {
    const ledger = await connect(await start(1))
    node(0).says = { answer: { result: '0x12', error: null } }
    expect(await ledger.request('eth_call', [])).to.equal('0x12')
  })

  it('refuses an answer that is too long, and the node stays usable', async () => {
    const ledger = await connect(await start(2), { timeoutMs: 20_000 })
    const failure = await failureOf(ledger.request('eth_getLogs', [{}]))
    expect(failure.detail).to.include({ code: 'LEDGER_RPC', rpcCode: -32005 })
    expect(failure.message).to.include('longer than 32 MiB')
    node(0).mode = 'http 413'
    expect((await failureOf(ledger.request('eth_call', []))).detail).to.include({ code: 'LEDGER_RPC', rpcCode: -32005 })
    expect(ledger.endpoints.map(({ state }) => state)).to.deep.equal(['ready', 'ready'])
    expect(node(1).asked).not.to.include('eth_getLogs').and.not.to.include('eth_call')
  })
})
