/** A follower proves a fork of its source, and signs the heads that it executed. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { makeP256Pem, SoftwareSigner } from '../../../node/keys/signer.ts'
import type { EmbeddedNode } from '../../../node/ledger/embedded/node.ts'
import { type ForkProof, verifyForkProof } from '../../../node/ledger/follower/fork.ts'
import { signHead } from '../../../node/ledger/follower/witness.ts'
import type { Ledger } from '../../../node/ledger/ledger.ts'
import { connectLedger } from '../../../node/ledger/remote/remote.ts'
import { rpcListener } from '../../../node/ledger/rpc/server.ts'
import { type Hex, toHex } from '../../../node/lib/bytes.ts'
import { thumbprint } from '../../../node/lib/jose/jwk.ts'
import { verifyWitnessedHead } from '../../../node/proof/witness.ts'
import { CHAIN_ID, STORE_INIT_CODE } from './embedded/fixture.ts'
import { MemoryStore, StillClock } from './embedded/memory.ts'

import { ask, chainOf, Followers, profileOf, sourceOf, validator } from './following.ts'

const NOBODY = toHex(new Uint8Array(20).fill(0x77))

/** The validator with an old copy of its ledger: from block 2 on it seals another history. */
async function twoStories(lengths: readonly [number, number]) {
  const store = new MemoryStore()
  const past = new StillClock()
  const original = await chainOf(past, [{ nonce: 0, data: STORE_INIT_CODE }], store)
  const [receipt] = (await ask(original.node, 'eth_getBlockReceipts', ['latest'])) as { contractAddress: Hex }[]
  const copy = new MemoryStore()
  for (const [key, value] of store.entries) copy.entries.set(key, value)
  const tell = (data: Hex, length: number) =>
    Array.from({ length }, (_, i) => ({
      nonce: 1 + i,
      to: receipt?.contractAddress ?? null,
      data: i === 0 ? data : '0x',
    }))
  const at = (ms: number) => Object.assign(new StillClock(), { ms })
  const [one, other] = await Promise.all([
    chainOf(at(past.ms), tell('0x', lengths[0]), store),
    chainOf(at(past.ms + 5000), tell('0x01', lengths[1]), copy),
  ])
  const stories = [one.node, other.node] as const
  let served = one.node
  const source: Ledger = { ...sourceOf(served), request: (method, params = []) => ask(served, method, params) }
  return {
    stories,
    /** Serves the first history until `turn`. */
    source,
    turn: () => {
      served = other.node
    },
    profile: profileOf(one.node),
    close: () => Promise.all([original.node, ...stories].map(each => each.close())),
  }
}

const hashAt = (of: EmbeddedNode, height: number) => toHex(of.chain.block(height)?.hash ?? new Uint8Array())

/** A time later than both histories. */
const now = () => new StillClock().ms + 60_000

describe('a follower as a witness', () => {
  const followers = new Followers()
  afterEach(() => followers.end())

  for (const lengths of [
    [1, 1],
    [6, 2],
    [2, 6],
    [6, 6],
  ] as const) {
    it(`proves a fork with ${lengths.join(' and ')} blocks after the common one`, async () => {
      const { stories, source, turn, profile, close } = await twoStories(lengths)
      const follower = await followers.follow({ source, profile, now })
      await follower.caughtUp
      turn()
      const error = (await follower.ended) as Error & { code: string; detail: { proof: string } }
      expect(error.code).to.equal('LEDGER_FORK')
      const proof = JSON.parse(readFileSync(error.detail.proof, 'utf8')) as ForkProof
      expect(proof).to.include({ height: 2, genesis: profile.genesis, chainId: CHAIN_ID })
      expect(verifyForkProof(proof, [validator.address])).to.deep.equal(stories.map(each => hashAt(each, 2)))
      expect(() => verifyForkProof(proof, [NOBODY])).to.throw(/not a validator/)
      expect(() =>
        verifyForkProof({ ...proof, headers: [proof.headers[0], proof.headers[0]] }, [validator.address]),
      ).to.throw(/of the same block/)
      await close()
    })
  }

  it('sees a fork over JSON-RPC too, below the head that the source had served', async () => {
    const { source, turn, profile, close } = await twoStories([6, 2])
    const server = createServer(rpcListener(source, { random: randomBytes })).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const ledger = await connectLedger(`http://127.0.0.1:${port}`, { chainId: CHAIN_ID, mayGoBack: true })
    const follower = await followers.follow({ source: ledger, profile, now })
    await follower.caughtUp
    turn()
    expect(((await follower.ended) as { code?: string } | null)?.code).to.equal('LEDGER_FORK')
    await ledger.close()
    server.closeAllConnections()
    server.close()
    await close()
  })

  it('signs the heads it executed, as a witness', async () => {
    const { node } = await chainOf(new StillClock(), [{ nonce: 0, data: STORE_INIT_CODE }])
    const signer = new SoftwareSigner(makeP256Pem())
    const witnesses = { keys: [thumbprint(signer.publicKey.jwk)], quorum: 1 }
    const ledger = { chainId: CHAIN_ID, genesis: profileOf(node).genesis }
    const text = signHead(ledger, node.head, signer)
    expect(verifyWitnessedHead(text, { ...ledger, witnesses })).to.deep.equal({
      head: { ...ledger, height: node.head.number, hash: node.head.hash, time: node.head.timestamp },
      witness: witnesses.keys[0],
    })
    const other = signHead(ledger, node.head, new SoftwareSigner(makeP256Pem()))
    expect(verifyWitnessedHead(other, { ...ledger, witnesses })).to.equal(null)
    expect(verifyWitnessedHead(text, { ...ledger, chainId: 1, witnesses })).to.equal(null)
    expect(verifyWitnessedHead(`${text.slice(0, -4)}AAAA`, { ...ledger, witnesses })).to.equal(null)
    await node.close()
  })
})
