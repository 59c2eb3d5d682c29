/**
 * The source of a follower answers with what fills the memory of a reader: nested arrays, millions of small values, and
 * more bytes than any block has. The follower must stay small, and follow when the source is honest again.
 */
import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import { makeP256Pem, SoftwareSigner } from '../../node/keys/signer.ts'
import type { EmbeddedNode } from '../../node/ledger/embedded/node.ts'
import { signProfile } from '../../node/registries/profile/profile.ts'
import { Child } from '../e2e/support/process.ts'
import { profileOf } from '../node/cli/support.ts'
import { StillClock } from '../node/ledger/embedded/memory.ts'
import { ask, chainOf, sourceOf } from '../node/ledger/following.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { until } from '../support/until.ts'

const MB = 1024 * 1024
const bomb = (text: string) => Buffer.from(`{"jsonrpc":"2.0","id":1,"result":${text}`)
const BOMBS: readonly (readonly [string, Buffer])[] = [
  ['40 MB of nested arrays', bomb('['.repeat(40 * MB))],
  ['30 MB of nested arrays', bomb('['.repeat(30 * MB))],
  ['30 MB of empty objects', bomb(`[${'{},'.repeat(10 * MB)}{}]}`)],
  ['30 MB in one string', bomb(`"${'a'.repeat(30 * MB)}"}`)],
]
/** Answers of each kind. A follower that catches up asks for 16 blocks at once. */
const EACH = 16

describe('attack: a source that fills the memory', function () {
  this.timeout(120_000)
  const aside = scratchDirectory('follower-bombs')
  let node: EmbeddedNode
  let server: Server
  let follower: Child | undefined
  let honest = false
  const sent = BOMBS.map(() => 0)

  before(async () => {
    const clock = Object.assign(new StillClock(), { ms: Date.now() - 600_000 })
    ;({ node } = await chainOf(
      clock,
      Array.from({ length: 40 }, (_, nonce) => ({ nonce })),
    ))
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
      const { id, method, params } = JSON.parse(Buffer.concat(chunks).toString())
      const next = sent.findIndex(count => count < EACH)
      const attacks = !honest && method === 'eth_getBlockByNumber' && Number(params[0]) > 1
      response.setHeader('content-type', 'application/json')
      if (attacks && next >= 0) {
        sent[next] = (sent[next] as number) + 1
        return void response.end(BOMBS[next]?.[1])
      }
      if (next < 0) honest = true
      response.end(JSON.stringify({ jsonrpc: '2.0', id, result: await ask(node, method, params) }))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  after(async () => {
    await follower?.end('SIGKILL')
    server.closeAllConnections()
    server.close()
    await node.close()
    rmSync(aside, { recursive: true, force: true })
  })

  it('does not fill it, and is followed when it is honest again', async () => {
    const profile = join(aside, 'profile.json')
    writeFileSync(profile, signProfile(await profileOf(sourceOf(node)), new SoftwareSigner(makeP256Pem())))
    const from = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const options = ['--data', join(aside, 'copy'), '--profile', profile, '--from', from, '--rpc-port', '0']
    const child = Child.start('node/main/main.ts', ['follow', ...options])
    follower = child
    const height = async () => {
      const url = /JSON-RPC (http\S+)/.exec(child.err)?.[1]
      if (url === undefined) return 0
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_blockNumber', params: [] })
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(url, { method: 'POST', headers, body })
      return Number(((await answer.json()) as { result: string }).result)
    }
    await until('the follower has all blocks', async () => child.running && (await height()) === 40, {
      withinMs: 100_000,
    })
    expect(sent, 'answers of each kind').to.deep.equal(BOMBS.map(() => EACH))
    const peak = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.process.pid}/status`, 'utf8'))?.[1]) / 1024
    expect(peak, 'MB').to.be.below(600)
  })
})
