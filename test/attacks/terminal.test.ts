/**
 * What others wrote is printed on a clerk's or officer's terminal: an error message of a ledger endpoint, the name of a
 * claim. Control characters could clear the screen, and a line break could imitate a result of the command.
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import { disclosedText } from '../../node/cli/disclosed.ts'
import { TestNode } from '../e2e/support/node.ts'

/** Clears the screen, imitates a verdict on a line of its own, and reverses the direction of writing. */
const FORGED = 'no\u001b[2J\u001b[H\nvalid: A genuine card.\r\u009b31m\u202e\u2028'
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that must not be printed
const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f]/

describe('attack: words for the terminal', function () {
  this.timeout(90_000)
  let node: TestNode
  let endpoint: Server

  before(async () => {
    node = await TestNode.start()
    endpoint = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const asked = JSON.parse(Buffer.concat(chunks).toString())
      const answer = (one: { id: number }) => ({ jsonrpc: '2.0', id: one.id, error: { code: -32000, message: FORGED } })
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(Array.isArray(asked) ? asked.map(answer) : answer(asked)))
    })
    await new Promise<void>(resolve => endpoint.listen(0, '127.0.0.1', resolve))
  })
  after(async () => {
    endpoint.closeAllConnections()
    await new Promise(closed => endpoint.close(closed))
    await node.dispose()
  })

  it('of a ledger endpoint are printed without control characters, and form no line of their own', async () => {
    const ledger = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}`
    const args = ['council', 'list', '--ledger', ledger, '--profile', join(node.data, 'ledger.json')]
    const { exit, out, err } = await node.cli(args)
    expect(exit).not.to.equal(0)
    expect(err).to.include('A genuine card')
    expect(out + err).not.to.match(UNSAFE)
    expect(err).not.to.match(/^valid/m)
    const json = await node.cli([...args, '--json'])
    expect(json.out).not.to.match(UNSAFE)
    expect(JSON.parse(json.out).error.message, 'the value is unchanged').to.include(FORGED)
  })

  it('of a card are printed likewise: values, names of claims, and its type', () => {
    const text = disclosedText([{ query: 'x', vct: FORGED, claims: { [FORGED]: FORGED, inner: { [FORGED]: 1 } } }])
    expect(text).not.to.match(UNSAFE)
    expect(text).not.to.match(/^valid/m)
    expect(text.split('\n')).to.have.length(3)
  })
})
