import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import { makeP256Pem, SoftwareSigner } from '../../../node/keys/signer.ts'
import { RpcContext } from '../../../node/ledger/embedded/context.ts'
import { dispatch } from '../../../node/ledger/embedded/dispatch.ts'
import type { EmbeddedNode } from '../../../node/ledger/embedded/node.ts'
import type { Ledger } from '../../../node/ledger/ledger.ts'
import { rpcListener } from '../../../node/ledger/rpc/server.ts'
import { fromHex } from '../../../node/lib/bytes.ts'
import { signProfile } from '../../../node/registries/profile/profile.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { sign } from '../ledger/embedded/fixture.ts'
import { MemoryStore, openInMemory, StillClock } from '../ledger/embedded/memory.ts'
import { profileOf, run } from './support.ts'

describe('cli: follow', () => {
  const aside = scratchDirectory('cli-follow')
  const servers: Server[] = []
  const nodes: EmbeddedNode[] = []
  after(async () => {
    for (const server of servers) {
      server.closeAllConnections()
      server.close()
    }
    for (const node of nodes) await node.close()
    rmSync(aside, { recursive: true, force: true })
  })

  const ledgerOf = (node: () => EmbeddedNode, onRequest: (method: string) => void = () => {}): Ledger => ({
    request: async (method, params = []) => {
      onRequest(method)
      return dispatch(new RpcContext(node()), method, params)
    },
    onHead: () => () => {},
    close: async () => {},
  })
  const serve = async (ledger: Ledger) => {
    const server = createServer(rpcListener(ledger, { random: randomBytes })).listen(0, '127.0.0.1')
    servers.push(server)
    await once(server, 'listening')
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  /** Blocks one after the other on what is in the store. */
  const grown = async (store: MemoryStore, begin: number, nonces: readonly number[], data: `0x${string}`) => {
    const clock = Object.assign(new StillClock(), { ms: begin })
    const { node } = await openInMemory(store, clock)
    nodes.push(node)
    for (const nonce of nonces) {
      clock.advance(2)
      await node.submit(fromHex(await sign({ nonce, data })))
    }
    return node
  }

  it('follows the ledger of the profile, and writes a proof when its only source shows another history', async function () {
    this.timeout(30_000)
    const begin = (Math.floor(Date.now() / 1000) - 600) * 1000
    const store = new MemoryStore()
    await grown(store, begin, [0], '0x')
    const old = new MemoryStore()
    for (const [key, value] of store.entries) old.entries.set(key, value)
    const first = await grown(store, begin + 10_000, [1, 2, 3], '0x')
    const second = await grown(old, begin + 10_000, [1], '0xfe')
    const stranger = await grown(new MemoryStore(), begin + 5_000, [0], '0x')

    let looks = 0
    const source = ledgerOf(
      () => (looks > 3 ? second : first),
      method => {
        if (method === 'eth_blockNumber') looks += 1
      },
    )
    const from = `${await serve(ledgerOf(() => stranger))},${await serve(source)}`
    const profile = join(aside, 'profile.json')
    const text = signProfile(await profileOf(ledgerOf(() => first)), new SoftwareSigner(makeP256Pem()))
    writeFileSync(profile, text)
    const ran = await run([
      ...['follow', '--data', join(aside, 'copy'), '--profile', profile, '--from', from, '--rpc-port', '0'],
      ...['--lang', 'en'],
    ])
    expect(ran.err).to.include('caught up').and.include('block 4').and.include('LEDGER_FORK')
    expect(ran.exit).to.equal(1)
    expect(existsSync(join(aside, 'copy', 'ledger', 'fork-2.json'))).to.equal(true)
  })
})
