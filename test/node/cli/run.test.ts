import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { scratchDirectory } from '../../support/scratch.ts'
import { FakeNode, run } from './support.ts'

const NUMBER = '990101-1990017'
const OFFER = {
  applicationId: 'app-1',
  offerUrl: 'openid-credential-offer://?credential_offer_uri=http%3A%2F%2Flocalhost%2Fo',
  txCode: '493536',
  expiresAt: 1_790_000_000,
}
const CHANGE = { credentialId: 'c-1', status: 'SUSPENDED', transaction: '0xab', block: 12, time: 1_790_000_000 }
const check = { name: 'status', result: 'passed', facts: { status: 'VALID' } }
const verdict = (outcome: string, reason: string | null = null) => ({
  outcome,
  reason,
  sentence: { ko: '문장', en: 'A sentence.' },
  nextStep: { ko: '다음', en: 'A step.' },
  checks: [],
  credentials: [{ outcome, reason, checks: [check] }],
  asOf: { block: 7, time: 1_790_000_000 },
  age: 3,
  how: 'rpc',
})

const NUMBER_FILE = join(scratchDirectory('number'), 'number.txt')
writeFileSync(NUMBER_FILE, NUMBER)

describe('cli', () => {
  it('documents its exit codes, and examples for every command', async () => {
    const help = await run(['--help'])
    expect(help.exit).to.equal(0)
    expect(help.out).to.include('Exit codes:')
    const commands = [
      'start',
      'offer',
      'application',
      'credentials',
      'status',
      'suspend',
      'reinstate',
      'revoke',
      'verify',
      'verdict',
      'council',
      'health',
    ]
    for (const command of commands) {
      expect(help.out).to.include(`  ${command} `)
      const own = await run([command, '--help'])
      expect(own.exit, command).to.equal(0)
      expect(own.out, command)
        .to.include('Examples:')
        .and.include(`dojang ${command}`.replace('dojang start', 'npm start'))
    }
    for (const command of ['import', 'generate']) {
      expect((await run(['residents', command, '--help'])).out).to.include('Examples:')
    }
  })

  it('passes only the given settings to start', async () => {
    const given: unknown[] = []
    const start = async (options: unknown) => given.push(options)
    await run(
      ['start', '--data', 'd', '--demo', '--port', '0', '--rpc-port', '1', '--public-url', 'https://id.example/'],
      { start },
    )
    await run(['start'], { start, env: { DOJANG_DATA: 'elsewhere' } })
    expect(given).to.deep.equal([
      { data: 'd', mode: 'demo', port: 0, rpcPort: 1, publicUrl: 'https://id.example' },
      { data: 'elsewhere' },
    ])
  })

  for (const [why, argv] of Object.entries({
    'no command': [],
    'an unknown command': ['issue'],
    'an unknown option': ['start', '--fast'],
    'a port that is none': ['start', '--port', '70000'],
    'a URL that is none': ['start', '--public-url', 'ftp://x'],
    'two modes': ['start', '--demo', '--mode', 'local'],
    'a card that cannot be one': ['offer', '--card', '990101-1990017'],
    'an unknown preset': ['verify', '--preset', 'bnak'],
    'a reason in the arguments': ['revoke', 'c-1', '--reason', 'x'],
    'a personal number in the arguments': ['offer', '--card', 'resident', '--number', NUMBER],
    'an erasure without a confirmation': ['erase', '--number-file', NUMBER_FILE],
    'an unknown language': ['--lang', 'fr', 'health'],
    'too many arguments': ['status', 'a', 'b'],
    'a count that is none': ['residents', 'generate', '0'],
  })) {
    it(`exits with 2 for ${why}, with nothing on stdout`, async () => {
      const ran = await run(argv)
      expect(ran.exit).to.equal(2)
      expect(ran.out).to.equal('')
      expect(ran.err).to.match(/CLI_USAGE|Usage: dojang/)
      const json = await run([...argv, '--json'])
      expect(json.exit).to.equal(2)
      expect(JSON.parse(json.out).error).to.include({ code: 'CLI_USAGE', exit: 2 }).and.have.property('message')
    })
  }

  it('says how to start a node that does not run: no install, no listener, or another program', async () => {
    const none = await run(['health', '--data', '/nowhere/at/all'])
    expect(none.exit).to.equal(3)
    expect(none.err).to.include('npm start').and.include('/nowhere/at/all').and.include('CLI_NO_INSTALL')

    const broken = scratchDirectory('broken')
    writeFileSync(join(broken, 'config.json'), JSON.stringify({ publicUrl: 'http://localhost:4100', port: 'none' }))
    for (const command of [['health'], ['ledger', 'witness', 'list']]) {
      const ran = await run([...command, '--data', broken])
      expect(ran.exit).to.equal(1)
      expect(ran.err).to.include('CONFIG_INVALID').and.include('port').and.include(broken)
    }
    rmSync(broken, { recursive: true })

    await using node = await new FakeNode({
      'GET /operator/credentials/x': { body: 'hello', type: 'text/html' },
    }).start()
    const other = await run(['status', 'x', '--data', node.data])
    expect(other.exit).to.equal(3)
    expect(other.err).to.include('CLI_NODE_UNEXPECTED')
    await node.stop()
    const silent = await run(['health', '--data', node.data, '--json'])
    expect(silent.exit).to.equal(3)
    expect(silent.err).to.include('npm start').and.include(node.data)
    expect(JSON.parse(silent.out).error).to.include({ code: 'CLI_NODE_UNREACHABLE', exit: 3 })
  })

  it('takes the personal number from standard input, and never repeats it', async () => {
    await using node = await new FakeNode({ 'POST /operator/offers': { body: OFFER } }).start()
    const ran = await run(['offer', '--card', 'resident', '--data', node.data, '--json'], { input: `${NUMBER}\n` })
    expect(ran.exit).to.equal(0)
    const walletOfferUrl = `http://localhost:4103/wallet/offer${new URL(OFFER.offerUrl).search}`
    expect(JSON.parse(ran.out)).to.deep.equal({ ...OFFER, walletOfferUrl })
    const [asked] = node.asked
    expect(asked?.authorization).to.equal('Bearer the-token')
    expect(JSON.parse(asked?.body ?? '')).to.deep.equal({ card: 'resident', personalNumber: NUMBER })

    for (const wrong of ['991301-1990017', `${NUMBER}1`, '']) {
      const refused = await run(['offer', '--card', 'resident', '--data', node.data], { input: `${wrong}\n` })
      expect(refused.exit).to.equal(2)
      if (wrong !== '') expect(refused.err + refused.out).to.not.include(wrong)
    }
    expect(node.asked).to.have.length(1)
  })

  it('prints Korean if the locale or --lang selects it', async () => {
    await using node = await new FakeNode({
      'POST /operator/credentials/c-1/suspend': { body: CHANGE },
      'POST /operator/offers': { body: OFFER },
    }).start()
    const suspend = ['suspend', 'c-1', '--data', node.data]
    const input = 'lost\n'
    expect((await run(suspend, { input })).out).to.match(/^SUSPENDED, recorded in block 12 /)
    expect((await run(suspend, { input, env: { LANG: 'ko_KR.UTF-8' } })).out).to.match(/^효력 정지, 블록 12 /)
    expect((await run([...suspend, '--lang', 'ko'], { input })).out).to.match(/^효력 정지/)
    const offer = await run(['offer', '--card', 'driver', '--data', node.data, '--lang', 'ko'], { input: NUMBER })
    expect(offer.out).to.include('493536').and.include(OFFER.offerUrl)
  })

  it('takes the reason of a change from standard input or a file, and needs one', async () => {
    await using node = await new FakeNode({ 'POST /operator/credentials/c-1/suspend': { body: CHANGE } }).start()
    const suspend = ['suspend', 'c-1', '--data', node.data]
    const file = join(node.data, 'reason.txt')
    writeFileSync(file, '  분실 신고\n')
    expect((await run(suspend, { input: 'phone lost\n' })).exit).to.equal(0)
    expect((await run([...suspend, '--reason-file', file])).exit).to.equal(0)
    expect(node.asked.map(({ body }) => JSON.parse(body))).to.deep.equal([
      { reason: 'phone lost' },
      { reason: '분실 신고' },
    ])
    for (const input of ['', ' \n', 'x'.repeat(1001)]) {
      const ran = await run(suspend, { input })
      expect(ran.exit).to.equal(2)
      expect(ran.err).to.include('CLI_INPUT')
    }
    expect(node.asked).to.have.length(2)
  })

  it('refuses a number or a reason in the arguments with a hint, and does not repeat it', async () => {
    const ran = await run(['offer', '--card', 'resident', '--number', NUMBER])
    expect(ran.err).to.include('process list').and.include('--number-file').and.not.include(NUMBER)
    expect((await run(['suspend', 'c-1', '--reason', 'because'])).err)
      .to.include('--reason-file')
      .and.not.include('because')
  })

  it('erases a resident after a confirmation', async () => {
    await using node = await new FakeNode({ 'POST /operator/residents/erase': { body: { erased: true } } }).start()
    const erase = ['erase', '--data', node.data]
    expect((await run(erase, { input: NUMBER })).exit).to.equal(2)
    expect(node.asked).to.have.length(0)
    const done = await run([...erase, '--yes', '--json'], { input: NUMBER })
    expect(JSON.parse(done.out)).to.deep.equal({ erased: true })
    expect(JSON.parse(node.asked[0]?.body ?? '')).to.deep.equal({ personalNumber: NUMBER })
  })

  it('requests an offer with one grant, and refuses unknown grants', async () => {
    await using node = await new FakeNode({ 'POST /operator/offers': { body: OFFER } }).start()
    const offer = ['offer', '--card', 'driver', '--data', node.data, '--grant']
    for (const grant of ['pre-authorized', 'code']) {
      expect((await run([...offer, grant], { input: NUMBER })).exit, grant).to.equal(0)
      expect(JSON.parse(node.asked.at(-1)?.body ?? '')).to.deep.include({ grant })
    }
    expect((await run([...offer, 'implicit'], { input: NUMBER })).exit).to.equal(2)
    expect(node.asked).to.have.length(2)
  })

  it("prints the node's refusal with its code, and has different exit codes for bad input, refusal and an unreachable ledger", async () => {
    const problem = (status: number) => ({
      status,
      body: { type: 'about:blank', status, code: `TEST_${status}`, detail: `Because of ${status}.` },
      type: 'application/problem+json',
    })
    await using node = await new FakeNode({
      'GET /operator/credentials/a': problem(400),
      'GET /operator/credentials/b': problem(409),
      'GET /operator/credentials/c': problem(503),
      'GET /operator/credentials/d': problem(401),
    }).start()
    const exits: Record<string, number> = {}
    for (const id of ['a', 'b', 'c', 'd']) {
      const ran = await run(['status', id, '--data', node.data])
      exits[id] = ran.exit
      expect(ran.out).to.equal('')
      expect(ran.err).to.match(/(TEST_4\d\d|TEST_503), see docs\/errors/)
      expect(ran.err).to.not.include('    at ')
    }
    expect(exits).to.deep.equal({ a: 2, b: 1, c: 3, d: 1 })
    const debug = await run(['status', 'b', '--data', node.data], { env: { DEBUG: '1' } })
    expect(debug.err).to.include('    at ')
  })

  it('requests any card of a preset, or one', async () => {
    await using node = await new FakeNode({
      'POST /operator/presentations': { body: { id: 'p-1', requestUrl: 'openid4vp://?x', expiresAt: 4e9 } },
    }).start()
    const args = ['verify', '--preset', 'bank', '--wait', '0', '--data', node.data]
    await run(args)
    await run([...args, '--card', 'driver'])
    expect(node.asked.map(({ body }) => JSON.parse(body))).to.deep.equal([
      { preset: 'bank', device: 'other' },
      { preset: 'bank', device: 'other', card: 'driver' },
    ])
    expect((await run([...args, '--card', 'toString'])).exit).to.equal(2)
  })

  it('waits for a verdict, and exits with its code', async () => {
    const outcomes: [string, string | null, number][] = [
      ['valid', null, 0],
      ['suspended', null, 1],
      ['forged', 'anchor_mismatch', 1],
      ['unknown', 'view_stale', 4],
      ['retry', 'declined', 4],
    ]
    for (const [outcome, reason, exit] of outcomes) {
      let polls = 0
      await using node = await new FakeNode({
        'POST /operator/presentations': { body: { id: 'p-1', requestUrl: 'openid4vp://?x', expiresAt: 4e9 } },
        'GET /operator/presentations/p-1': () => {
          polls += 1
          return { body: polls < 2 ? { state: 'pending' } : { state: 'done', verdict: verdict(outcome, reason) } }
        },
      }).start()
      const ran = await run(['verify', '--preset', 'bank', '--data', node.data])
      expect(ran.exit, outcome).to.equal(exit)
      expect(ran.err).to.include('openid4vp://?x')
      expect(ran.out).to.match(
        new RegExp(`^${outcome}${reason ? `/${reason}` : ''}: A sentence\\.\nA step\\.\nAs of block 7 .*3 s old`),
      )
      expect(ran.out).to.include('✓ status')
      expect(node.asked.map(({ method }) => method)).to.deep.equal(['POST', 'GET', 'GET'])
    }
  })

  it('shows the disclosed claims only when asked, without control characters, and writes the portrait', async () => {
    const image = Buffer.from('a portrait of nobody')
    const claims = {
      family_name: '홍\u001b[2J',
      address: { region: '서울특별시' },
      portrait: `data:image/jpeg;base64,${image.toString('base64')}`,
    }
    const disclosed = [{ query: 'resident', vct: 'urn:dojang:kr:resident:1', claims }]
    await using node = await new FakeNode({
      'POST /operator/presentations': { body: { id: 'p-1', requestUrl: 'openid4vp://?x', expiresAt: 4e9 } },
      'GET /operator/presentations/p-1': { body: { state: 'done', verdict: verdict('valid', null), disclosed } },
    }).start()
    const face = join(node.data, 'face.jpg')
    const args = ['verify', '--preset', 'bank', '--data', node.data]
    const shown = await run([...args, '--in-person', '--show', '--portrait', face])
    expect(shown.out).to.match(
      /family_name +홍\ufffd\[2J\n +address\.region +서울특별시\n +portrait +image\/jpeg, \d+ bytes/,
    )
    expect(JSON.parse(node.asked[0]?.body ?? '')).to.deep.equal({ preset: 'bank', device: 'other', inPerson: true })
    expect(readFileSync(face).equals(image)).to.equal(true)
    expect(statSync(face).mode & 0o777).to.equal(0o600)
    const json = await run([...args, '--show', '--json'])
    expect(JSON.parse(json.out).disclosed).to.deep.equal(disclosed)
    for (const quiet of [args, [...args, '--json']]) {
      const { out, err } = await run(quiet)
      expect(out + err).to.not.match(/홍|서울|portrait/)
    }
  })

  it('prints its version', async () => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', '..', 'package.json'), 'utf8'))
    expect(await run(['--version'])).to.deep.include({ exit: 0, out: `${version}\n` })
  })

  it('prints the request and exits with --wait 0; reports that no wallet answered', async () => {
    await using node = await new FakeNode({
      'POST /operator/presentations': { body: { id: 'p-1', requestUrl: 'openid4vp://?x', expiresAt: 4e9 } },
      'GET /operator/presentations/p-1': { body: { state: 'pending' } },
    }).start()
    const begun = await run(['verify', '--preset', 'bank', '--wait', '0', '--data', node.data])
    expect(begun).to.include({ exit: 0, out: 'openid4vp://?x\n' })
    const pending = await run(['verdict', 'p-1', '--data', node.data, '--json'])
    expect(pending.exit).to.equal(4)
    expect(JSON.parse(pending.out)).to.deep.equal({ id: 'p-1', state: 'pending' })
  })
})

