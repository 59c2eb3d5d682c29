/** Each rule of OpenID4VP 1.0 §6, §7 and Appendix B for a DCQL query, broken once. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { CardQuery } from '../../../../node/verifier/dcql/query.ts'
import { checkQuery } from '../../../../node/verifier/dcql/validate.ts'
import { VerifierError } from '../../../../node/verifier/errors.ts'
import { DEFAULT_POLICY } from '../../../../node/verifier/policy.ts'
import { AUDIENCE, cardOn, MemoryView, NONCE, present, verifierOf } from '../support.ts'

const resident = 'urn:dojang:kr:resident:1'
const card = { id: 'card', format: 'dc+sd-jwt', meta: { vct_values: [resident] }, claims: [{ path: ['family_name'] }] }
const { claims: _, ...bare } = card
const mdoc = { id: 'mdl', format: 'mso_mdoc', meta: { doctype_value: 'org.iso.18013.5.1.mDL' } }
const w3c = { id: 'w3c', format: 'jwt_vc_json', meta: { type_values: [['IDCredential']] } }
const claim = { id: 'n', path: ['family_name'] }

const query = (credential: unknown, more: object = {}) => ({ credentials: [credential], ...more })
const claims = (...list: unknown[]) => query({ ...card, claims: list })
const sets = (claim_sets: unknown, list: unknown[] = [claim]) => query({ ...card, claims: list, claim_sets })
const options = (value: unknown) => query(card, { credential_sets: [{ options: value }] })

const ALLOWED: readonly (readonly [string, unknown])[] = [
  ['a card without claims', query(bare)],
  ['claims without ids', claims({ path: ['a'] }, { path: ['b', 0, null] })],
  ['a path and a path below it', claims({ path: ['address'] }, { path: ['address', 'formatted'] })],
  ['values of three types', claims({ path: ['a'], values: ['x', 0, false] })],
  ['claim sets', sets([['n']])],
  ['an optional credential set', query(card, { credential_sets: [{ options: [['card']], required: false }] })],
  ['several cards', query({ ...card, multiple: true })],
  ['authorities', query({ ...card, trusted_authorities: [{ type: 'aki', values: ['s9tIpPmhxdiuNkHMEWNpYim8S8Y'] }] })],
  ['a key binding', query({ ...card, require_cryptographic_holder_binding: true })],
  ['unknown members', { ...query({ ...card, more: 1 }), more: {} }],
  ['names of the prototype', query({ ...card, id: 'constructor', claims: [{ id: 'toString', path: ['__proto__'] }] })],
  [
    'other formats',
    { credentials: [card, { ...mdoc, claims: [{ path: ['ns', 'el'], intent_to_retain: true }] }, w3c] },
  ],
]

const REFUSED: readonly (readonly [string, unknown])[] = [
  ['no object', 'query'],
  ['null', null],
  ['a list', [query(card)]],
  ['no credentials', {}],
  ['an empty list of credentials', { credentials: [] }],
  ['a credential that is no object', query('card')],
  ['credential sets that are no list', query(card, { credential_sets: {} })],
  ['an empty list of credential sets', query(card, { credential_sets: [] })],
  ['credential sets that are null', query(card, { credential_sets: null })],
  // §6.1
  ['no id', query({ ...card, id: undefined })],
  ['an empty id', query({ ...card, id: '' })],
  ['an id with a space', query({ ...card, id: 'a b' })],
  ['an id that ends with a new line', query({ ...card, id: 'a\n' })],
  ['an id that is a number', query({ ...card, id: 1 })],
  ['an id twice', { credentials: [card, card] }],
  ['no format', query({ ...card, format: undefined })],
  ['an unknown format', query({ ...card, format: 'vc+sd-jwt' })],
  ['a format of the prototype', query({ ...card, format: 'toString' })],
  ['multiple that is a text', query({ ...card, multiple: 'false' })],
  ['multiple that is null', query({ ...card, multiple: null })],
  ['no meta', query({ ...card, meta: undefined })],
  ['a meta that is a list', query({ ...card, meta: [] })],
  ['no key binding', query({ ...card, require_cryptographic_holder_binding: false })],
  ['a key binding that is a text', query({ ...card, require_cryptographic_holder_binding: 'true' })],
  ['an empty list of claims', claims()],
  ['claims that are null', query({ ...card, claims: null })],
  ['a claim that is no object', claims('family_name')],
  ['the same path twice', claims({ path: ['a', 0] }, { path: ['a', 0] })],
  ['the same path twice with different values', claims({ path: ['a'], values: ['x'] }, { path: ['a'], values: ['y'] })],
  // §6.1.1
  ['an empty list of authorities', query({ ...card, trusted_authorities: [] })],
  ['an authority without a type', query({ ...card, trusted_authorities: [{ values: ['AAAA'] }] })],
  [
    'an authority that cannot be checked',
    query({ ...card, trusted_authorities: [{ type: 'etsi_tl', values: ['x'] }] }),
  ],
  ['an authority without values', query({ ...card, trusted_authorities: [{ type: 'aki', values: [] }] })],
  ['an authority with padding', query({ ...card, trusted_authorities: [{ type: 'aki', values: ['AA=='] }] })],
  ['an authority that is a number', query({ ...card, trusted_authorities: [{ type: 'aki', values: [7] }] })],
  // §6.2
  ['no options', options(undefined)],
  ['an empty list of options', options([])],
  ['an empty option', options([[]])],
  ['an empty option beside another', options([['card'], []])],
  ['an option that is a text', options(['card'])],
  ['an option with an unknown id', options([['other']])],
  ['an option of the prototype', options([['toString']])],
  ['required that is a text', query(card, { credential_sets: [{ options: [['card']], required: 'true' }] })],
  ['required that is null', query(card, { credential_sets: [{ options: [['card']], required: null }] })],
  // §6.3
  ['no path', claims({ id: 'n' })],
  ['an empty path', claims({ path: [] })],
  ['a path that is a text', claims({ path: 'family_name' })],
  ['a path with a negative position', claims({ path: ['a', -1] })],
  ['a path with a fraction', claims({ path: ['a', 0.5] })],
  ['a path with a boolean', claims({ path: ['a', true] })],
  ['a path with a missing part', claims({ path: ['a', undefined] })],
  ['an empty list of values', claims({ path: ['a'], values: [] })],
  ['values that are null', claims({ path: ['a'], values: null })],
  ['a value that is null', claims({ path: ['a'], values: [null] })],
  ['a value that is a fraction', claims({ path: ['a'], values: [0.5] })],
  ['a value that is an object', claims({ path: ['a'], values: [{}] })],
  ['a claim id twice', claims({ id: 'n', path: ['a'] }, { id: 'n', path: ['b'] })],
  ['an empty claim id', claims({ id: '', path: ['a'] })],
  ['a claim id with a dot', claims({ id: 'a.b', path: ['a'] })],
  // §6.4.1
  ['claim sets without claims', query({ ...bare, claim_sets: [['n']] })],
  ['an empty list of claim sets', sets([])],
  ['an empty claim set', sets([[]])],
  ['an empty claim set beside another', sets([['n'], []])],
  ['a claim set that is a text', sets(['n'])],
  ['a claim set with an unknown id', sets([['m']])],
  ['a claim set of the prototype', sets([['constructor']])],
  ['claim sets with a claim without an id', sets([['n']], [claim, { path: ['given_name'] }])],
  // Appendix B
  ['no vct values', query({ ...card, meta: {} })],
  ['an empty list of vct values', query({ ...card, meta: { vct_values: [] } })],
  ['an empty vct', query({ ...card, meta: { vct_values: [''] } })],
  ['a vct that is a text', query({ ...card, meta: { vct_values: resident } })],
  ['a vct that is a number', query({ ...card, meta: { vct_values: [1] } })],
  ['an mdoc without a doctype', query({ ...mdoc, meta: {} })],
  ['an mdoc path of one part', query({ ...mdoc, claims: [{ path: ['ns'] }] })],
  ['an mdoc path with a position', query({ ...mdoc, claims: [{ path: ['ns', 0] }] })],
  ['an intent that is a text', query({ ...mdoc, claims: [{ path: ['ns', 'el'], intent_to_retain: 'no' }] })],
  ['a W3C credential without types', query({ ...w3c, meta: {} })],
  ['a W3C credential with an empty list of types', query({ ...w3c, meta: { type_values: [[]] } })],
]

describe('a DCQL query', () => {
  for (const [what, value] of ALLOWED) {
    it(`may have ${what}`, () => expect(checkQuery(value as CardQuery)).to.equal(value))
  }

  for (const [what, value] of REFUSED) {
    it(`is refused: ${what}`, () => {
      expect(() => checkQuery(value as CardQuery))
        .to.throw(VerifierError, 'OpenID4VP 1.0 §6')
        .with.property('detail')
        .that.deep.equals({ code: 'VERIFIER_CONFIGURATION', reason: 'query' })
    })
  }

  it('that is refused is refused by verify too, before a card is looked at', async () => {
    const view = new MemoryView()
    const text = present(cardOn(view), { show: ['anchor'] })
    for (const [what, value] of REFUSED) {
      // A policy without a query is allowed.
      if (value === null) continue
      const policy = { ...DEFAULT_POLICY, query: value as CardQuery }
      const answer = verifierOf(view).verify({ card: [text] }, { nonce: NONCE, audience: AUDIENCE, policy })
      const found = await answer.then(({ outcome }) => outcome).catch(error => error.code)
      expect(found, what).to.equal('VERIFIER_CONFIGURATION')
    }
  })

  it('names the member that is wrong', () => {
    const wrong = claims({ path: ['a'] }, { path: ['b'], values: [] })
    expect(() => checkQuery(wrong as unknown as CardQuery)).to.throw('credentials[0].claims[1].values')
  })

  describe('of the examples of OpenID4VP 1.0', () => {
    const vectors = join(import.meta.dirname, '../../../../../shared/vectors/openid4vp')
    before(function () {
      // Published with the specification and not part of this repository.
      if (!existsSync(vectors)) this.skip()
    })
    const names = ['claims_alternatives', 'complex_mdoc', 'credentials_alternatives', 'dcql_jwt_vc', 'dcql_ldp_vc']
    for (const name of [...names, 'multi_credentials', 'simple', 'simple_mdoc', 'value_matching_simple']) {
      it(`is accepted: ${name}`, () => {
        // One example ends without its last brace.
        const text = readFileSync(join(vectors, `${name}.json`), 'utf8').trim()
        const open = text.split('{').length - text.split('}').length
        expect(() => checkQuery(JSON.parse(`${text}${'}'.repeat(open)}`))).not.to.throw()
      })
    }
  })
})
