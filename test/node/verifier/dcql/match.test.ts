/** Whether credentials answer a query; compared with an independent implementation of DCQL. */
import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { DcqlError, DcqlPresentationResult, DcqlQuery } from 'dcql'
import fc from 'fast-check'
import { authorityKeyIds } from '../../../../node/credential/certificate.ts'
import { makeLeafCertificate, makeRootCertificate, toX5c } from '../../../../node/keys/certificates.ts'
import { makeP256Pem, SoftwareSigner } from '../../../../node/keys/signer.ts'
import { fromHex, toBase64url } from '../../../../node/lib/bytes.ts'
import type { JsonObject } from '../../../../node/lib/json.ts'
import { type AnsweringCredential, matchQuery } from '../../../../node/verifier/dcql/match.ts'
import type { CardQuery, CredentialQuery } from '../../../../node/verifier/dcql/query.ts'
import { checkQuery } from '../../../../node/verifier/dcql/validate.ts'

/** Made with OpenSSL; its extensions begin with the Authority Key Identifier. */
const OPENSSL_CERTIFICATE = [
  'MIIBcDCCARagAwIBAgIUEqRfIbspfQWVIiPhi4FkpLNmGo8wCgYIKoZIzj0EAwIwDTELMAkGA1UEAwwCY2EwHhcNMjYxMTMwMDMy',
  'ODI3WhcNMzYxMTI3MDMyODI3WjAPMQ0wCwYDVQQDDARsZWFmMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEVjdDYskp9bOS1ogk',
  'En2QgAGZqOKMkpfngNoWpV6i48hfggTlv+5QNq3tQsCEaNPIU1JJIvqY+aiPKmVH1B9J9KNSMFAwHwYDVR0jBBgwFoAUE/92PdOL',
  'wKRdH09z0KCWvMko5TEwDgYDVR0PAQH/BAQDAgeAMB0GA1UdDgQWBBTxz8RyOsZkQUnHra13bKmF9HXCdzAKBggqhkjOPQQDAgNI',
  'ADBFAiABEDFUtUXJ4Aq6zd6U4EfybWEVmiOESb7SftyVDm5mcgIhAJfdRIHrNP5D1viDrUik3sJ1nvO+aQzI9ERJG4/6x1cP',
].join('')
const OPENSSL_AKI = '0x13ff763dd38bc0a45d1f4f73d0a096bcc928e531'

