/** The package's public entries, as an application's bundler sees them: no Node, a size, and five lines to a verdict. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { makeP256Pem, SoftwareSigner } from '../../../node/keys/signer.ts'
import { thumbprint } from '../../../node/lib/jose/jwk.ts'
import { systemClock } from '../../../node/lib/time.ts'
import { signProfile } from '../../../node/registries/profile/profile.ts'
import { LedgerHeads } from '../../../node/verifier/replica/ledger-heads.ts'
import { Replica } from '../../../node/verifier/replica/replica.ts'
import { bundleForBrowser, makePackage } from '../../../scripts/package.ts'
import { loadInBrowser } from '../../support/browser.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { issueOn, openCardWorld, show } from './replica/card-world.ts'
import type { LedgerWorld } from './replica/ledger-world.ts'
import { AUDIENCE, NONCE } from './support.ts'

const noFetch: typeof fetch = async () => {
  throw new Error('nothing is fetched')
}

describe('public entries, as a package in plain Node', function () {
  this.timeout(60_000)
  const directory = scratchDirectory('package')
  after(() => rmSync(directory, { recursive: true }))

  it('can be imported where it is installed, without any loader, and has types', async () => {
    const root = join(import.meta.dirname, '..', '..', '..')
    const installed = join(directory, 'node_modules', 'dojang')
    await makePackage(join(installed, 'dist'))
    mkdirSync(join(installed, 'contracts'))
    for (const name of ['package.json', '.gitignore', 'contracts/errors.json'])
      copyFileSync(join(root, name), join(installed, name))
    symlinkSync(join(root, 'node_modules'), join(installed, 'node_modules'))
    const program = `
      import { openVerifier, openProfile, checkEvidence, presetById, queryOf } from 'dojang/verifier'
      import { quorum, followHeader } from 'dojang/proof'
      const refused = await openVerifier('http://127.0.0.1:9', 'pin', { profile: 'none' }).catch(error => error.code)
      const asked = queryOf(presetById('age'), { inPerson: false }).credentials.length
      console.log([typeof checkEvidence, typeof openProfile, typeof followHeader, quorum(5), refused, asked].join(' '))`
    writeFileSync(join(directory, 'program.mjs'), program)
    const { NODE_OPTIONS: _, ...env } = process.env
    const run = spawnSync(process.execPath, ['program.mjs'], { cwd: directory, env, encoding: 'utf8' })
    expect(run.stdout.trim(), run.stderr).to.equal('function function function 4 PROOF_PROFILE_INVALID 3')

    // And it is in what `npm pack` makes, though git does not keep it.
    const pack = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: installed, env })
    const [{ files }] = JSON.parse(String(pack.stdout)) as [{ files: { path: string }[] }]
    const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const entries = Object.values(exports as Record<string, string | object>).flatMap(paths =>
      typeof paths === 'string' ? [paths] : Object.values(paths),
    )
    expect(files.map(({ path }) => `./${path}`)).to.include.members(entries)

    writeFileSync(
      join(directory, 'typed.mts'),
      `import { type CardQuery, DEFAULT_POLICY, openVerifier, policyOf, presetById, queryOf } from 'dojang/verifier'
       const { verifier } = await openVerifier('https://id.example.kr', 'pin')
       const preset = presetById('bank')
       if (!preset) throw new Error('the package has it')
       const asked: CardQuery = queryOf(preset, { inPerson: false })
       const claims = [{ id: 'a', path: ['family_name'], values: ['홍'] }, { id: 'b', path: ['list', null, 0] }]
       const meta = { vct_values: ['urn:dojang:kr:resident:1'] }
       const own: CardQuery = {
         credentials: [{ id: 'card', format: 'dc+sd-jwt', meta, multiple: true, claims, claim_sets: [['a'], ['b']] }],
       }
       for (const policy of [policyOf(preset, { inPerson: true }), { ...DEFAULT_POLICY, query: own }]) {
         await verifier.verify({ [asked.credentials[0]?.id ?? '']: [''] }, { nonce: '', audience: '', policy })
       }
       const verdict = await verifier.verify('', { nonce: '', audience: '' })
       export const outcome: 'valid' | undefined = verdict.outcome === 'valid' ? verdict.outcome : undefined
       // @ts-expect-error a verdict has no such member
       verdict.nothing`,
    )
    const strict = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--types', 'node']
    const args = [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), ...strict, 'typed.mts']
    symlinkSync(join(root, 'node_modules', '@types'), join(directory, 'node_modules', '@types'))
    const typed = spawnSync(process.execPath, args, { cwd: directory, env, encoding: 'utf8' })
    expect(typed.stdout).to.equal('')
  })
})

describe('public entries, bundled for a browser', function () {
  this.timeout(60_000)

  it('dojang/proof is small and needs no module of Node', async () => {
    const made = await bundleForBrowser('dojang/proof')
    expect(made.gzip).to.be.lessThan(38_000)
    expect(made.code).to.not.match(/from\s*["']node:|require\(["']/)
    const proof = await loadInBrowser<typeof import('../../../node/proof/public.ts')>('dojang/proof', noFetch)
    expect(proof.quorum(5)).to.equal(4)
  })

  describe('dojang/verifier', () => {
    let world: LedgerWorld
    before(async () => {
      world = await openCardWorld()
    })
    after(() => world.close())

    it('is small, and five lines lead to a verdict', async () => {
      const made = await bundleForBrowser('dojang/verifier')
      expect(made.gzip).to.be.lessThan(90_000)
      expect(made.code).to.not.match(/from\s*["']node:|require\(["']/)

      // The authority's end, without a network.
      const card = await issueOn(world, 4711)
      const heads = new LedgerHeads(world.ledger, world.profile)
      const signer = new SoftwareSigner(makeP256Pem())
      const signed = signProfile(world.profile, signer)
      const asked: string[] = []
      const answer = async (path: string): Promise<BodyInit | null> => {
        if (path === '/.well-known/dojang-ledger') return signed
        const height = /^\/heads\/(\d+)\/delta/.exec(path)?.[1]
        const delta = await heads.delta(Number(height ?? 0), await heads.newest())
        if (height !== undefined) return delta && new Blob([Uint8Array.from(delta)])
        const replica = Replica.empty(world.profile)
        if (delta) replica.apply(delta, systemClock())
        return new Blob([Uint8Array.from(replica.export())])
      }
      const fetcher: typeof fetch = async input => {
        const { pathname, search } = new URL(String(input))
        asked.push(pathname)
        if (pathname.startsWith('/status-lists')) return new Response(null, { status: 404 })
        const body = await answer(`${pathname}${search}`)
        return new Response(body, { status: body === null ? 204 : 200 })
      }

      // With the platform's own fetch, a URL and a thumbprint.
      const { openVerifier } = await loadInBrowser<typeof import('../../../node/verifier/public.ts')>(
        'dojang/verifier',
        fetcher,
      )
      const pin = thumbprint(signer.publicKey.jwk)
      const { verifier, close } = await openVerifier('https://id.example.kr', pin)
      const verdict = await verifier.verify(show(card), { nonce: NONCE, audience: AUDIENCE })
      expect(verdict).to.deep.include({ outcome: 'valid', how: 'replica' })
      expect(verdict.disclosed?.[0]?.claims.family_name).to.be.a('string')
      await close()
      // The whole list is requested, never a single entry.
      expect(asked.filter(path => path.includes('4711'))).to.deep.equal([])

      const refused = await openVerifier('https://id.example.kr', 'another').catch(error => error.code)
      expect(refused).to.equal('PROOF_PROFILE_INVALID')
    })
  })
})
