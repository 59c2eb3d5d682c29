/** Evidence files: made from a real ledger, checked with the profile alone. */
import { expect } from 'chai'
import { parseSdJwt } from '../../../../node/credential/sd-jwt/parse.ts'
import { DAY, systemClock } from '../../../../node/lib/time.ts'
import { ProofError } from '../../../../node/proof/errors.ts'
import { type Header, parseHeader } from '../../../../node/proof/header.ts'
import type { LedgerProfile } from '../../../../node/proof/profile.ts'
import { checkEvidence } from '../../../../node/verifier/evidence/check.ts'
import { encodeEvidence, parseEvidence } from '../../../../node/verifier/evidence/format.ts'
import { makeEvidence } from '../../../../node/verifier/evidence/make.ts'
import { presentSdJwt } from '../../../support/present-sd-jwt.ts'
import { addressOf, forgeHeader, validatorKey } from '../../proof/forge.ts'
import { issueOn, openCardWorld, show, type WorldCard } from '../replica/card-world.ts'
import { address, bytes32, type LedgerWorld } from '../replica/ledger-world.ts'
import { issuer, keyOf } from '../support.ts'

const now = systemClock
const showing = (card: WorldCard, ...claims: string[]) =>
  presentSdJwt(parseSdJwt(card.text), path => claims.includes(path.join('/')))

async function refusal(checking: Promise<unknown>): Promise<string> {
  try {
    await checking
  } catch (error) {
    if (error instanceof ProofError) return error.code
    throw error
  }
  return 'passed'
}

