import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { DAY, HOUR } from '../../../../node/lib/time.ts'
import { KeyUse } from '../../../../node/proof/registries/records.ts'
import type { UnregisteredReason } from '../../../../node/verifier/asker/judge.ts'
import { POLICY_LIMIT, policyText } from '../../../../node/verifier/asker/policy.ts'
import { NOW } from '../support.ts'
import { certifiedKey, entryOf, makeShop, policy, queryFor, SHOP } from './support.ts'

const VCT = 'urn:dojang:kr:resident:1'

/** Of `UnregisteredReason`: the compiler demands each, and `till.test.ts` has the other refusals. */
const REASONS: Readonly<Record<UnregisteredReason, true>> = {
  ...{ no_policy: true, policy_malformed: true, chain: true, till_not_yet_valid: true, till_expired: true },
  ...{ key_unknown: true, key_ended: true, organisation_ended: true, grant_missing: true, grant_ended: true },
}

describe('the judgement on who asks', () => {
  it('has reasons that are all in the documentation and in these tests', () => {
    const page = readFileSync('docs/relying-parties.md', 'utf8')
    const tests = ['judge', 'till'].map(name => readFileSync(`test/node/verifier/asker/${name}.test.ts`, 'utf8')).join()
    for (const reason of Object.keys(REASONS)) {
      expect(page, reason).to.include(`\`${reason}\``)
      expect(tests, reason).to.include(`'${reason}'`)
    }
  })

  it('is the registry’s name, the policy and the first end, for a registered key', async () => {
    const { judge } = await makeShop()
    expect(await judge()).to.deep.equal({
      state: 'registered',
      organisation: { id: SHOP, name: '가게' },
      policy,
      beyond: [],
      certificate: 'own',
      until: NOW + 20 * DAY,
      asOf: { block: 7, time: NOW - 5 },
      age: 5,
    })
  })

  it('is the same for a till of the registered key, until its certificate ends', async () => {
    const { judge, till, certificate } = await makeShop()
    const x5c = [(await till()).certificate, certificate]
    expect(await judge({ x5c })).to.include({ state: 'registered', certificate: 'till', until: NOW + 7 * DAY + 1 })
  })

  describe('names what is asked for beyond the policy', () => {
    it('claims, and what is above a permitted claim', async () => {
      const { judge } = await makeShop()
      const query = queryFor(['age_equal_or_over'], ['age_equal_or_over', '65'], ['family_name'], ['portrait'])
      const judgement = await judge({ query })
      expect(judgement).to.have.deep.property('beyond', [
        { vct: VCT, path: ['age_equal_or_over'] },
        { vct: VCT, path: ['age_equal_or_over', '65'] },
        { vct: VCT, path: ['family_name'] },
      ])
    })

    it('but not what is below a permitted claim', async () => {
      const { judge } = await makeShop()
      expect(await judge({ query: queryFor(['address', 'street_address'], ['address']) })).to.have.deep.property(
        'beyond',
        [],
      )
    })

    it('cards that the policy does not name, even if no claim is asked for', async () => {
      const { judge } = await makeShop()
      const query = {
        credentials: [
          { id: 'any', format: 'dc+sd-jwt' as const, meta: { vct_values: [VCT, 'urn:dojang:kr:veteran:1'] } },
        ],
      }
      expect(await judge({ query })).to.have.deep.property('beyond', [{ vct: 'urn:dojang:kr:veteran:1', path: [] }])
    })
  })

  describe('refuses', () => {
    const refusals: [string, (shop: Awaited<ReturnType<typeof makeShop>>) => unknown, string][] = [
      ['a request without a policy', ({ judge }) => judge({ verifierInfo: undefined }), 'no_policy'],
      [
        'a request with information of another format only',
        ({ judge, text }) => judge({ verifierInfo: [{ format: 'jwt', data: text }] }),
        'no_policy',
      ],
      ['verifier_info that is no list', ({ judge, text }) => judge({ verifierInfo: entryOf(text) }), 'no_policy'],
      [
        'two policies, of which a wallet and a registry could take different ones',
        ({ judge, text }) => judge({ verifierInfo: [entryOf(text), entryOf(text)] }),
        'policy_malformed',
      ],
      [
        'a policy that is too long',
        ({ judge, text }) => judge({ verifierInfo: [entryOf(text.padEnd(POLICY_LIMIT + 1))] }),
        'policy_malformed',
      ],
      [
        'a policy of which one byte was changed',
        ({ judge, text }) => judge({ verifierInfo: [entryOf(text.replace('A shop', 'A shoq'))] }),
        'grant_missing',
      ],
      [
        'a policy with one space more, although it means the same',
        ({ judge, text }) => judge({ verifierInfo: [entryOf(`${text} `)] }),
        'grant_missing',
      ],
      [
        'the policy of another organisation',
        ({ judge }) => judge({ verifierInfo: [entryOf(policyText({ ...policy, name: { ko: '은행', en: 'Bank' } }))] }),
        'grant_missing',
      ],
      [
        'a key that nobody registered',
        async ({ judge }) => judge({ x5c: [(await certifiedKey()).certificate] }),
        'key_unknown',
      ],
      [
        'a registered key of another use',
        ({ judge, view, signer, record }) => {
          view.keys.set(signer.keyId, { ...record, uses: 0xff & ~KeyUse.REQUEST })
          return judge()
        },
        'key_unknown',
      ],
      [
        'a key that was retired',
        ({ judge, view, signer, record }) => {
          view.keys.set(signer.keyId, { ...record, until: NOW })
          return judge()
        },
        'key_ended',
      ],
      [
        'a key that is distrusted',
        ({ judge, view, signer, record }) => {
          view.keys.set(signer.keyId, { ...record, distrustedFrom: NOW - HOUR })
          return judge()
        },
        'key_ended',
      ],
      [
        'an organisation that was deactivated',
        ({ judge, view, organisation }) => {
          view.organisations.set(SHOP, { ...organisation, until: NOW - HOUR })
          return judge()
        },
        'organisation_ended',
      ],
      [
        'a policy whose grant was withdrawn',
        ({ judge, view, purpose }) => {
          view.grants.set(purpose, { from: NOW - DAY, until: NOW - HOUR })
          return judge()
        },
        'grant_ended',
      ],
    ]
    for (const [what, act, reason] of refusals) {
      it(what, async () => {
        expect(await act(await makeShop())).to.include({ state: 'unregistered', reason })
      })
    }
  })

  describe('on an old copy of the ledger', () => {
    it('says how old it is, and after a week that it does not know', async () => {
      const { judge, view } = await makeShop()
      view.time = NOW - 7 * DAY
      expect(await judge()).to.include({ state: 'registered', age: 7 * DAY })
      view.time = NOW - 7 * DAY - 1
      expect(await judge()).to.deep.equal({
        state: 'unknown',
        reason: 'stale',
        asOf: { block: 7, time: view.time },
      })
      expect(await judge({}, NOW, 8 * DAY)).to.include({ state: 'registered' })
    })

    it('does not know of a registration that may be newer', async () => {
      const { judge, view, purpose } = await makeShop()
      view.time = NOW - 8 * DAY
      view.grants.delete(purpose)
      expect(await judge()).to.include({ state: 'unknown', reason: 'stale' })
    })

    it('still knows that a key has ended for ever', async () => {
      const { judge, view, signer, record } = await makeShop()
      view.time = NOW - 8 * DAY
      view.keys.set(signer.keyId, { ...record, distrustedFrom: NOW - 9 * DAY })
      expect(await judge()).to.include({ state: 'unregistered', reason: 'key_ended' })
    })

    it('knows nothing without a ledger', async () => {
      const { judge, view } = await makeShop()
      view.why = 'unreachable'
      expect(await judge()).to.deep.equal({ state: 'unknown', reason: 'unreachable', asOf: null })
    })

    it('takes the time of the newest block if the phone’s clock is slow', async () => {
      const { judge, view, purpose } = await makeShop()
      view.grants.set(purpose, { from: NOW - DAY, until: NOW - HOUR })
      expect(await judge({}, NOW - 2 * HOUR)).to.include({ state: 'unregistered', reason: 'grant_ended' })
    })
  })
})
