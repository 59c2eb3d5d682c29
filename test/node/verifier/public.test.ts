/** The package's public entries, as an application's bundler sees them: no Node, a size, and five lines to a verdict. */
import { expect } from 'chai'
import { makeP256Pem, SoftwareSigner } from '../../../node/keys/signer.ts'
import { signProfile } from '../../../node/ledger/profile.ts'
import { thumbprint } from '../../../node/lib/jwk.ts'
import { systemClock } from '../../../node/lib/time.ts'
import { LedgerHeads } from '../../../node/verifier/replica/ledger-heads.ts'
import { Replica } from '../../../node/verifier/replica/replica.ts'
import { bundle, loadBundle } from '../../../scripts/bundle-size.ts'
import { issueOn, openCardWorld, show } from './replica/card-world.ts'
import type { LedgerWorld } from './replica/ledger-world.ts'
import { AUDIENCE, NONCE } from './support.ts'

describe('public entries, bundled for a browser', function () {
  this.timeout(60_000)

  it('dojang/proof is small and needs nothing of Node', async () => {
    const made = await bundle('dojang/proof')
    expect(made.gzip).to.be.lessThan(35_000)
    expect(made.code).to.not.match(/from\s*["']node:|require\(["']/)
    const proof = await loadBundle<typeof import('../../../node/proof/public.ts')>(made)
    expect(proof.quorum(5)).to.equal(4)
  })

  describe('dojang/verifier', () => {
    let world: LedgerWorld
    before(async () => {
      world = await openCardWorld()
    })
    after(() => world.close())

    it('is small, and five lines lead to a verdict', async () => {
      const made = await bundle('dojang/verifier')
      expect(made.gzip).to.be.lessThan(80_000)
      expect(made.code).to.not.match(/from\s*["']node:|require\(["']/)
      const { openVerifier } = await loadBundle<typeof import('../../../node/verifier/public.ts')>(made)

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

      const pin = thumbprint(signer.publicKey.jwk)
      const { verifier, close } = await openVerifier('https://id.example.kr', pin, { fetcher })
      const verdict = await verifier.verify(show(card), { nonce: NONCE, audience: AUDIENCE })
      expect(verdict).to.deep.include({ outcome: 'valid', how: 'replica' })
      expect(verdict.disclosed?.[0]?.claims.family_name).to.be.a('string')
      await close()
      // The whole list of everybody is asked for, never one entry of it.
      expect(asked.filter(path => path.includes('4711'))).to.deep.equal([])

      const refused = await openVerifier('https://id.example.kr', 'another', { fetcher }).catch(error => error.code)
      expect(refused).to.equal('PROOF_PROFILE_INVALID')
    })
  })
})
