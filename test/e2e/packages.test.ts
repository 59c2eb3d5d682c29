/** The packages without dependencies, as they are published: installed into an empty project, in every kind of program. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { build } from 'esbuild'
import { issueOn, openCardWorld, show } from '../node/verifier/replica/card-world.ts'
import type { LedgerWorld } from '../node/verifier/replica/ledger-world.ts'
import { AUDIENCE, NONCE } from '../node/verifier/support.ts'
import { type LedgerSite, openLedgerSite } from '../support/ledger-site.ts'
import { installInto, nodes, type PackedFiles, packAll } from '../support/packages.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { ROOT } from './support/process.ts'

/** The promise of the README of `dojang-verifier`. */
const MAX_PACKED = 150_000

const FIVE_LINES = `
  const { verifier, close } = await openVerifier(given.url, given.pin)
  const verdict = await verifier.verify(given.shown, { preset: 'website', nonce: given.nonce, audience: given.audience })
  if (verdict.outcome === 'valid') console.log('valid', Object.keys(verdict.disclosed[0].claims).length)
  else console.log(verdict.outcome, verdict.reason, verdict.sentence.ko, verdict.nextStep.en)
  await close()`

const PROGRAMS: Readonly<Record<string, string>> = {
  'module.mjs': `import { openVerifier } from 'dojang-verifier'\nconst given = JSON.parse(process.argv[2])\n${FIVE_LINES}`,
  'required.cjs': `const { openVerifier } = require('dojang-verifier')\nconst given = JSON.parse(process.argv[2])
    ;(async () => {${FIVE_LINES}})()`,
  'thread.mjs': `import { Worker } from 'node:worker_threads'
    new Worker(new URL('./module.mjs', import.meta.url), { argv: process.argv.slice(2) })`,
}

const TYPED = `
  import {
    askerFromPem, type CardQuery, DEFAULT_POLICY, FrameReader, openOfflineVerifier, openVerifier, type Policy, presetById,
    queryOf, requestCard, type Verdict, VerifierError, verifyWebhook, type WalletReply,
  } from 'dojang-verifier'
  const { verifier, profile, close } = await openVerifier('https://id.example.kr', 'pin', { minVersion: 3 })
  const verdict = await verifier.verify({ resident: [''] }, { preset: 'age', nonce: 'n', audience: 'a' })
  export const stored: Verdict = verdict
  export const outcome: 'valid' | undefined = verdict.outcome === 'valid' ? verdict.outcome : undefined
  export const names: readonly string[] = (verdict.disclosed ?? []).flatMap(({ claims }) => Object.keys(claims))
  export const words: string = verdict.sentence.ko + verdict.nextStep.en
  const preset = presetById('bank')
  if (preset) { const query: CardQuery = queryOf(preset, { inPerson: true }); console.log(query.credentials.length) }
  const policy: Policy = { ...DEFAULT_POLICY, maxAge: 60 }
  await verifier.verify('', { nonce: 'n', audience: 'a', policy })
  const asker = await askerFromPem('key', 'certificate')
  const request = await requestCard({ verifier, asker, preset: 'age', requestUri: 'https://s', responseUri: 'https://s' })
  const reply: WalletReply = await request.respond({ response: 'jwe' })
  export const kiosk = openOfflineVerifier({ profile: '', pinned: '', snapshot: new Uint8Array(), minVersion: profile.version })
  export const complete: Uint8Array | undefined = new FrameReader().add('text').complete
  export const code = (error: unknown) => (error instanceof VerifierError ? error.detail.code : reply.status)
  export const told: string | number = verifyWebhook({ body: '', signature: null, keys: {}, receiver: 'r' }).id
  await close()
  // @ts-expect-error a verdict has no such member
  verdict.nothing
  // @ts-expect-error the nonce is required
  await verifier.verify('', { audience: 'a' })`

/** The code of docs/sdk.md, block by block. */
function pageSources(): [string, string][] {
  const page = readFileSync(join(ROOT, 'docs', 'sdk.md'), 'utf8')
  const blocks = [...page.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code = '']) => code)
  expect(blocks).to.have.length.greaterThan(4)
  return blocks.map((code, i) => [`page-${i}.mts`, code])
}