describe('cli: residents', () => {
  const report = (rejectedTotal: number) => ({
    charset: 'utf-8',
    rows: 2,
    added: 2 - rejectedTotal,
    changed: 0,
    unchanged: 0,
    rejectedTotal,
    rejectedByReason: {},
    rejected: Array.from({ length: rejectedTotal }, () => ({ line: 3, reason: 'bad_name', ko: '이름', en: 'A name…' })),
    ignoredColumns: [],
  })
  let directory = ''
  before(() => {
    directory = scratchDirectory('cli')
  })
  after(() => rmSync(directory, { recursive: true, force: true }))

  it('uploads the bytes as they are, shows progress on stderr, and lists rejected rows with exit code 2', async () => {
    const csv = join(directory, 'r.csv')
    writeFileSync(csv, Buffer.from([0xef, 0xbb, 0xbf, 0xb0, 0xa1, 10, 49, 10, 50, 10]))
    for (const rejected of [0, 1]) {
      const lines = [{ progress: { rows: 1, added: 1 } }, { report: report(rejected) }]
      await using node = await new FakeNode({
        'POST /operator/residents/import': {
          body: lines.map(line => `${JSON.stringify(line)}\n`).join(''),
          type: 'application/x-ndjson',
        },
      }).start()
      const ran = await run(['residents', 'import', csv, '--data', node.data])
      expect(ran.exit).to.equal(rejected === 0 ? 0 : 2)
      expect(ran.out).to.include(`${rejected} rejected`)
      if (rejected) expect(ran.out).to.include('line 3: A name…')
      expect(ran.err).to.include('importing 1/2')
      const json = await run(['residents', 'import', csv, '--data', node.data, '--json'])
      expect(JSON.parse(json.out)).to.deep.equal(report(rejected))
    }
  })

  it('says what to do when the file is missing, and when the node stops during the import', async () => {
    await using node = await new FakeNode({
      'POST /operator/residents/import': { body: '{"progress":{"rows":1}}\n', type: 'application/x-ndjson' },
    }).start()
    const absent = await run(['residents', 'import', join(directory, 'none.csv'), '--data', node.data])
    expect(absent.exit).to.equal(2)
    expect(absent.err).to.include('There is no such file')
    mkdirSync(join(directory, 'd.csv'))
    expect((await run(['residents', 'import', join(directory, 'd.csv'), '--data', node.data])).exit).to.equal(2)
    const cut = await run(['residents', 'import', '-', '--data', node.data], { input: 'a\nb\n' })
    expect(cut.exit).to.equal(3)
    expect(cut.err).to.include('run the import again')
  })

  it('generates the same people for the same seed, in both charsets', async () => {
    const [one, two, other, cp949] = await Promise.all([
      run(['residents', 'generate', '3']),
      run(['residents', 'generate', '3', '--seed', 'dojang']),
      run(['residents', 'generate', '3', '--seed', 'else']),
      run(['residents', 'generate', '3', '--charset', 'cp949', '--out', join(directory, 'g.csv')]),
    ])
    expect(one.out).to.equal(two.out).and.not.equal(other.out)
    expect(one.out.trim().split('\r\n')).to.have.length(4)
    expect(cp949.out).to.include('g.csv')
  })
})
