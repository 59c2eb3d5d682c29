/** `dojang snapshot load` and `dojang check` over time: old snapshots, clocks that are wrong, profiles that replace others. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { makeP256Pem, SoftwareSigner } from '../../../node/keys/signer.ts'
import { DAY, HOUR, systemClock } from '../../../node/lib/time.ts'
import type { LedgerProfile } from '../../../node/proof/profile.ts'
import { signProfile } from '../../../node/registries/profile/profile.ts'
import { LedgerHeads } from '../../../node/verifier/replica/ledger-heads.ts'
import { Replica } from '../../../node/verifier/replica/replica.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { issueOn, openCardWorld, show, type WorldCard } from '../verifier/replica/card-world.ts'
import { address, bytes32, type LedgerWorld } from '../verifier/replica/ledger-world.ts'
import { AUDIENCE, keyOf, NONCE } from '../verifier/support.ts'
import { run } from './support.ts'

const signer = new SoftwareSigner(makeP256Pem())
const realNow = Date.now

describe('cli: snapshot load and check', function () {
  this.timeout(60_000)
  const directory = scratchDirectory('snapshot')
  let world: LedgerWorld
  let card: WorldCard
  let lost: WorldCard
  /** The first has both cards good, the second has one of them revoked. */
  let first: Replica
  let second: Replica
  before(async () => {
    world = await openCardWorld(1024)
    card = await issueOn(world, 5)
    lost = await issueOn(world, 6)
    first = await newest()
    await world.set([[6, 0, 1]])
    second = await newest()
  })
  after(async () => {
    await world.close()
    rmSync(directory, { recursive: true })
  })

  const newest = async (): Promise<Replica> => {
    const heads = new LedgerHeads(world.ledger, world.profile)
    const replica = Replica.empty(world.profile)
    replica.apply((await heads.delta(0, await heads.newest())) ?? new Uint8Array(), systemClock())
    return replica
  }
  /** A later version of the profile, with what changed in it. */
  const version = (number: number, change: Partial<LedgerProfile> = {}): LedgerProfile => ({
    ...world.profile,
    ...change,
    version: number,
  })
  const checkpointAt = ({ head: { height, hash, time } }: Replica) => ({ checkpoint: { height, hash, time } })

  /** A verifier's own directory; `after` seconds from now. */
  class Counter {
    readonly data = mkdtempSync(join(directory, 'counter-'))

    async load(replica: Replica, profile: LedgerProfile = world.profile): Promise<string> {
      writeFileSync(join(this.data, 'a.snapshot'), replica.export())
      const { exit, body } = await this.#run(['snapshot', 'load', join(this.data, 'a.snapshot')], profile)
      return exit === 0 ? `${exit}` : `${exit} ${body.error.code}`
    }

    async check(of: WorldCard, { after = 0, maxAge = 600, profile = world.profile } = {}) {
      Date.now = () => realNow() + after * 1000
      try {
        writeFileSync(join(this.data, 'shown.txt'), show(of))
        const expected = ['--nonce', NONCE, '--audience', AUDIENCE, '--max-age', `${maxAge}`]
        const { exit, body } = await this.#run(['check', join(this.data, 'shown.txt'), ...expected], profile)
        const view = body.checks?.find((check: { name: string }) => check.name === 'view')
        const refusal = view?.facts.refusal ? ` ${view.facts.refusal}` : ''
        return `${exit} ${body.error?.code ?? keyOf(body)}${refusal}`
      } finally {
        Date.now = realNow
      }
    }

    async #run(args: readonly string[], profile: LedgerProfile) {
      writeFileSync(join(this.data, 'profile.jwt'), signProfile(profile, signer))
      const named = ['--profile', join(this.data, 'profile.jwt')]
      const { exit, out } = await run(['--json', '--data', this.data, ...args, ...named])
      return { exit, body: JSON.parse(out) }
    }
  }

  it('recognises a revoked card at any age of the snapshot, and a valid one within the age of the policy', async () => {
    const counter = new Counter()
    expect(await counter.load(second)).to.equal('0')
    expect(await counter.check(card)).to.equal('0 valid')
    for (const after of [DAY, 29 * DAY, 31 * DAY, 300 * DAY]) {
      expect(await counter.check(card, { after }), `${after}`).to.equal('4 unknown/view_stale')
      expect(await counter.check(lost, { after }), `${after}`).to.equal('1 revoked')
      expect(await counter.check(card, { after, maxAge: after + HOUR }), `${after}`).to.equal('0 valid')
    }
  })

  it('reports a clock that was set back, and no verdict on the card', async () => {
    const counter = new Counter()
    expect(await counter.load(second)).to.equal('0')
    expect(await counter.check(card, { after: -30 })).to.equal('0 valid')
    expect(await counter.check(card, { after: -HOUR })).to.equal('4 retry/clock')
    expect(await counter.check(lost, { after: -HOUR })).to.equal('4 retry/clock')
  })

  it('has no verdict on the card if anything else is wrong', async () => {
    const counter = new Counter()
    expect(await counter.check(card)).to.equal('4 unknown/view_stale')
    expect(await counter.load(second)).to.equal('0')
    const file = join(counter.data, 'verifier', 'snapshot.bin')
    const good = readFileSync(file)
    writeFileSync(file, good.subarray(0, -1))
    expect(await counter.check(card)).to.equal('4 unknown/view_stale PROOF_MALFORMED')
    writeFileSync(file, good.fill(0, good.length - 40))
    expect(await counter.check(card)).to.match(/^4 unknown\/view_stale PROOF_/)
    // Somebody put back the file of yesterday.
    writeFileSync(file, first.export())
    expect(await counter.check(lost)).to.equal('4 unknown/view_stale PROOF_ROLLBACK')
    expect(await counter.load(second)).to.equal('0')
    expect(await counter.check(card, { profile: version(1, { genesis: bytes32(1) }) })).to.equal(
      '4 unknown/view_stale PROOF_WRONG_CHAIN',
    )
    const { exit, out, err } = await run([
      ...['--json', '--data', counter.data, 'check', join(counter.data, 'shown.txt')],
      ...['--nonce', NONCE, '--audience', AUDIENCE, '--profile', join(counter.data, 'profile.jwt'), '--pin', 'another'],
    ])
    expect(exit).to.equal(4)
    expect(JSON.parse(out)).to.deep.include({ outcome: 'unknown', reason: 'view_stale' })
    expect(err).to.contain('#proof_profile_invalid')
  })

  it('does not trust a stored head under a profile with other validators', async () => {
    const counter = new Counter()
    expect(await counter.load(first)).to.equal('0')
    const replaced = version(2, { validators: [address(9)] })
    expect(await counter.check(card, { profile: replaced })).to.equal('4 unknown/view_stale PROOF_SET_UNTRUSTED')
    expect(await counter.load(second, replaced)).to.equal('1 PROOF_SET_UNTRUSTED')
    // Whoever was led far ahead by stolen keys comes back with the profile that says so.
    const trusted = join(counter.data, 'verifier', 'trusted.json')
    const led = { ...JSON.parse(readFileSync(trusted, 'utf8')), height: 1_000_000, validators: [address(9)] }
    writeFileSync(trusted, JSON.stringify(led))
    expect(await counter.load(second)).to.equal('1 PROOF_ROLLBACK')
    expect(await counter.load(second, version(2))).to.equal('0')
    expect(await counter.check(lost, { profile: version(2) })).to.equal('1 revoked')
  })

  it('refuses an older profile than the one used last', async () => {
    const counter = new Counter()
    expect(await counter.load(second, version(3))).to.equal('0')
    expect(await counter.load(second, version(2))).to.equal('1 PROOF_PROFILE_INVALID')
    expect(await counter.check(card, { profile: version(2) })).to.equal('4 unknown/view_stale PROOF_PROFILE_INVALID')
    expect(await counter.check(card, { profile: version(3) })).to.equal('0 valid')
    expect(await counter.check(card, { profile: version(4) })).to.equal('0 valid')
  })

  it('keeps its newest proved head and its snapshot if a new profile changes only the checkpoint', async () => {
    const counter = new Counter()
    expect(await counter.load(second)).to.equal('0')
    // The checkpoint still lies behind: an older snapshot under the new profile would be one step back.
    const moved = version(2, checkpointAt(first))
    expect(await counter.load(first, moved)).to.equal('1 PROOF_ROLLBACK')
    expect(await counter.check(lost, { profile: moved })).to.equal('1 revoked')
    // It lies ahead: what was loaded counts at its age until something newer is.
    await world.set([[900 + second.head.height, 0, 2]])
    const third = await newest()
    const ahead = version(3, checkpointAt(third))
    expect(await counter.check(card, { profile: ahead })).to.equal('0 valid')
    expect(await counter.check(lost, { profile: ahead })).to.equal('1 revoked')
    expect(await counter.check(card, { profile: ahead, after: HOUR })).to.equal('4 unknown/view_stale')
    expect(await counter.load(second, ahead)).to.equal('1 PROOF_ROLLBACK')
    expect(await counter.load(third, ahead)).to.equal('0')
  })
})