describe('e2e: the packages without dependencies', function () {
  this.timeout(180_000)
  let folder: string
  let project: string
  let packed: PackedFiles
  let world: LedgerWorld
  let site: LedgerSite
  before(async () => {
    folder = scratchDirectory('packages')
    project = join(folder, 'shop')
    packed = await packAll(join(folder, 'dist'))
    world = await openCardWorld(1024)
    site = await openLedgerSite(world)
  })
  after(async () => {
    await site?.close()
    await world?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('are small, and installed in a moment, with nothing beside them', () => {
    const milliseconds = installInto(project, packed['dojang-verifier'])
    installInto(join(folder, 'light-client'), packed['dojang-proof'])
    for (const [name, { bytes }] of Object.entries(packed)) {
      console.log(`      ${name}: ${(bytes / 1000).toFixed(1)} kB packed`)
      expect(bytes, name).to.be.lessThan(MAX_PACKED)
    }
    console.log(`      npm installed dojang-verifier in ${(milliseconds / 1000).toFixed(1)} s`)
    const installed = join(project, 'node_modules')
    expect(readdirSync(installed).filter(name => !name.startsWith('.'))).to.deep.equal(['dojang-verifier'])
    const files = readdirSync(join(installed, 'dojang-verifier'))
    expect(files).to.include.members(['LICENSE', 'README.md', 'THIRD-PARTY-LICENSES', 'index.js', 'types'])
    const code = readFileSync(join(installed, 'dojang-verifier', 'index.js'), 'utf8')
    expect(code).to.not.match(/\bfrom\s*["']|\brequire\(["']|\bimport\(["']/)
  })

  /** A program of the project, with the environment of a stranger's machine. */
  function run(node: string, program: string, given: object): Promise<string> {
    const { NODE_OPTIONS: _, ...env } = process.env
    const child = spawn(node, [program, JSON.stringify(given)], { cwd: project, env })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', data => {
        output += data
      })
    }
    return new Promise(resolve => child.once('close', () => resolve(output.trim())))
  }

  for (const { path, version } of nodes()) {
    for (const [name, program] of Object.entries(PROGRAMS)) {
      it(`gives the five-line verdict in Node ${version}, ${name}`, async () => {
        const card = await issueOn(world, 11)
        writeFileSync(join(project, name), program)
        const given = {
          url: site.url,
          pin: site.pin,
          nonce: NONCE,
          audience: AUDIENCE,
          shown: { resident: [show(card)] },
        }
        expect(await run(path, name, given)).to.match(/^valid \d+$/)
        const stale = { ...given, nonce: 'of-another-request' }
        expect(await run(path, name, stale)).to.match(/^replayed null .*[가-힣].* [A-Z]/)
      })
    }

    it(`gives a verdict for whatever a stranger sends, in Node ${version}`, async () => {
      const program = `
        import { openVerifier } from 'dojang-verifier'
        const given = JSON.parse(process.argv[2])
        const { verifier, close } = await openVerifier(given.url, given.pin)
        const thrower = new Proxy({}, { ownKeys() { throw new Error('read') } })
        const strange = ['', '~', given.shown + '~~', '가'.repeat(90000), null, undefined, 7, [], {}, thrower, { resident: 'text' },
          { resident: [7] }, JSON.parse('{"__proto__":["x"],"constructor":["y"]}'), { resident: Array(99).fill('x') }]
        const outcomes = new Set()
        for (const each of strange) {
          outcomes.add((await verifier.verify(each, { preset: 'website', nonce: 'n', audience: 'a' })).outcome)
        }
        console.log([...outcomes].sort().join(' '), {}.x, Object.keys(Object.prototype).length)
        await close()`
      writeFileSync(join(project, 'strange.mjs'), program)
      const given = { url: site.url, pin: site.pin, shown: show(await issueOn(world, 12)) }
      expect(await run(path, 'strange.mjs', given)).to.equal('retry unreadable undefined 0')
    })
  }

  for (const [module, resolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ] as const) {
    it(`has complete types for moduleResolution ${resolution}, without another package`, () => {
      const sources = new Map([['typed.mts', TYPED], ...pageSources()])
      for (const [name, source] of sources) writeFileSync(join(project, name), source)
      const compilerOptions = {
        ...{ noEmit: true, strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
        ...{ module, moduleResolution: resolution, target: 'es2022', skipLibCheck: false },
      }
      const configuration = JSON.stringify({ compilerOptions, files: [...sources.keys()] })
      writeFileSync(join(project, 'tsconfig.json'), configuration)
      const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
      expect(existsSync(join(project, 'node_modules', '@types'))).to.equal(false)
      const { stdout } = spawnSync(process.execPath, [tsc, '-p', '.'], { cwd: project, encoding: 'utf8' })
      expect(stdout).to.equal('')
    })
  }

  it('lets a bundler leave out what is not used', async () => {
    const sizeOf = async (names: string) => {
      const contents = `import { ${names} } from 'dojang-verifier'\nconsole.log(${names})`
      const stdin = { contents, resolveDir: project }
      const made = await build({ stdin, bundle: true, minify: true, write: false, format: 'esm', logLevel: 'silent' })
      return made.outputFiles[0]?.contents.length ?? 0
    }
    const whole = await sizeOf('requestCard, openVerifier, InPersonCheck, checkEvidence, ProvenView, judgeOneWay')
    expect(await sizeOf('openVerifier')).to.be.lessThan(0.8 * whole)
    expect(await sizeOf('openProfile')).to.be.lessThan(0.4 * whole)
  })

  it('includes the light client alone', async () => {
    const program = `import { openProfile, quorum } from 'dojang-proof'
      console.log(quorum(5), openProfile(process.argv[2]).profile.version)`
    writeFileSync(join(folder, 'light-client', 'proof.mjs'), program)
    const args = ['proof.mjs', site.profile({ version: 4 })]
    const { NODE_OPTIONS: _, ...env } = process.env
    const ran = spawnSync(process.execPath, args, { cwd: join(folder, 'light-client'), env, encoding: 'utf8' })
    expect(ran.stdout.trim(), ran.stderr).to.equal('4 4')
  })
})