describe('evidence', function () {
  this.timeout(60_000)
  let world: LedgerWorld
  let profile: LedgerProfile
  let card: WorldCard
  let issuedAt: number
  let revokedAt: number

  const head = async () => parseHeader(await world.ledger.request('eth_getBlockByNumber', ['latest', false]))
  const make = async (credential: string, at?: number) => {
    const { text, checked } = await makeEvidence(
      world.ledger,
      profile,
      { credential, ...(at === undefined ? {} : { at }) },
      now,
    )
    // The author of the file gets the same result as a later checker.
    expect(await checkEvidence(text, profile, now())).to.deep.equal(checked)
    return { text, verdict: keyOf(checked.verdict), checked }
  }

  before(async () => {
    world = await openCardWorld()
    profile = world.profile
    card = await issueOn(world, 5)
    issuedAt = (await head()).timestamp
    await issueOn(world, 6)
    await world.set([[5, 0, 1]])
    revokedAt = (await head()).timestamp
    await issueOn(world, 7)
  })
  after(() => world.close())

  it('distinguishes the time before a revocation from the time after it', async () => {
    const credential = showing(card, 'anchor', 'family_name')
    expect((await make(credential, issuedAt)).verdict).to.equal('valid')
    expect((await make(credential, revokedAt - 1)).verdict).to.equal('valid')
    expect((await make(credential, revokedAt)).verdict).to.equal('revoked')
    expect((await make(credential)).verdict).to.equal('revoked')
    // Not anchored yet, and the ledger proves which block was the newest then.
    expect((await make(credential, issuedAt - 1)).verdict).to.equal('unknown/anchor_needed')
  })

  it('omits the key binding, and lists it as not checked', async () => {
    const { text, checked } = await make(show(card), issuedAt)
    expect(parseEvidence(text).credential.endsWith('~')).to.equal(true)
    // Without the last ~, the last disclosure would be read as a key binding.
    const { credential, ...rest } = JSON.parse(text)
    const cut = JSON.stringify({ ...rest, credential: `${credential.slice(0, -1)}|` })
    expect(await refusal(checkEvidence(cut, profile, now()))).to.equal('PROOF_MALFORMED')
    const checks = checked.verdict.credentials[0]?.checks ?? []
    const of = (name: string) => checks.find(check => check.name === name)?.result
    expect(['key_binding', 'nonce', 'audience', 'freshness'].map(of)).to.deep.equal(Array(4).fill('not_checked'))
    expect(['anchor', 'time_rule', 'status', 'issuer_signature'].map(of)).to.deep.equal(Array(4).fill('passed'))
    expect(checked.verdict.credentials[0]?.evidence.organisation?.name).to.equal('행정안전부')
  })

  it('needs a block after the time, and a time within the ledger’s', async () => {
    expect(await refusal(make(card.text, now() + 100))).to.equal('PROOF_FUTURE')
    expect(await refusal(make(card.text, 1000))).to.equal('PROOF_GAP')
  })

  it('is refused when it does not prove which block was the newest', async () => {
    const { text } = await make(showing(card, 'anchor'), revokedAt - 1)
    const file = parseEvidence(text)
    // An attacker would use the block before the revocation for a time after it.
    const of = (change: Partial<typeof file>) =>
      refusal(checkEvidence(encodeEvidence({ ...file, ...change }), profile, now()))
    expect(await of({})).to.equal('passed')
    expect(await of({ at: revokedAt })).to.equal('PROOF_GAP')
    expect(await of({ at: revokedAt, next: null })).to.equal('PROOF_GAP')
    expect(await of({ at: revokedAt, next: await head() })).to.equal('PROOF_HASH_MISMATCH')
    expect(await of({ chainId: 7 })).to.equal('PROOF_WRONG_CHAIN')
  })

  it('is refused under a profile with other validators or contracts, or one that is too old', async () => {
    const { text } = await make(showing(card, 'anchor'), issuedAt)
    const under = (change: Partial<LedgerProfile>, time = now()) =>
      refusal(checkEvidence(text, { ...profile, ...change }, time))
    expect(await under({ validators: [address(9)] })).to.equal('PROOF_SET_UNTRUSTED')
    const contract = { ...profile.contracts.anchorLog, codeHash: bytes32(1) }
    expect(await under({ contracts: { ...profile.contracts, anchorLog: contract } })).to.equal('PROOF_HASH_MISMATCH')
    expect(await under({}, now() + 31 * DAY)).to.equal('PROOF_TRUST_EXPIRED')
    // A later profile of the same ledger vouches for what its validators sealed before.
    const newest = await world.ledger.request('eth_getBlockByNumber', ['latest', false])
    const header = parseHeader(newest)
    const checkpoint = { height: header.number, hash: (newest as { hash: `0x${string}` }).hash, time: header.timestamp }
    expect(await under({ checkpoint })).to.equal('passed')
    const conflicting = { ...checkpoint, height: parseEvidence(text).path[0]?.number ?? 0, hash: bytes32(4) }
    expect(await under({ checkpoint: conflicting })).to.equal('PROOF_EQUIVOCATION')
  })

  it('does not trust retired validators, neither for earlier nor for later blocks', async () => {
    const file = parseEvidence((await make(showing(card, 'anchor'), issuedAt)).text)
    const base = file.path.at(-1) as Header
    const keys = (...numbers: number[]) => numbers.map(validatorKey)
    // Today 0 to 3; before them, honestly, 2 to 5; and long before, 4 to 7, whose keys were sold since.
    const [today, between, retired] = [keys(0, 1, 2, 3), keys(2, 3, 4, 5), keys(4, 5, 6, 7)]
    const checkpoint = { height: 1_000_000, hash: bytes32(0xab), time: now() - 60 }
    const of = (...path: readonly Header[]) => {
      const at = path.at(-1)?.timestamp ?? 0
      const text = encodeEvidence({ ...file, at, path, next: null })
      return refusal(checkEvidence(text, { ...profile, checkpoint, validators: today.map(addressOf) }, now()))
    }
    const before = forgeHeader(base, between, between, { number: 500_000, timestamp: now() - 700 * DAY })
    const long = forgeHeader(base, retired, retired, { number: 400_000, timestamp: now() - 900 * DAY })
    const forged = forgeHeader(base, retired, retired, { number: 1_000_500, timestamp: now() - 5 })
    expect(await of(before)).to.equal('passed')
    expect(await of(forgeHeader(base, today, today, { number: 1_000_500, timestamp: now() - 5 }))).to.equal('passed')
    expect(await of(long)).to.equal('PROOF_SET_UNTRUSTED')
    expect(await of(forged)).to.equal('PROOF_SET_UNTRUSTED')
    // Each vouches for the next: back to when they were validators, and forward to what they seal today.
    expect(await of(before, long, forged)).to.equal('PROOF_SET_UNTRUSTED')
    expect(await of(before, long)).to.equal('PROOF_MALFORMED')
    // A block before the checkpoint is not of a time after it.
    const late = forgeHeader(base, today, today, { number: 500_000, timestamp: now() - 5 })
    expect(await of(late)).to.equal('PROOF_MALFORMED')
  })

  it('gives the verdict unknown, never valid, if anything is omitted', async () => {
    const { text } = await make(showing(card, 'anchor'), issuedAt)
    const file = parseEvidence(text)
    let left = 0
    for (const [name, { accountProof, storage }] of Object.entries(file.contracts)) {
      for (const slot of storage.keys()) {
        const fewer = new Map([...storage].filter(([each]) => each !== slot))
        const contracts = { ...file.contracts, [name]: { accountProof, storage: fewer } }
        const { verdict } = await checkEvidence(encodeEvidence({ ...file, contracts }), profile, now())
        expect(verdict.outcome, `${name} ${slot}`).to.equal('unknown')
        left += 1
      }
    }
    expect(left).to.be.greaterThan(6)
  })

  it('judges a stolen key: anchored before the theft is valid, after it is not, and without an anchor the receipt is needed', async () => {
    const good = await issueOn(world, 20)
    const stolenFrom = now()
    while (now() <= stolenFrom) await new Promise(resolve => setTimeout(resolve, 100))
    const forged = await issueOn(world, 21)
    await world.distrust(stolenFrom + 1, issuer.signer.keyId)
    const distrustedAt = (await head()).timestamp
    expect((await make(showing(good, 'anchor'), distrustedAt)).verdict).to.equal('valid')
    expect((await make(showing(forged, 'anchor'), distrustedAt)).verdict).to.equal('untrusted/key_distrusted')
    expect((await make(showing(good, 'family_name'), distrustedAt)).verdict).to.equal('unknown/anchor_needed')
    // Before anybody knew.
    expect((await make(showing(forged, 'anchor'), distrustedAt - 1)).verdict).to.equal('valid')
  })
})
