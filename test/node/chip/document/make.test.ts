/** What our maker writes: read by OpenSSL, and compared with the examples of Doc 9303. */
import { execFileSync, spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { encode as encodePng } from 'fast-png'
import { parseCom } from '../../../../node/chip/document/com.ts'
import { parseDg2 } from '../../../../node/chip/document/face.ts'
import { parseDg1 } from '../../../../node/chip/document/mrz.ts'
import { portraitSize } from '../../../../node/chip/document/portrait.ts'
import { romanizedName } from '../../../../node/chip/document/romanize.ts'
import { FileId } from '../../../../node/chip/image.ts'
import { decodeImage, encodeImage } from '../../../../node/chip/image-file.ts'
import { TlvReader, tlv } from '../../../../node/chip/tlv.ts'
import { specimenPortrait } from '../../../../node/residents/population/portrait/portrait.ts'
import { SeededRandom } from '../../../../node/residents/population/seeded-random.ts'
import { failureOf } from '../../../support/failure.ts'
import { codeOf, country, documentSigner, fileOf, makeTestChip, NOW } from '../support.ts'

const hasOpenssl = spawnSync('openssl', ['version']).status === 0

describe('a chip that we make', () => {
  it('has an EF.SOD that `openssl cms -verify` accepts', async function () {
    if (!hasOpenssl) this.skip()
    const korea = await country()
    const image = await makeTestChip(await documentSigner(korea))
    const directory = mkdtempSync(join(tmpdir(), 'chip-'))
    try {
      const sod = fileOf(image, FileId.SECURITY_OBJECT)
      writeFileSync(join(directory, 'sod'), new TlvReader(sod).value(0x77))
      writeFileSync(join(directory, 'ca.pem'), new X509Certificate(korea.certificate).toString())
      // The purpose of a document signer is none that OpenSSL knows.
      const trust = ['-CAfile', 'ca.pem', '-purpose', 'any', '-attime', String(NOW)]
      const content = execFileSync('openssl', ['cms', '-verify', '-inform', 'DER', '-in', 'sod', ...trust], {
        cwd: directory,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      expect(new TlvReader(content).next().tag).to.equal(0x30)
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  it('lists its files in EF.COM', async () => {
    const image = await makeTestChip(await documentSigner(await country()))
    expect(parseCom(fileOf(image, FileId.COM))).to.deep.equal([1, 2, 11, 14, 15])
    expect([...image.files.keys()].sort((a, b) => a - b)).to.deep.equal([
      ...[0x0101, 0x0102, 0x010b, 0x010e, 0x010f, 0x011c, 0x011d, 0x011e],
    ])
    expect(image.cardAccessNumber).to.match(/^\d{6}$/)
  })

  it('contains a PNG of the register as JPEG of the same size', async () => {
    const signer = await documentSigner(await country())
    const grey = encodePng({ width: 3, height: 2, data: new Uint8Array(6).fill(100), channels: 1, depth: 8 })
    const drawn = specimenPortrait(new SeededRandom('a face'), { age: 40, sex: 'F', ordinal: 1 })
    for (const [portrait, width, height] of [
      [grey, 3, 2],
      [drawn, 120, 150],
    ] as const) {
      const image = await makeTestChip(signer, {}, { portrait })
      const { bytes, mediaType } = parseDg2(fileOf(image, 0x0102))
      expect([mediaType, portraitSize(bytes)]).to.deep.equal(['image/jpeg', { width, height }])
    }
  })

  it('contains a JPEG 2000 image as it is, with the size that its header states', async () => {
    const signer = await documentSigner(await country())
    // Only the headers: SOC and SIZ of a codestream; signature, file type and image header of a JP2 file.
    const codestream = `ff4fff5100290000000000180000001e${'00'.repeat(20)}`
    const file =
      '0000000c6a5020200d0a870a' + '00000014667479706a703220000000006a703220' + '0000002d6a703268' + '0000001669686472'
    for (const [hex, mediaType] of [
      [codestream, 'image/j2k'],
      [`${file}0000001e0000001800030707`, 'image/jp2'],
    ] as const) {
      const portrait = new Uint8Array(Buffer.from(hex, 'hex'))
      expect(portraitSize(portrait)).to.deep.equal({ width: 24, height: 30 })
      const image = await makeTestChip(signer, {}, { portrait })
      expect(parseDg2(fileOf(image, 0x0102))).to.deep.equal({ bytes: portrait, mediaType })
    }
  })

  it('has a zone of three lines, also if the names are long', async () => {
    const names = { familyName: 'Wolfeschlegelsteinhausenbergerdorff', givenName: 'Hubert Blaine' }
    const image = await makeTestChip(await documentSigner(await country()), {}, names)
    expect(parseDg1(fileOf(image, 0x0101))).to.include({ familyName: 'WOLFESCHLEGELSTEINHAUSENBER', givenName: 'H' })
  })

  it('is not made of facts that it cannot contain', async () => {
    const signer = await documentSigner(await country())
    const wrong = [
      { documentNumber: 'k1' },
      { documentNumber: '1234567890' },
      { expiresOn: '2100-01-01' },
      { expiresOn: '2037-02-29' },
      { birthdate: '' },
      { portrait: new Uint8Array([1, 2, 3]) },
      { familyName: '홍<<가' },
      { familyName: '?' },
      { address: '가'.repeat(2000) },
    ]
    for (const changed of wrong) {
      const { code, message } = await failureOf(makeTestChip(signer, {}, changed))
      expect(code).to.equal('CHIP_CANNOT_BE_MADE')
      expect(message).not.to.match(/홍|가가/)
    }
  })

  it('is the same after a way through a file', async () => {
    const image = await makeTestChip(await documentSigner(await country()))
    expect(decodeImage(encodeImage(image))).to.deep.equal(image)
    const text = encodeImage(image)
    for (const broken of ['', '{}', text.slice(1), text.replace('011d', '011e'), text.replace(/\d{6}/, '12345')]) {
      expect(codeOf(() => decodeImage(broken))).to.equal('CHIP_IMAGE_INVALID')
    }
  })
})

describe('the machine readable zone', () => {
  const dg1 = (...lines: readonly string[]) => tlv(0x61, tlv(0x5f1f, Buffer.from(lines.join(''))))

  it('of the specimen in Doc 9303-5 is read', () => {
    const zone = dg1(
      'I<UTOD231458907<<<<<<<<<<<<<<<',
      '7408122F1204159UTO<<<<<<<<<<<6',
      'ERIKSSON<<ANNA<MARIA<<<<<<<<<<',
    )
    expect(parseDg1(zone)).to.deep.equal({
      documentCode: 'I',
      issuingState: 'UTO',
      documentNumber: 'D23145890',
      birthdate: '740812',
      sex: 'F',
      expiresOn: '2012-04-15',
      familyName: 'ERIKSSON',
      givenName: 'ANNA MARIA',
    })
  })

  it('with a long document number is read', () => {
    // Doc 9303-5 §4.2.2 note j: D23145890734 continues in the optional data.
    const zone = dg1(
      'I<UTOD23145890<7349<<<<<<<<<<<',
      '3407127M9507122UTO<<<<<<<<<<<2',
      'STEVENSON<<PETER<JOHN<<<<<<<<<',
    )
    expect(parseDg1(zone).documentNumber).to.equal('D23145890734')
  })

  it('with a digit exchanged in a line with check digits is refused', () => {
    const [first, second] = ['I<UTOD231458907<<<<<<<<<<<<<<<', '7408122F1204159UTO<<<<<<<<<<<6']
    const text = first + second
    for (let i = 5; i < text.length; i++) {
      // Nothing checks the sex and the nationality but the signature.
      if (i === 37 || (i >= 45 && i < 48)) continue
      const other = text[i] === '1' ? '2' : '1'
      const zone = dg1(text.slice(0, i), other, text.slice(i + 1), 'ERIKSSON<<ANNA<MARIA<<<<<<<<<<')
      expect(
        codeOf(() => parseDg1(zone)),
        `character ${i}`,
      ).to.equal('CHIP_DOCUMENT_MALFORMED')
    }
  })

  it('has names in the Revised Romanization, without sound changes', () => {
    const names: Record<string, string> = {
      홍빛나: 'HONGBITNA',
      한복남: 'HANBOKNAM',
      민용하: 'MINYONGHA',
      송나리: 'SONGNARI',
      남궁: 'NAMGUNG',
      쌔옘: 'SSAEYEM',
      'Mary Ann': 'MARY<ANN',
      "O'Brien": 'O<BRIEN',
      'Müller-Lüdenscheidt': 'MULLER<LUDENSCHEIDT',
    }
    for (const [name, latin] of Object.entries(names)) expect(romanizedName(name)).to.equal(latin)
  })
})
