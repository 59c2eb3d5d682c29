import { createHash } from 'node:crypto'
import { TypeMetadataFormatSchema } from '@sd-jwt/sd-jwt-vc'
import { expect } from 'chai'
import { verifyReceipt } from '../../../node/credential/anchor.ts'
import { type CardDefinition, claimName } from '../../../node/credential/card.ts'
import { completeCredential } from '../../../node/credential/complete.ts'
import { verifyCredential } from '../../../node/credential/credential.ts'
import { decodeEntry } from '../../../node/credential/entry.ts'
import type { CredentialInput } from '../../../node/credential/payload.ts'
import { prepareCredential } from '../../../node/credential/prepare.ts'
import { decodePrepared, encodePrepared } from '../../../node/credential/prepared.ts'
import { parseSdJwt } from '../../../node/credential/sd-jwt/parse.ts'
import { signTemporary } from '../../../node/credential/temporary.ts'
import { typeMetadata } from '../../../node/credential/type-metadata.ts'
import { fromUtf8, toHex } from '../../../node/lib/bytes.ts'
import { ownCards, resident } from '../../support/cards.ts'
import { oracle, oracleTime } from './oracle.ts'
import { holder, ISS, input, issueOne, issuer, random, refusal } from './support.ts'

const open = (text: string) => verifyCredential(parseSdJwt(text), issuer.publicKey)

