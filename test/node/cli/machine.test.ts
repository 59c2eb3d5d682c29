/** `dojang machine`: what it sends to the node, what it prints, and which key files it refuses. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { exportJWK, generateKeyPair } from 'jose'
import { FakeNode, run } from './support.ts'

const ID = 'q2-7wABAgMEBQYHCAkKCwA'
const machine = {
  ...{ id: ID, name: 'housing', scopes: ['offers', 'states'], keys: 1, webhook: null },
  ...{ registeredAt: 1_800_000_000, stoppedAt: null },
}
const webhook = {
  url: 'https://hooks.example.kr/dojang',
  privateNetwork: true,
  state: 'parked',
  next: 17,
  failures: 30,
}

describe('dojang machine', () => {
  const openNode = () =>
    new FakeNode({
      'POST /operator/machines': { status: 201, body: { machine } },
      'GET /operator/machines': {
        body: {
          machines: [
            machine,
            { ...machine, name: 'ledger', scopes: ['webhooks'], webhook },
            { ...machine, name: 'old', stoppedAt: 1_800_000_001 },
          ],
        },
      },
      [`POST /operator/machines/${ID}/webhook/resume`]: { body: { machine: { ...machine, webhook } } },
      [`POST /operator/machines/${ID}/stop`]: { body: { machine: { ...machine, stoppedAt: 1 } } },
    }).start()

  async function keyFile(data: string, content: (key: object) => unknown): Promise<{ path: string; key: object }> {
    const { publicKey } = await generateKeyPair('ES256', { extractable: true })
    const key = await exportJWK(publicKey)
    const path = join(data, 'machine.jwks')
    writeFileSync(path, JSON.stringify(content(key)))
    return { path, key }
  }

  it('registers a system with a JWK or a JWK set, and prints its client_id', async () => {
    await using node = await openNode()
    for (const form of [(key: object) => key, (key: object) => ({ keys: [key] })]) {
      node.asked.length = 0
      const { path, key } = await keyFile(node.data, form)
      const flags = ['--name', 'housing', '--jwks', path, '--scope', 'offers', 'states', '--data', node.data]
      const { exit, out, err } = await run(['machine', 'register', ...flags])
      expect(exit, err).to.equal(0)
      expect(out)
        .to.match(new RegExp(`^${ID}\n`))
        .and.include('client_id')
      const [asked] = node.asked
      expect([asked?.method, asked?.path, asked?.authorization]).to.deep.equal([
        'POST',
        '/operator/machines',
        'Bearer the-token',
      ])
      expect(JSON.parse(asked?.body ?? '')).to.deep.equal({
        name: 'housing',
        scopes: ['offers', 'states'],
        keys: [key],
      })
    }
  })

  it('sends the URL of a webhook, and whether its network is private', async () => {
    await using node = await openNode()
    const { path } = await keyFile(node.data, key => key)
    const flags = ['--name', 'ledger', '--jwks', path, '--scope', 'webhooks', '--webhook', webhook.url]
    await run(['machine', 'register', ...flags, '--private-network', '--data', node.data])
    await run(['machine', 'register', ...flags, '--data', node.data])
    expect(node.asked.map(({ body }) => JSON.parse(body).webhook)).to.deep.equal([
      { url: webhook.url, privateNetwork: true },
      { url: webhook.url, privateNetwork: false },
    ])
  })

  it('refuses a file that is no key, and a scope that does not exist, before anything is sent', async () => {
    await using node = await openNode()
    const { path } = await keyFile(node.data, () => ({ keys: [] }))
    for (const content of ['{"keys":[]}', '[]', 'not JSON', '"text"']) {
      writeFileSync(path, content)
      const refused = await run([
        'machine',
        'register',
        '--name',
        'x',
        '--jwks',
        path,
        '--scope',
        'states',
        '--data',
        node.data,
      ])
      expect(refused.exit, content).not.to.equal(0)
      expect(refused.err).to.include('no JWK').and.include('CLI_INPUT')
    }
    const missing = join(node.data, 'missing.jwks')
    expect((await run(['machine', 'register', '--name', 'x', '--jwks', missing, '--scope', 'states'])).err).to.include(
      missing,
    )
    const scope = await run([
      'machine',
      'register',
      '--name',
      'x',
      '--jwks',
      path,
      '--scope',
      'all',
      '--data',
      node.data,
    ])
    expect(scope.exit).not.to.equal(0)
    expect(scope.err).to.include('offers').and.include('webhooks')
    expect(node.asked).to.deep.equal([])
  })

  it('lists systems with the state of their webhooks', async () => {
    await using node = await openNode()
    const { out } = await run(['machine', 'list', '--data', node.data])
    expect(out.trim().split('\n')).to.deep.equal([
      `${ID}  active   offers,states  housing`,
      `${ID}  active   webhooks  ledger  webhooks parked  ${webhook.url}`,
      `${ID}  stopped  offers,states  old`,
    ])
    const json = await run(['machine', 'list', '--json', '--data', node.data])
    expect(JSON.parse(json.out).machines).to.have.length(3)
  })

  it('resumes webhooks, and stops a system', async () => {
    await using node = await openNode()
    expect((await run(['machine', 'resume', ID, '--data', node.data])).out).to.include('housing')
    expect((await run(['machine', 'stop', ID, '--data', node.data])).out).to.include('housing is stopped')
    const { out } = await run(['machine', 'stop', ID, '--lang', 'ko', '--data', node.data])
    expect(out).to.include('housing: 중지했습니다.')
    // An id is one part of the path, whatever it contains.
    expect((await run(['machine', 'stop', '../operators', '--data', node.data])).exit).not.to.equal(0)
    expect(node.asked.at(-1)?.path).to.equal('/operator/machines/..%2Foperators/stop')
  })
})