describe('query', () => {
  const one: CardQuery = {
    credentials: [
      {
        id: 'a',
        format: 'dc+sd-jwt',
        meta: { vct_values: ['urn:a'] },
        claims: [{ path: ['name'] }, { path: ['age', '19'] }],
      },
    ],
  }
  const either: CardQuery = {
    credentials: [
      ...one.credentials,
      { id: 'b', format: 'dc+sd-jwt', meta: { vct_values: ['urn:b'] }, claims: [{ path: ['name'] }] },
    ],
    credential_sets: [{ options: [['a'], ['b']] }],
  }
  const answer = (query: string | null, vct: string, claims: object, x5c: readonly string[] = []) => ({
    query,
    vct,
    claims: claims as JsonObject,
    x5c,
  })
  const full = answer('a', 'urn:a', { name: 'x', age: { 19: true } })

  it('is satisfied by all requested claims, and by one of two alternative cards', () => {
    expect(matchQuery(one, [full]).satisfied).to.equal(true)
    expect(matchQuery(either, [answer('b', 'urn:b', { name: 'x' })]).satisfied).to.equal(true)
  })

  it('is not satisfied by fewer claims, another card, two cards, an answer to another query, or an empty answer', () => {
    expect(matchQuery(one, [answer('a', 'urn:a', { name: 'x' })])).to.deep.equal({ satisfied: false, lacking: ['a'] })
    expect(matchQuery(one, [answer('a', 'urn:b', { name: 'x', age: { 19: true } })]).satisfied).to.equal(false)
    expect(matchQuery(one, [full, full]).satisfied).to.equal(false)
    expect(matchQuery(one, [full, answer('z', 'urn:a', {})]).satisfied).to.equal(false)
    expect(matchQuery(either, []).satisfied).to.equal(false)
  })

  it('selects one or all elements of an array, and no missing ones', () => {
    const claims = { list: ['x', 'y'], deep: [{ n: 1 }, {}], none: [] }
    const asks = (...path: (string | number | null)[]): boolean => {
      const credentials = [
        { id: 'a', format: 'dc+sd-jwt' as const, meta: { vct_values: ['urn:a'] }, claims: [{ path }] },
      ]
      return matchQuery({ credentials }, [answer('a', 'urn:a', claims)]).satisfied
    }
    expect([asks('list'), asks('list', null), asks('list', 1), asks('deep', null, 'n')]).to.not.include(false)
    expect([asks('list', 2), asks('none', null), asks('deep', null, 'm'), asks('list', 'x')]).to.not.include(true)
  })

  it('may name claims in sets, values and several cards', () => {
    const asked = (more: object) => {
      const claims = [
        { id: 'n', path: ['name'] },
        { id: 'm', path: ['mail'], values: ['m@example'] },
      ]
      return { credentials: [{ ...(one.credentials[0] as CardQuery['credentials'][0]), claims, ...more }] }
    }
    const [both, mail, name, other] = [
      { name: 'x', mail: 'm@example' },
      { mail: 'm@example' },
      { name: 'x' },
      { name: 'x', mail: 'o@example' },
    ].map(claims => answer('a', 'urn:a', claims)) as [typeof full, typeof full, typeof full, typeof full]
    const ok = (query: CardQuery, ...answers: (typeof full)[]) => matchQuery(query, answers).satisfied
    expect([both, mail, name, other].map(each => ok(asked({}), each))).to.deep.equal([true, false, false, false])
    const sets = asked({ claim_sets: [['n', 'm'], ['m']] })
    expect([both, mail, name, other].map(each => ok(sets, each))).to.deep.equal([true, true, false, false])
    expect([ok(asked({}), both, both), ok(asked({ multiple: true }), both, both)]).to.deep.equal([false, true])
    expect(ok(asked({ multiple: true }), both, name)).to.equal(false)
  })

  it('takes null for a claim that is disclosed', () => {
    const withNull = { name: null, age: { 19: null } }
    expect(matchQuery(one, [answer('a', 'urn:a', withNull)]).satisfied).to.equal(true)
    expect(matchQuery(one, [answer('a', 'urn:a', { name: null })]).satisfied).to.equal(false)
  })

  it('does not take an answer to no query, to a query of the prototype, or claims of the prototype', () => {
    for (const id of [null, 'toString', 'constructor', '__proto__', 'hasOwnProperty']) {
      expect(matchQuery(one, [full, answer(id, 'urn:a', {})]).satisfied).to.equal(false)
    }
    const names = ['toString', 'constructor', '__proto__', 'hasOwnProperty', 'valueOf']
    for (const name of names) {
      const asked = checkQuery({
        credentials: [{ id: name, format: 'dc+sd-jwt', meta: { vct_values: ['urn:a'] }, claims: [{ path: [name] }] }],
      })
      expect(matchQuery(asked, [answer(name, 'urn:a', {})])).to.deep.equal({ satisfied: false, lacking: [name] })
      const claims = Object.fromEntries([[name, 'x']])
      expect(matchQuery(asked, [answer(name, 'urn:a', claims)]).satisfied).to.equal(true)
    }
  })

  describe('with trusted authorities', () => {
    const random = (length: number) => new Uint8Array(randomBytes(length))
    const now = 1_780_000_000
    const asking = (...values: string[]): CardQuery => ({
      credentials: one.credentials.map(each => ({ ...each, trusted_authorities: [{ type: 'aki', values }] })),
    })
    const name = { name: 'x', age: { 19: true } }

    it('takes a card whose certificate names the key of one of them', async () => {
      const ca = new SoftwareSigner(makeP256Pem())
      const root = await makeRootCertificate(ca, 'Root', now, random)
      const key = new SoftwareSigner(makeP256Pem())
      const subject = { commonName: 'Issuer', url: 'https://issuer.example', notBefore: now, notAfter: now + 1000 }
      const leaf = toX5c(await makeLeafCertificate(ca, root, key, subject, random))
      const [aki = ''] = authorityKeyIds([leaf])
      expect(aki).to.match(/^[\w-]{27}$/)
      const other = toBase64url(random(20))
      const answers = [answer('a', 'urn:a', name, [leaf])]
      expect(matchQuery(checkQuery(asking(other, aki)), answers).satisfied).to.equal(true)
      expect(matchQuery(checkQuery(asking(other)), answers)).to.deep.equal({ satisfied: false, lacking: ['a'] })
      // Without a chain, of a certificate without the extension, or of no certificate.
      for (const x5c of [[], [toX5c(root)], ['AAAA'], ['not base64']]) {
        expect(matchQuery(asking(aki), [answer('a', 'urn:a', name, x5c)]).satisfied).to.equal(false)
      }
    })

    it('reads the key identifier as OpenSSL shows it', () => {
      expect(authorityKeyIds([OPENSSL_CERTIFICATE])).to.deep.equal([toBase64url(fromHex(OPENSSL_AKI))])
    })
  })

  it('agrees with an independent implementation', () => {
    const vcts = ['urn:a', 'urn:b']
    const name = fc.constantFrom('n', 'm', 'o')
    const value = fc.oneof(
      fc.constantFrom('x', 'x', 7, true),
      fc.record({ n: fc.constantFrom('x', 7) }, { noNullPrototype: true }),
    )
    const claim = fc.record(
      {
        path: fc.oneof(fc.tuple(name), fc.tuple(name), fc.tuple(name, name)),
        values: fc.array(fc.constantFrom('x', 7, true), { minLength: 1, maxLength: 2 }),
      },
      { requiredKeys: ['path'] },
    )
    const credential = (id: string) =>
      fc
        .record({
          vct_values: fc.subarray(vcts, { minLength: 1 }),
          multiple: fc.boolean(),
          claims: fc.uniqueArray(claim, { minLength: 1, maxLength: 2, selector: ({ path }) => path.join('/') }),
          sets: fc.option(fc.array(fc.subarray([0, 1, 2], { minLength: 1 }), { minLength: 1, maxLength: 2 })),
        })
        .map(({ vct_values, multiple, claims, sets }): CredentialQuery => {
          const claim_sets = sets?.map(set => [...new Set(set.map(i => `c${i % claims.length}`))])
          return {
            ...{ id, format: 'dc+sd-jwt', meta: { vct_values }, multiple },
            claims: claims.map((each, i) => ({ id: `c${i}`, ...each })),
            ...(claim_sets && { claim_sets }),
          }
        })
    const option = fc.subarray(['a', 'b'], { minLength: 1 })
    const set = fc.record({ options: fc.array(option, { minLength: 1, maxLength: 2 }), required: fc.boolean() })
    const queries = fc
      .tuple(credential('a'), credential('b'), fc.option(fc.array(set, { minLength: 1, maxLength: 2 })))
      .map(([a, b, sets]): CardQuery => ({ credentials: [a, b], ...(sets && { credential_sets: sets }) }))
    const answers = fc.array(
      fc.record({
        query: fc.constantFrom('a', 'b'),
        vct: fc.constantFrom(...vcts),
        claims: fc.dictionary(name, value, { minKeys: 2, noNullPrototype: true }),
        x5c: fc.constant([]),
      }),
      { minLength: 1, maxLength: 3 },
    )
    let satisfied = 0
    fc.assert(
      fc.property(queries, answers, (query, shown) => {
        const found = matchQuery(checkQuery(query), shown as AnsweringCredential[]).satisfied
        if (found) satisfied++
        return found === oracle(query, shown as AnsweringCredential[])
      }),
      { numRuns: 3000 },
    )
    expect(satisfied).to.be.greaterThan(50)
  })
})

/** Stricter than the library only in that every presented credential must answer its query completely. */
function oracle(query: CardQuery, shown: readonly AnsweringCredential[]): boolean {
  const presentation: Record<string, unknown[]> = Object.create(null)
  for (const { query: id, vct, claims } of shown) {
    presentation[id ?? ''] = [
      ...(presentation[id ?? ''] ?? []),
      { credential_format: 'dc+sd-jwt', vct, claims, cryptographic_holder_binding: true },
    ]
  }
  const dcqlQuery = DcqlQuery.parse(structuredClone(query) as unknown as DcqlQuery.Input)
  try {
    const result = DcqlPresentationResult.fromDcqlPresentation(presentation as never, { dcqlQuery })
    const all = Object.values(result.credential_matches).every(match => match.failed_credentials === undefined)
    return result.can_be_satisfied && all
  } catch (error) {
    if (!(error instanceof DcqlError)) throw error
    // Several answers to a query that takes one.
    return false
  }
}
