/** Policies of untyped programs: a missing member is refused, and never read as "not required". */

import { expect } from 'chai'
import { parseSdJwt } from '../../../node/credential/sd-jwt/parse.ts'
import { DAY } from '../../../node/lib/time.ts'
import { checkView } from '../../../node/verifier/check.ts'
import { checkKeyBinding } from '../../../node/verifier/check-key-binding.ts'
import { VerifierError } from '../../../node/verifier/errors.ts'
import { DEFAULT_POLICY, REMOTE_WINDOW } from '../../../node/verifier/policy.ts'
import { CREDENTIAL_CHECKS, PRESENTATION_CHECKS, Recorder } from '../../../node/verifier/recorder.ts'
import { resident } from '../../support/cards.ts'
import { AUDIENCE, cardOn, holder, keyOf, MemoryView, NONCE, NOW, present, verifierOf } from './support.ts'

describe('policy', () => {
  it('refuses a policy with a missing member', async () => {
    const view = new MemoryView()
    const text = present(cardOn(view))
    const ask = async (options: object) => {
      const verifier = verifierOf(view)
      const whole = { nonce: NONCE, audience: AUDIENCE, policy: DEFAULT_POLICY, window: REMOTE_WINDOW }
      try {
        return keyOf(await verifier.verify(text, { ...whole, ...options }))
      } catch (error) {
        if (error instanceof VerifierError) return `${error.code} ${'reason' in error.detail && error.detail.reason}`
        throw error
      }
    }
    expect(await ask({})).to.equal('valid')
    const broken = (of: object) => [of, ...Object.keys(of).map(name => ({ ...of, [name]: undefined }))].slice(1)
    for (const policy of broken(DEFAULT_POLICY)) {
      const [missing] = Object.entries(policy).find(([, value]) => value === undefined) ?? []
      expect(await ask({ policy })).to.equal(`VERIFIER_CONFIGURATION policy.${missing}`)
    }
    for (const window of broken(REMOTE_WINDOW)) expect(await ask({ window })).to.match(/^VERIFIER_CONFIGURATION window/)
    for (const maxAge of [Number.NaN, -1, '600', null]) {
      expect(await ask({ policy: { ...DEFAULT_POLICY, maxAge } })).to.equal('VERIFIER_CONFIGURATION policy.maxAge')
    }
    const condition = { query: null, path: ['family_name'], equals: '홍' }
    expect(await ask({ policy: { ...DEFAULT_POLICY, conditions: [condition] } })).to.equal('valid')
    for (const conditions of broken(condition).map(each => [each])) {
      const policy = { ...DEFAULT_POLICY, conditions }
      expect(await ask({ policy })).to.equal('VERIFIER_CONFIGURATION policy.conditions')
    }
    // A condition on a claim that is not requested would never apply.
    const named = { ...condition, query: 'resident' }
    expect(await ask({ policy: { ...DEFAULT_POLICY, conditions: [named] } })).to.equal(
      'VERIFIER_CONFIGURATION policy.conditions',
    )
    const meta = { vct_values: [resident.vct] }
    const claims = [{ path: ['family_name'] }, { path: ['anchor'] }]
    const query = { credentials: [{ id: 'resident', format: 'dc+sd-jwt', meta, claims }] }
    expect(await ask({ policy: { ...DEFAULT_POLICY, query, conditions: [named] } })).to.equal('valid')
    expect(await ask({ policy: { ...DEFAULT_POLICY, query, conditions: [{ ...named, equals: '김' }] } })).to.equal(
      'not_satisfied',
    )
    // What is no DCQL is refused whatever was shown, and a card of another format asked for beside ours is no harm.
    for (const credentials of [[], [{ id: 'resident' }], [{ ...query.credentials[0], claims: [] }]]) {
      expect(await ask({ policy: { ...DEFAULT_POLICY, query: { credentials } } })).to.equal(
        'VERIFIER_CONFIGURATION query',
      )
    }
    const mdl = { id: 'mdl', format: 'mso_mdoc', meta: { doctype_value: 'org.iso.18013.5.1.mDL' } }
    const either = { credentials: [mdl, ...query.credentials], credential_sets: [{ options: [['mdl'], ['resident']] }] }
    expect(await ask({ policy: { ...DEFAULT_POLICY, query: either } })).to.equal('valid')
    // The same for the audience and the nonce.
    expect(await ask({ nonce: '' })).to.equal('VERIFIER_CONFIGURATION nonce')
    expect(await ask({ audience: undefined })).to.equal('VERIFIER_CONFIGURATION audience')
  })

  it('does not accept an age that cannot be compared', async () => {
    const policy = { ...DEFAULT_POLICY, maxAge: Number.NaN }
    const view = new MemoryView()
    const recorder = new Recorder(PRESENTATION_CHECKS)
    expect(checkView(await view.pin(), policy, NOW, recorder)).to.equal(false)
    expect(keyOf(recorder.finding)).to.equal('unknown/view_stale')
    const sdJwt = parseSdJwt(present(cardOn(view), { iat: NOW - 300 * DAY }))
    const expected = { audience: AUDIENCE, nonce: NONCE, window: { maxAge: Number.NaN, maxAhead: 60 } }
    const binding = new Recorder(CREDENTIAL_CHECKS)
    checkKeyBinding(sdJwt, holder.publicKey, expected, NOW, binding)
    expect(keyOf(binding.finding)).to.equal('retry/stale_presentation')
  })
})
