/**
 * Documents that OpenSSL made (test/fixtures/chip): accepted, and refused with any byte altered. With DOJANG_TEST_LONG each
 * byte is altered in five ways, of every document; otherwise in one way, of one document, and only some of the portrait.
 */
import { expect } from 'chai'
import { verifyChip } from '../../../../node/chip/document/verify.ts'
import { ChipError } from '../../../../node/chip/errors.ts'
import type { ChipReading } from '../../../../node/chip/image.ts'
import { codeOf, facts } from '../support.ts'
import { acceptedFixtures, documentOf, type Fixture, fixtures } from './fixtures.ts'

const REFUSED: Readonly<Record<string, string>> = {
  sha1: 'CHIP_DOCUMENT_UNSUPPORTED',
  secp256k1: 'CHIP_DOCUMENT_UNSUPPORTED',
  'other-type': 'CHIP_SIGNER_UNSUITABLE',
}
const LONG = process.env.DOJANG_TEST_LONG !== undefined
const FLIPS = LONG ? [0x01, 0x02, 0x20, 0x80, 0xff] : [0x01]
/** Of the portrait, which is the longest file by far, so many bytes are left out after each. */
const PORTRAIT_STEP = LONG ? 1 : 16

/** The reading with one byte of one file altered, for every file and byte. */
function* alteredReadings(reading: ChipReading, flip: number) {
  const altered = (file: Uint8Array, at: number) => file.with(at, (file[at] as number) ^ flip)
  const { securityObject, activeAuthentication, dataGroups } = reading
  for (let i = 0; i < securityObject.length; i++) {
    yield { where: `EF.SOD ${i}`, reading: { ...reading, securityObject: altered(securityObject, i) } }
  }
  for (let i = 0; i < activeAuthentication.length; i++) {
    yield { where: `answer ${i}`, reading: { ...reading, activeAuthentication: altered(activeAuthentication, i) } }
  }
  for (const [group, file] of dataGroups) {
    for (let i = 0; i < file.length; i += group === 2 ? PORTRAIT_STEP : 1) {
      const files = new Map(dataGroups).set(group, altered(file, i))
      yield { where: `DG${group} ${i}`, reading: { ...reading, dataGroups: files } }
    }
  }
}

describe('documents made by OpenSSL', () => {
  for (const fixture of acceptedFixtures) {
    it(`are accepted: ${fixture.name}`, () => {
      const { reading, check } = documentOf(fixture)
      const { portrait, anchorKeyId, ...stated } = verifyChip(reading, check)
      // The same invented person, with another portrait.
      const { portrait: _, ...expected } = facts
      expect(stated).to.deep.equal({ ...expected, issuingState: 'KOR' })
      expect(portrait.mediaType).to.equal('image/jpeg')
      expect([...portrait.bytes.subarray(0, 2), ...portrait.bytes.subarray(-2)]).to.deep.equal([0xff, 0xd8, 0xff, 0xd9])
      expect(anchorKeyId).to.equal(check.anchors[0]?.countrySigner.keyId)
    })
  }

  for (const [name, code] of Object.entries(REFUSED)) {
    it(`are refused: ${name}`, () => {
      const fixture = fixtures.find(each => each.name === name) as Fixture
      const refusal = codeOf(() => {
        const { reading, check } = documentOf(fixture)
        verifyChip(reading, check)
      })
      expect(refusal).to.equal(code)
    })
  }

  it('are refused under the CA of another document', () => {
    for (const [i, fixture] of acceptedFixtures.entries()) {
      const { reading, check } = documentOf(fixture)
      const other = documentOf(acceptedFixtures[(i + 1) % acceptedFixtures.length] as Fixture).check.anchors.map(
        anchor => ({
          ...anchor,
          from: check.at,
          until: check.at + 1,
        }),
      )
      expect(codeOf(() => verifyChip(reading, { ...check, anchors: other }))).to.equal('CHIP_SIGNER_UNTRUSTED')
    }
  })

  for (const fixture of LONG ? acceptedFixtures : acceptedFixtures.filter(({ name }) => /^p256-sha256$/.test(name))) {
    it(`are refused with any byte altered: ${fixture.name}`, function () {
      this.timeout(LONG ? 3_600_000 : 180_000)
      const { reading, check } = documentOf(fixture)
      const passed: string[] = []
      for (const flip of FLIPS) {
        for (const { where, reading: altered } of alteredReadings(reading, flip)) {
          try {
            verifyChip(altered, check)
            passed.push(`${where} ^ ${flip}`)
          } catch (error) {
            if (!(error instanceof ChipError)) throw error
          }
        }
      }
      expect(passed).to.deep.equal([])
    })
  }
})
