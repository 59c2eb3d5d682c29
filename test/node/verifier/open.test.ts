/** `openVerifier`: which profile and snapshot it accepts, and how long it waits for a snapshot. */
import { expect } from 'chai'
import { makeP256Pem, SoftwareSigner } from '../../../node/keys/signer.ts'
import { thumbprint } from '../../../node/lib/jose/jwk.ts'
import { systemClock } from '../../../node/lib/time.ts'
import { ProofError } from '../../../node/proof/errors.ts'
import type { LedgerProfile } from '../../../node/proof/profile.ts'
import { signProfile } from '../../../node/registries/profile/profile.ts'
import { VerifierError } from '../../../node/verifier/errors.ts'
import { type OpenVerifierOptions, openVerifier } from '../../../node/verifier/public.ts'
import { LedgerHeads } from '../../../node/verifier/replica/ledger-heads.ts'
import { Replica } from '../../../node/verifier/replica/replica.ts'
import type { Verifier } from '../../../node/verifier/verifier.ts'
import { issueOn, openCardWorld, show, type WorldCard } from './replica/card-world.ts'
import { address, type LedgerWorld } from './replica/ledger-world.ts'
import { AUDIENCE, keyOf, NONCE } from './support.ts'

const signer = new SoftwareSigner(makeP256Pem())
const pin = thumbprint(signer.publicKey.jwk)

describe('openVerifier', function () {
  this.timeout(60_000)
  let world: LedgerWorld
  let card: WorldCard
  before(async () => {
    world = await openCardWorld(1024)
    card = await issueOn(world, 5)
  })
  after(() => world.close())

  const newest = async (): Promise<Replica> => {
    const heads = new LedgerHeads(world.ledger, world.profile)
    const replica = Replica.empty(world.profile)
    replica.apply((await heads.delta(0, await heads.newest())) ?? new Uint8Array(), systemClock())
    return replica
  }

  /** An authority with one snapshot, and without newer heads. */
  interface Endpoint {
    readonly profile: LedgerProfile
    /** Null: it has none. */
    readonly snapshot: (() => Promise<Uint8Array>) | null
  }
  async function open({ profile, snapshot }: Endpoint, options: OpenVerifierOptions = {}) {
    const fetched: string[] = []
    const fetcher: typeof fetch = async (input, init) => {
      const { pathname } = new URL(String(input))
      fetched.push(pathname)
      if (pathname.endsWith('/dojang-ledger')) return new Response(signProfile(profile, signer))
      if (pathname.startsWith('/heads')) return new Response(null, { status: 204 })
      if (!pathname.endsWith('/latest') || !snapshot) return new Response(null, { status: 404 })
      const gone = new Promise<never>((_, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
      })
      return new Response(new Blob([Uint8Array.from(await Promise.race([snapshot(), gone]))]))
    }
    const opened = await openVerifier('https://id.example.kr', pin, { fetcher, ...options })
    return { ...opened, snapshots: () => fetched.filter(path => path.endsWith('/latest')).length }
  }
  const verdict = async (verifier: Verifier, of = card) =>
    keyOf(await verifier.verify(show(of), { nonce: NONCE, audience: AUDIENCE }))

  it('waits for its first snapshot as long as the transfer takes, and fetches it once', async () => {
    const bytes = (await newest()).export()
    const slow = async () => {
      // Longer than the time limit of a request during a check.
      await new Promise(resolve => setTimeout(resolve, 1700))
      return bytes
    }
    const { verifier, close, snapshots } = await open({ profile: world.profile, snapshot: slow })
    expect(await verdict(verifier)).to.equal('valid')
    expect(snapshots()).to.equal(1)
    await close()
  })

  it('reports that there is no profile, for whatever reason', async () => {
    const ways: Record<string, typeof fetch> = {
      'nobody there': async () => {
        throw new TypeError('fetch failed')
      },
      'another service': async () => new Response(null, { status: 404 }),
      'no end of it': async () => new Response('x'.repeat(70_000)),
    }
    for (const [way, fetcher] of Object.entries(ways)) {
      const refused = await openVerifier('https://id.example.kr', pin, { fetcher }).catch(error => error)
      expect(refused, way).to.be.instanceOf(VerifierError)
      expect(refused.detail, way).to.deep.equal({ code: 'VERIFIER_CONFIGURATION', reason: 'profile' })
    }
  })

  it('refuses a profile that is older than the one seen before', async () => {
    const of = (version: number, minVersion?: number) =>
      open(
        { profile: { ...world.profile, version }, snapshot: null },
        minVersion === undefined ? {} : { minVersion },
      ).then(
        async ({ profile, close }) => {
          await close()
          return profile.version
        },
        error => error.code,
      )
    expect(await of(2)).to.equal(2)
    expect(await of(2, 2)).to.equal(2)
    expect(await of(3, 2)).to.equal(3)
    expect(await of(1, 2)).to.equal('PROOF_PROFILE_INVALID')
  })

  it('uses a snapshot from before the checkpoint until there is a newer one', async () => {
    const old = await newest()
    const lost = await issueOn(world, 9)
    const between = await newest()
    await world.set([[9, 0, 1]])
    const { head } = await newest()
    const checkpoint = { height: head.height, hash: head.hash, time: head.time }
    const profile = { ...world.profile, version: 2, checkpoint }
    const offline = await open({ profile, snapshot: null }, { snapshot: between.export() })
    expect(await verdict(offline.verifier)).to.equal('valid')
    expect(offline.updater.replica).to.equal(null)
    // The endpoint's snapshot may be older than the given one, but not older than the checkpoint.
    const refused: unknown[] = []
    const stubborn = await open(
      { profile, snapshot: async () => old.export() },
      { snapshot: between.export(), onRefused: error => refused.push(error) },
    )
    expect(refused.at(-1)).to.have.property('code', 'PROOF_ROLLBACK')
    expect(await verdict(stubborn.verifier, lost)).to.equal('valid')
    const current = (await newest()).export()
    const connected = await open({ profile, snapshot: async () => current }, { snapshot: between.export() })
    expect(await verdict(connected.verifier, lost)).to.equal('revoked')
    for (const { close } of [offline, stubborn, connected]) await close()
  })

  it('ignores a snapshot whose validators the profile replaced, and fetches another', async () => {
    const { head } = await newest()
    const kept = (await newest()).export()
    const replaced = { ...world.profile, version: 2, validators: [address(9)] }
    const ahead = { height: head.height + 1, hash: head.hash, time: head.time }
    for (const checkpoint of [world.profile.checkpoint, ahead]) {
      const refused: string[] = []
      const onRefused = (error: unknown) => refused.push(error instanceof ProofError ? error.code : String(error))
      const endpoint = { profile: { ...replaced, checkpoint }, snapshot: async () => kept }
      const { verifier, close, snapshots } = await open(endpoint, { snapshot: kept, onRefused })
      expect(await verdict(verifier)).to.equal('unknown/view_stale')
      expect(snapshots()).to.be.at.least(1)
      expect(refused[0]).to.equal('PROOF_SET_UNTRUSTED')
      await close()
    }
    const broken = open({ profile: world.profile, snapshot: null }, { snapshot: kept.subarray(1) })
    expect(await broken.catch(error => error.code)).to.equal('PROOF_MALFORMED')
  })
})