describe('issuing', () => {
  for (const card of ownCards.all) {
    describe(card.id, () => {
      const { text, receipt, prepared } = issueOne(card)
      const credential = open(text)

      it('is accepted by @sd-jwt/sd-jwt-vc, status and all, with the same claims', async () => {
        const { payload, header } = await oracle().verify(text, oracleTime)
        expect(payload).to.deep.equal(credential.payload)
        expect(header).to.deep.equal({ alg: 'ES256', typ: 'dc+sd-jwt', x5c: ['MIIBleaf', 'MIIBintermediate'] })
      })

      it('has a type whose metadata it accepts', () => {
        const document = JSON.parse(fromUtf8(typeMetadata(card).bytes))
        expect(TypeMetadataFormatSchema.parse(document)).to.deep.include({ vct: card.vct })
      })

      it('states the claims of the card, all of them as disclosures', () => {
        expect(credential.claims).to.have.keys(...new Set(card.claims.map(claim => claim.path[0])))
        const clear = credential.sdJwt.unverifiedPayload
        expect(Object.keys(clear)).to.have.members([
          ...['iss', 'iat', 'exp', 'vct', 'vct#integrity', 'cnf', 'status', 'age_equal_or_over', '_sd', '_sd_alg'],
        ])
        expect(Object.keys(clear.age_equal_or_over as object)).to.deep.equal(['_sd'])
      })

      it('names its issuer, holder, type, times and status', () => {
        const { iss, vct, iat, exp, holder: key, status, anchorPending } = credential
        expect({ iss, vct, key, anchorPending }).to.deep.equal({
          iss: ISS,
          vct: card.vct,
          key: holder.jwk,
          anchorPending: false,
        })
        expect(iat % 3600).to.equal(0)
        expect(exp - iat).to.be.within(3 * 365 * 86_400, 3 * 366 * 86_400 + 86_400)
        expect(status).to.deep.equal({ uri: `${ISS}/status-lists/4294967303`, idx: 131_071 })
        expect(credential.payload['vct#integrity']).to.equal(typeMetadata(card).integrity)
      })

      it('carries its own receipt', () => {
        expect(verifyReceipt(credential)).to.deep.equal(receipt)
      })

      it('has as many digests as any other card of its kind, each shown once', () => {
        const { _sd: top, age_equal_or_over: ages } = JSON.parse(fromUtf8(prepared.payload))
        const digests = [...top, ...ages._sd]
        expect(digests).to.have.length(card.claims.length + 1)
        expect(new Set(digests).size).to.equal(card.claims.length + 1)
        expect(credential.sdJwt.disclosures).to.have.length(card.claims.length + 1)
      })

      it('salts with 132 bits, never twice', () => {
        const salts = [text, issueOne(card).text].flatMap(one => parseSdJwt(one).disclosures.map(({ salt }) => salt))
        for (const salt of salts) expect(salt).to.match(/^[A-Za-z0-9_-]{22}$/)
        expect(new Set(salts).size).to.equal(salts.length)
      })
    })
  }

  it('hides the order of claims and the position of the anchor', () => {
    const places = { anchor: new Set<number>(), family_name: new Set<number>(), 'age 17': new Set<number>() }
    for (let round = 0; round < 200; round++) {
      const { unverifiedPayload, disclosures } = parseSdJwt(issueOne().text)
      const digestOf = (name: string) => disclosures.find(one => one.name === name)?.digest ?? ''
      const top = unverifiedPayload._sd as string[]
      const ages = (unverifiedPayload.age_equal_or_over as { _sd: string[] })._sd
      places.anchor.add(top.indexOf(digestOf('anchor')))
      places.family_name.add(top.indexOf(digestOf('family_name')))
      places['age 17'].add(ages.indexOf(digestOf('17')))
    }
    // Each of 12 places is missed 200 times with probability 12 x (11/12)^200 < 10^-6.
    expect(places.anchor.size).to.equal(12)
    expect(places.family_name.size).to.equal(12)
    expect(places['age 17'].size).to.equal(5)
    expect(places.anchor.has(-1)).to.equal(false)
  })

  it('anchors exactly what it signs: SHA-256(0x00 ‖ H(header) ‖ H(payload) ‖ entryHash)', () => {
    const { prepared, text } = issueOne()
    const hash = (data: Uint8Array) => createHash('sha256').update(data).digest()
    const [header, payload] = text.split('.') as [string, string]
    const signed = Buffer.from(payload, 'base64url').toString()
    const digest = parseSdJwt(text).disclosures.at(-1)?.digest ?? ''
    const blanked = Buffer.from(signed.replace(digest, '_'.repeat(43)))
    const leaf = createHash('sha256')
      .update(new Uint8Array([0]))
      .update(hash(Buffer.from(header, 'base64url')))
      .update(hash(blanked))
      .update(hash(prepared.entry))
      .digest()
    expect(toHex(prepared.leaf)).to.equal(toHex(leaf))
  })

  it('commits to an entry that agrees with the credential', () => {
    const given = input()
    const { entry } = prepareCredential(given, random)
    const { salt, ...rest } = decodeEntry(entry)
    expect(rest).to.deep.equal({
      vct: resident.vct,
      list: given.status.list,
      index: given.status.idx,
      validFrom: given.iat,
      validUntil: given.exp,
      ...given.entry,
    })
    expect(salt).to.have.length(22)
  })

  it('gives the same card when it is completed after a restart', () => {
    const { prepared, receipt, text } = issueOne()
    const restored = decodePrepared(encodePrepared(prepared))
    expect(restored).to.deep.equal(prepared)
    const again = completeCredential(restored, receipt, issuer.sign)
    const withoutSignature = (one: string) => one.replace(/\.[^.~]*~/, '~')
    expect(withoutSignature(again)).to.equal(withoutSignature(text))
    expect(verifyReceipt(open(again))).to.deep.equal(receipt)
  })

  it('refuses to read a prepared credential that is not whole', () => {
    const bytes = encodePrepared(issueOne().prepared)
    for (const length of [0, 4, 5, 8, 100, bytes.length - 1]) {
      refusal('CREDENTIAL_MALFORMED', () => decodePrepared(bytes.slice(0, length)))
    }
    refusal('CREDENTIAL_MALFORMED', () => decodePrepared(Uint8Array.from([...bytes, 0])))
    refusal('CREDENTIAL_MALFORMED', () => decodePrepared(Uint8Array.from([9, ...bytes.slice(1)])))
  })

  it('counts the offset of the placeholder in octets, also after text that is not ASCII', () => {
    const card: CardDefinition = {
      ...resident,
      claims: [
        ...resident.claims,
        {
          path: ['발급'],
          disclosure: 'always',
          kind: 'text',
          required: true,
          source: 'issuingAuthority',
          display: { ko: '발급', en: 'Issue' },
        },
        {
          path: ['age_equal_or_over', 'on'],
          disclosure: 'always',
          kind: 'date',
          required: true,
          source: 'issuedOn',
          display: { ko: '기준일', en: 'As of' },
        },
      ],
    }
    const { text, receipt } = issueOne(card)
    const credential = open(text)
    expect(credential.claims.발급).to.equal('서울특별시 종로구청장')
    expect(credential.claims.age_equal_or_over).to.have.keys('17', '18', '19', '20', '65', 'on')
    expect(verifyReceipt(credential)).to.deep.equal(receipt)
  })

  describe('refuses', () => {
    const broken: Record<string, Partial<CredentialInput>> = {
      'claims of another card': { card: { ...resident, vct: 'urn:dojang:kr:driver:1' } },
      'a claim too few': { claims: { vct: resident.vct, values: [] } },
      'a holder key that would break out of the JSON': { holder: { ...holder.jwk, x: `${'A'.repeat(42)}"` } },
      'a holder key of another size': { holder: { ...holder.jwk, y: 'AAAA' } },
      'an end before the beginning': { exp: 5 },
      'a fraction of a second': { iat: 1.5 },
      'a negative status index': { status: { ...input().status, idx: -1 } },
    }
    for (const [what, change] of Object.entries(broken)) {
      it(what, () => refusal('CREDENTIAL_INPUT_INVALID', () => prepareCredential(input(resident, change), random)))
    }

    it('a receipt of another card, in the same batch or another', () => {
      const [one, two] = [issueOne(), issueOne()]
      refusal('CREDENTIAL_INPUT_INVALID', () => completeCredential(one.prepared, two.receipt, issuer.sign))
      const moved = { ...two.receipt, entryHash: one.receipt.entryHash }
      refusal('CREDENTIAL_INPUT_INVALID', () => completeCredential(one.prepared, moved, issuer.sign))
      const shifted = { ...one.receipt, index: one.receipt.index ^ 1 }
      refusal('CREDENTIAL_INPUT_INVALID', () => completeCredential(one.prepared, shifted, issuer.sign))
    })

    it('a prepared card whose payload has no placeholder', () => {
      const { prepared, receipt } = issueOne()
      const moved = { ...prepared, placeholderOffset: prepared.placeholderOffset + 1 }
      refusal('CREDENTIAL_INPUT_INVALID', () => completeCredential(moved, receipt, issuer.sign))
    })

    it('a signer that gives no ES256 signature', () => {
      const { prepared, receipt } = issueOne()
      expect(() => completeCredential(prepared, receipt, () => new Uint8Array(70))).to.throw(TypeError)
    })
  })
})

describe('issuing while the ledger is unreachable', () => {
  const exp = input().iat + 72 * 3600

  it('states it in the payload, and other libraries accept the card', async () => {
    const text = signTemporary(input(resident, { exp }), issuer.sign, random)
    const credential = open(text)
    expect(credential.anchorPending).to.equal(true)
    expect(verifyReceipt(credential)).to.equal(null)
    expect(credential.sdJwt.unverifiedPayload.anchor_pending).to.equal(true)
    expect(credential.placements).to.have.length(resident.claims.length)
    const { payload } = await oracle().verify(text, oracleTime)
    expect(payload).to.deep.equal(credential.payload)
  })

  it('is for 72 hours at most', () => {
    const long = input(resident, { exp: exp + 1 })
    refusal('CREDENTIAL_INPUT_INVALID', () => signTemporary(long, issuer.sign, random))
  })

  it('holds the same claims as an anchored card', () => {
    const pending = open(signTemporary(input(resident, { exp }), issuer.sign, random))
    const anchored = open(issueOne().text)
    expect(pending.claims).to.deep.equal(anchored.claims)
    expect(resident.claims.map(claimName)).to.have.length(pending.placements.length)
  })
})
