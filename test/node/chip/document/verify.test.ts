/** The attacks on a chip's document, each with the code that says which proof failed. */
import { expect } from 'chai'
import { chipChallenge } from '../../../../node/chip/document/challenge.ts'
import { createDg2 } from '../../../../node/chip/document/face.ts'
import { createDg11 } from '../../../../node/chip/document/holder.ts'
import { createSecurityObject, type DocumentSigner } from '../../../../node/chip/document/make-security-object.ts'
import { portraitForChip } from '../../../../node/chip/document/portrait.ts'
import { verifyChip } from '../../../../node/chip/document/verify.ts'
import type { ChipReading } from '../../../../node/chip/image.ts'
import { DAY } from '../../../../node/lib/time.ts'
import {
  type Country,
  challenge,
  checkOf,
  codeOf,
  country,
  documentSigner,
  facts,
  makeTestChip,
  NOW,
  random,
  readingOf,
  YEAR,
} from '../support.ts'

describe('a document on a chip', () => {
  let korea: Country
  let signer: DocumentSigner
  let reading: ChipReading

  before(async () => {
    korea = await country()
    signer = await documentSigner(korea)
    reading = readingOf(await makeTestChip(signer))
  })

  const refusal = (changed: Partial<ChipReading>, check = checkOf([korea.anchor])) =>
    codeOf(() => verifyChip({ ...reading, ...changed }, check))
  const withGroup = (group: number, file: Uint8Array) => ({ dataGroups: new Map(reading.dataGroups).set(group, file) })
  const without = (...groups: readonly number[]) => ({
    dataGroups: new Map([...reading.dataGroups].filter(([group]) => !groups.includes(group))),
  })
  const group = (number: number) => reading.dataGroups.get(number) as Uint8Array
  /** The same chip, but the signer signed other files. */
  const signed = (dataGroups: ReadonlyMap<number, Uint8Array>, by = signer, now = NOW) => ({
    dataGroups,
    securityObject: createSecurityObject(dataGroups, by, now),
  })

  it('is accepted, and says who the holder is', () => {
    const { portrait, anchorKeyId, ...stated } = verifyChip(reading, checkOf([korea.anchor]))
    const { portrait: given, ...rest } = facts
    expect(stated).to.deep.equal({ ...rest, issuingState: 'KOR' })
    expect(portrait).to.deep.equal({ bytes: given, mediaType: 'image/jpeg' })
    expect(anchorKeyId).to.equal(korea.key.keyId)
  })

  it('is accepted with RSA for active authentication, but not if another key answered', async () => {
    const own = readingOf(await makeTestChip(signer, { activeAuthentication: 'RSA-2048' }))
    const other = readingOf(await makeTestChip(signer, { activeAuthentication: 'RSA-2048' }))
    expect(refusal(own)).to.equal('none')
    for (const { activeAuthentication } of [other, reading]) {
      expect(refusal({ ...own, activeAuthentication })).to.equal('CHIP_ACTIVE_AUTHENTICATION_FAILED')
    }
  })

  it('of a signer whom no trusted CA certified is refused', async () => {
    const stranger = await country()
    expect(refusal({}, checkOf([]))).to.equal('CHIP_SIGNER_UNTRUSTED')
    expect(refusal({}, checkOf([stranger.anchor]))).to.equal('CHIP_SIGNER_UNTRUSTED')
    expect(refusal({}, checkOf([stranger.anchor, korea.anchor]))).to.equal('none')
  })

  it('is refused before and after the term in which its CA is trusted', () => {
    const trusted = (from: number, until: number) => checkOf([{ ...korea.anchor, from, until }])
    expect(refusal({}, trusted(NOW, NOW + 1))).to.equal('none')
    expect(refusal({}, trusted(NOW - DAY, NOW))).to.equal('CHIP_SIGNER_UNTRUSTED')
    expect(refusal({}, trusted(NOW + 1, NOW + DAY))).to.equal('CHIP_SIGNER_UNTRUSTED')
  })

  it('of an expired signer is refused', async () => {
    const expired = await documentSigner(korea, NOW - 2 * DAY, NOW - 1)
    const late = readingOf(await makeTestChip(expired, { now: NOW - DAY }))
    expect(refusal(late)).to.equal('CHIP_SIGNER_EXPIRED')
    expect(refusal(late, checkOf([korea.anchor], NOW - 1))).to.equal('none')
  })

  it('of an expired CA is refused, also while the CA is trusted', async () => {
    const old = await country(NOW - 2 * YEAR, NOW - 1)
    const own = readingOf(await makeTestChip(await documentSigner(old)))
    expect(refusal(own, checkOf([{ ...old.anchor, until: NOW + YEAR }]))).to.equal('CHIP_SIGNER_EXPIRED')
  })

  it('that was signed before its signer was certified is refused', async () => {
    expect(refusal(signed(reading.dataGroups, signer, NOW - 2 * DAY))).to.equal('CHIP_SIGNER_EXPIRED')
  })

  it('that a CA has signed itself is refused', () => {
    const ca = { certificate: korea.certificate, sign: (data: Uint8Array) => korea.key.sign(data) }
    expect(refusal(signed(reading.dataGroups, ca))).to.equal('CHIP_SIGNER_UNSUITABLE')
  })

  it('that another key has signed is refused', async () => {
    const other = await documentSigner(korea)
    const forged = { certificate: signer.certificate, sign: (data: Uint8Array) => other.sign(data) }
    expect(refusal(signed(reading.dataGroups, forged))).to.equal('CHIP_SIGNATURE_INVALID')
  })

  it('with the portrait, name or key of somebody else is refused', async () => {
    const face = createDg2(portraitForChip(Uint8Array.from([...facts.portrait, 0])))
    const holder = createDg11({ ...facts, familyName: '김' })
    const key = readingOf(await makeTestChip(signer)).dataGroups.get(15) as Uint8Array
    for (const changed of [withGroup(2, face), withGroup(11, holder), withGroup(15, key)]) {
      expect(refusal(changed)).to.equal('CHIP_DATA_GROUP_ALTERED')
    }
  })

  it('with a file whose hash nobody signed is refused', () => {
    expect(refusal(withGroup(3, group(1)))).to.equal('CHIP_DATA_GROUP_ALTERED')
  })

  it('of which a file was not read is refused', () => {
    for (const number of [1, 2, 11, 14, 15]) expect(refusal(without(number))).to.equal('CHIP_DATA_GROUP_MISSING')
  })

  it('without a key for active authentication is refused: it may be a copy', () => {
    const { dataGroups } = without(14, 15)
    expect(refusal(signed(dataGroups))).to.equal('CHIP_ACTIVE_AUTHENTICATION_MISSING')
    // The copy's maker leaves the list as it was, since it is signed.
    expect(refusal(without(15))).to.equal('CHIP_DATA_GROUP_MISSING')
  })

  it('copied to a chip with another key is refused', async () => {
    const copy = readingOf(await makeTestChip(signer))
    expect(refusal({ activeAuthentication: copy.activeAuthentication })).to.equal('CHIP_ACTIVE_AUTHENTICATION_FAILED')
  })

  it('whose chip answered another phone or another session is refused', async () => {
    const image = await makeTestChip(signer)
    const [nonce, phone, thief] = [random(32), random(32), random(32)]
    const answer = readingOf(image, chipChallenge(nonce, phone))
    const asked = (expected: Uint8Array) =>
      codeOf(() => verifyChip(answer, { ...checkOf([korea.anchor]), challenge: expected }))
    expect(asked(chipChallenge(nonce, phone))).to.equal('none')
    expect(asked(chipChallenge(nonce, thief))).to.equal('CHIP_ACTIVE_AUTHENTICATION_FAILED')
    expect(asked(chipChallenge(random(32), phone))).to.equal('CHIP_ACTIVE_AUTHENTICATION_FAILED')
    expect(asked(challenge)).to.equal('CHIP_ACTIVE_AUTHENTICATION_FAILED')
  })

  it('that states two dates of birth is refused', async () => {
    const holder = createDg11({ ...facts, birthdate: '1987-03-16' })
    const dataGroups = new Map(reading.dataGroups).set(11, holder)
    expect(refusal(signed(dataGroups))).to.equal('CHIP_DOCUMENT_INCONSISTENT')
  })

  it('is valid until the end of its last day in Korea', async () => {
    const lastSecond = Date.UTC(2037, 2, 14, 15) / 1000 - 1
    expect(refusal({}, checkOf([korea.anchor], lastSecond))).to.equal('none')
    expect(refusal({}, checkOf([korea.anchor], lastSecond + 1))).to.equal('CHIP_DOCUMENT_EXPIRED')
  })

  it('is refused by errors that contain nothing that it states', () => {
    const shown = [
      withGroup(11, createDg11({ ...facts, familyName: '김' })),
      without(1),
      { securityObject: group(11) },
    ].map(changed => {
      try {
        verifyChip({ ...reading, ...changed }, checkOf([korea.anchor]))
        return 'accepted'
      } catch (error) {
        return JSON.stringify(error)
      }
    })
    for (const text of shown)
      expect(text)
        .to.include('CHIP_')
        .and.not.match(/홍|김|가온|070315|K12345678|가상로/)
  })
})
