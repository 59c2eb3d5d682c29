/** What people type, rightly and wrongly: what they are told, and what a script can tell by the exit code. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { DEFAULT_PORT, DEFAULT_RPC_PORT } from '../../../node/config/config.ts'
import { allPresets } from '../../../node/verifier/presets/all.ts'
import { requestPurposeOf } from '../../../node/verifier/presets/request-policy.ts'
import { presetNamed } from '../../support/presets.ts'
import { FakeNode, run } from './support.ts'

const VERDICT = {
  outcome: 'valid',
  reason: null,
  sentence: { ko: '문장', en: 'A sentence.' },
  nextStep: { ko: '다음', en: 'A step.' },
  checks: [],
  credentials: [],
  asOf: { block: 7, time: 1_790_000_000 },
  age: 3,
  how: 'rpc',
}

describe('cli: usage', () => {
  it('explains all options of every command, with their defaults', async () => {
    const { out } = await run(['start', '--help'])
    expect(out).to.include(`or ${DEFAULT_PORT})`).and.include(`or ${DEFAULT_RPC_PORT})`)
    for (const command of [['offer'], ['residents', 'import'], ['ledger', 'witness', 'add'], ['council', 'propose']]) {
      const help = await run([...command, '--help'])
      for (const option of ['--data <dir>', '--json', '--lang <lang>']) expect(help.out).to.include(option)
    }
    expect((await run(['offer', '--help'])).out.replace(/\s+/g, ' ')).to.match(
      /--card <card> which card, by its id.*\(required\)/,
    )
    const presets = (await run(['verify', '--help'])).out.replace(/\s+/g, ' ')
    for (const { id } of allPresets) expect(presets).to.include(`"${id}"`)
  })

  it('accepts an id that begins with a hyphen', async () => {
    const id = '-A4vC7h0tQy2mJ9cZ1xW_g'
    await using node = await new FakeNode({
      [`GET /operator/presentations/${id}`]: { body: { state: 'pending' } },
    }).start()
    for (const argv of [
      ['verdict', id, '--data', node.data, '--json'],
      ['verdict', '--data', node.data, id],
    ]) {
      expect(await run(argv)).to.include({ exit: 4 })
    }
    expect((await run(['verdict', '--wiat', '30', '--data', node.data])).err).to.include("unknown option '--wiat'")
  })

  it('lists lacking acts as commands that propose them, or says that nothing is lacking', async () => {
    const act = { act: 'grant', args: { org: '1', purpose: 'issue:urn:x:1', until: 'never' }, ended: false }
    await using node = await new FakeNode({ 'GET /operator/lacking': { body: { lacking: [act] } } }).start()
    const shown = await run(['council', 'lacking', '--data', node.data])
    expect(shown.out, shown.err).to.equal('dojang council propose grant org=1 purpose=issue:urn:x:1 until=never\n')
    const purpose = requestPurposeOf(presetNamed('loan'))
    const ended = { act: 'grant', args: { org: '1', purpose, until: 'never' }, ended: true }
    await using withdrawn = await new FakeNode({ 'GET /operator/lacking': { body: { lacking: [ended] } } }).start()
    expect((await run(['council', 'lacking', '--data', withdrawn.data])).out).to.equal(
      `dojang council propose grant org=1 purpose=${purpose} until=never   # the preset loan; the ledger had it: find out first why it ended\n`,
    )
    const json = await run(['council', 'lacking', '--json', '--data', node.data])
    expect(JSON.parse(json.out)).to.deep.equal({ lacking: [act] })
    await using whole = await new FakeNode({ 'GET /operator/lacking': { body: { lacking: [] } } }).start()
    expect((await run(['council', 'lacking', '--data', whole.data])).out).to.match(/^Nothing: /)
  })

  it('refuses a malformed id as such', async () => {
    const nothing = { status: 404, body: { code: 'HTTP_NOT_FOUND', detail: 'Nothing is served here.' } }
    await using node = await new FakeNode({ 'GET /operator/credentials/9b1d': nothing }).start()
    const ran = await run(['status', '9b1d', '--data', node.data])
    expect(ran.exit).to.equal(1)
    expect(ran.err).to.include('no id of this node').and.not.include('Nothing is served')
  })

  it('has different exit codes for a refusal of the node and for a card that is not valid', async () => {
    const refused = { status: 404, body: { code: 'VERIFIER_SESSION_UNKNOWN', detail: 'There is no such request.' } }
    await using node = await new FakeNode({
      'GET /operator/presentations/p-1': refused,
      'POST /operator/presentations': { status: 401, body: {} },
    }).start()
    const ran = await run(['verdict', 'p-1', '--data', node.data, '--json'])
    expect(ran.exit).to.equal(4)
    expect(JSON.parse(ran.out).error).to.include({ code: 'VERIFIER_SESSION_UNKNOWN', exit: 4 })
    expect((await run(['verify', '--preset', 'age', '--data', node.data])).exit).to.equal(4)
  })

  it('distinguishes a node without snapshots from one that does not answer', async () => {
    await using node = await new FakeNode({}).start()
    const argv = ['snapshot', 'export', join(node.data, 'a.snapshot'), '--data', node.data]
    const answered = await run(argv)
    expect(answered.exit).to.equal(3)
    expect(answered.err).to.include('the endpoint answered 404').and.include('seals its ledger')
    await node.stop()
    const silent = await run(argv)
    expect(silent.exit).to.equal(3)
    expect(silent.err).to.include('See that the node runs').and.not.include('answered')
  })

  it('requests no presentation if the file for the portrait cannot be written', async () => {
    await using node = await new FakeNode({}).start()
    for (const argv of [
      ['verify', '--preset', 'bank', '--in-person'],
      ['verdict', 'p-1'],
    ]) {
      const ran = await run([...argv, '--portrait', '/nowhere/at/all/face.jpg', '--data', node.data])
      expect(ran.exit).to.equal(2)
      expect(ran.err).to.include('/nowhere/at/all').and.include('CLI_INPUT')
    }
    expect(node.asked).to.deep.equal([])
  })

  it('reports an empty result, and how long it waits', async () => {
    await using node = await new FakeNode({
      'POST /operator/presentations': { body: { id: 'p-1', requestUrl: 'openid4vp://?x', expiresAt: 4e9 } },
      'GET /operator/presentations/p-1': { body: { state: 'done', verdict: VERDICT, disclosed: null } },
    }).start()
    const face = join(node.data, 'face.jpg')
    const shown = await run(['verdict', 'p-1', '--show', '--portrait', face, '--data', node.data])
    expect(shown.out).to.include('read only once')
    expect(shown.err).to.include('no portrait was disclosed')
    const waited = await run(['verify', '--preset', 'bank', '--wait', '5', '--data', node.data])
    expect(waited.err).to.match(/Waiting until 20\d\d-/)
  })

  it('reports empty input, and refuses options of start that would have no effect', async () => {
    const none = await run(['offer', '--card', 'resident', '--data', '/nowhere'])
    expect(none.exit).to.equal(2)
    expect(none.err).to.include('No personal number was given')
    const started: unknown[] = []
    const start = async (options: unknown) => started.push(options)
    const ran = await run(['start'], { start, env: { LOG_LEVEL: 'loud' } })
    expect(ran.exit).to.equal(2)
    expect(ran.err).to.include('LOG_LEVEL').and.include('debug')
    const allowed = await run(['start', '--allow', `0x${'ab'.repeat(20)}`], { start })
    expect(allowed.exit).to.equal(2)
    expect(allowed.err).to.include('--allow needs --ledger-only')
    expect(started).to.deep.equal([])
  })

  it('names the file that cannot be written, as bad input', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'dojang-cli-'))
    try {
      const file = join(directory, 'a-file')
      writeFileSync(file, '')
      const ran = await run(['network', 'init', join(file, 'within'), '--json'])
      expect(ran.exit).to.equal(2)
      expect(ran.err).to.include(join(file, 'within')).and.include('CLI_INPUT').and.include('ENOTDIR')
      expect(JSON.parse(ran.out).error).to.include({ code: 'CLI_INPUT', exit: 2 })
    } finally {
      rmSync(directory, { recursive: true })
    }
  })
})
