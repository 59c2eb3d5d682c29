/** Any request of a stranger is refused with an error code of the standard. It never crashes and never succeeds. */
import { expect } from 'chai'
import fc from 'fast-check'
import { Nonces } from '../../../../node/issuer/oid4vci/nonce/nonces.ts'
import { utf8 } from '../../../../node/lib/bytes.ts'
import { NOW, random } from '../../credential/support.ts'
import { exchange, form, makeAuthority, parsed } from './authority.ts'
import { Wallet } from './wallet.ts'
import { WalletProvider } from './wallet-provider.ts'

const members = fc.dictionary(fc.string({ maxLength: 12 }), fc.jsonValue({ maxDepth: 3 }))

describe('strangers', () => {
  it('get 400 for any bytes as a token or pushed request', async () => {
    const { oid4vci } = await makeAuthority()
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .dictionary(fc.constantFrom('grant_type', 'code', 'client_id', 'response_type', 'x'), fc.string())
        .map(f => utf8(form(f))),
    )
    await fc.assert(
      fc.asyncProperty(body, fc.option(fc.string(), { nil: undefined }), async (bytes, dpop) => {
        for (const endpoint of [oid4vci.token, oid4vci.par]) {
          const reply = await endpoint.handle(exchange(bytes, { dpop }))
          expect(reply.status).to.equal(400)
          expect(parsed(reply).error).to.be.a('string')
        }
        expect((await oid4vci.authorize.submit(exchange(bytes))).status).to.equal(400)
      }),
      { numRuns: 300 },
    )
  })

  it('get 400 for any text as a wallet attestation, and for any change of its claims or of its proof', async () => {
    const authority = await makeAuthority()
    const wallet = new Wallet(authority)
    const provider = new WalletProvider(authority)
    const offer = await authority.offer()
    const text = fc.option(fc.string(), { nil: undefined })
    const refused = async (clientAttestation: string | undefined, clientAttestationPop: string | undefined) => {
      const reply = await wallet.requestToken(offer, {}, { clientAttestation, clientAttestationPop })
      expect(reply.status).to.equal(400)
      expect(parsed(reply).error).to.match(
        /^(invalid_client_attestation|use_(fresh_attestation|attestation_challenge))$/,
      )
    }
    await fc.assert(
      fc.asyncProperty(fc.string(), text, async (attestation, proof) => {
        await refused(attestation, proof)
        await refused(undefined, attestation)
      }),
      { numRuns: 50 },
    )
    const value = fc.oneof(fc.constant(undefined), fc.jsonValue({ maxDepth: 2 }))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('sub', 'exp', 'cnf'), value, async (name, claim) => {
        fc.pre(!(name === 'sub' && typeof claim === 'string') && !(name === 'exp' && typeof claim === 'number'))
        await refused(provider.attestation({ [name]: claim }), provider.proof())
      }),
      { numRuns: 100 },
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('aud', 'jti', 'iat', 'challenge'), value, async (name, claim) => {
        fc.pre(!(name === 'jti' && typeof claim === 'string') && !(name === 'challenge' && claim === undefined))
        await refused(provider.attestation(), provider.proof({ [name]: claim }))
      }),
      { numRuns: 100 },
    )
    expect((await wallet.requestToken(offer, {}, provider.headers())).status).to.equal(200)
  })

  it('get 400 or 401 for any change of header or claims of a DPoP proof', async () => {
    const authority = await makeAuthority()
    const wallet = new Wallet(authority)
    const offer = await authority.offer()
    const names = fc.constantFrom('jti', 'htm', 'htu', 'iat', 'nonce')
    await fc.assert(
      fc.asyncProperty(names, fc.jsonValue({ maxDepth: 2 }), members, async (name, value, header) => {
        fc.pre(!(name === 'jti' && typeof value === 'string'))
        const dpop = wallet.dpop(wallet.endpoints.token, undefined, { [name]: value }, header)
        const reply = await wallet.requestToken(offer, {}, { dpop })
        expect(['invalid_dpop_proof', 'use_dpop_nonce']).to.include(parsed(reply).error)
      }),
      { numRuns: 200 },
    )
    await wallet.token(offer)
  })

  it('get a 400 with a code of the standard for any credential request without a valid proof', async () => {
    const authority = await makeAuthority()
    const wallet = new Wallet(authority)
    const token = await wallet.token(await authority.offer())
    const known =
      /^(invalid_(credential_request|proof|nonce|encryption_parameters)|unknown_credential_(configuration|identifier))$/
    const body = fc.record(
      {
        credential_configuration_id: fc.constantFrom<unknown>('resident', 'x', 7, null),
        credential_identifier: fc.constantFrom<unknown>('x', {}),
        proofs: fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.record({ jwt: fc.array(fc.jsonValue({ maxDepth: 1 })) })),
        credential_response_encryption: fc.jsonValue({ maxDepth: 2 }),
        x: fc.jsonValue({ maxDepth: 2 }),
      },
      { requiredKeys: [] },
    )
    const type = fc.constantFrom('application/json', 'application/jwt', 'text/html')
    await fc.assert(
      fc.asyncProperty(body, type, async (request, contentType) => {
        const reply = await wallet.requestCredential(token, {}, { contentType, body: utf8(JSON.stringify(request)) })
        expect(reply.status).to.equal(400)
        expect(parsed(reply).error).to.match(known)
      }),
      { numRuns: 200 },
    )
    expect(authority.issuing.orders).to.have.length(0)
  })

  it('cannot create or change a nonce', () => {
    const nonces = new Nonces(random(32), 300, () => NOW, random)
    expect(nonces.check(nonces.create())).to.equal(true)
    fc.assert(
      fc.property(fc.nat(42), fc.constantFrom(...'ABCXYZabcxyz0189-_'), (at, letter) => {
        const nonce = nonces.create()
        const changed = nonce.slice(0, at) + letter + nonce.slice(at + 1)
        expect(nonces.check(changed)).to.equal(changed === nonce)
      }),
    )
    fc.assert(fc.property(fc.string(), text => !nonces.check(text)))
  })
})
