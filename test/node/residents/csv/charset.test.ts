import { expect } from 'chai'
import iconv from 'iconv-lite'
import { utf8 } from '../../../../node/lib/bytes.ts'
import { decode, detectCharset, isUtf8InCp949File, toLatin1 } from '../../../../node/residents/csv/charset.ts'
import { ResidentsError } from '../../../../node/residents/errors.ts'

const TEXT = '성명,주소\n홍길동,세종특별자치시\n설믜,똠방로\n'
const cp949 = (text: string) => iconv.encode(text, 'cp949')

describe('the charset of a CSV file', () => {
  it('is UTF-8, with a byte order mark or without', () => {
    expect(detectCharset(utf8(TEXT))).to.deep.equal({ charset: 'utf-8', skip: 0 })
    expect(detectCharset(utf8(`\ufeff${TEXT}`))).to.deep.equal({ charset: 'utf-8', skip: 3 })
    expect(detectCharset(utf8('name,address'))).to.deep.equal({ charset: 'utf-8', skip: 0 })
    expect(detectCharset(utf8('')).charset).to.equal('utf-8')
  })

  it('is CP949, also with syllables that KS X 1001 does not have', () => {
    expect(detectCharset(cp949(TEXT))).to.deep.equal({ charset: 'cp949', skip: 0 })
    expect(decode(toLatin1(cp949('설믜 똠방로')), 'cp949')).to.equal('설믜 똠방로')
  })

  it('is decided by the majority of lines, wherever the head ends', () => {
    const mostly = Buffer.concat([utf8(TEXT), utf8(TEXT), cp949('홍길동,세종\n')])
    expect(detectCharset(mostly).charset).to.equal('utf-8')
    for (let cut = 30; cut < 60; cut++) expect(detectCharset(utf8(TEXT).subarray(0, cut)).charset).to.equal('utf-8')
    for (let cut = 20; cut < 40; cut++) expect(detectCharset(cp949(TEXT).subarray(0, cut)).charset).to.equal('cp949')
  })

  it('refuses a workbook, and the error names the format to save', () => {
    for (const begin of ['504b0304', 'd0cf11e0']) {
      const file = Buffer.concat([Buffer.from(begin, 'hex'), Buffer.alloc(500, 7)])
      expect(() => detectCharset(file))
        .to.throw(ResidentsError, 'CSV UTF-8')
        .with.nested.property('detail.code', 'RESIDENTS_CHARSET')
    }
    // A text that begins with "PK" is not a workbook.
    expect(detectCharset(Buffer.from('PK,number\n')).charset).to.equal('utf-8')
  })

  it('refuses UTF-16, and the error names the format to save', () => {
    for (const bytes of [Buffer.from(`\ufeff${TEXT}`, 'utf16le'), Buffer.from(`\ufeff${TEXT}`, 'utf16le').swap16()]) {
      expect(() => detectCharset(bytes))
        .to.throw(ResidentsError, 'CSV UTF-8')
        .with.property('code', 'RESIDENTS_CHARSET')
    }
  })

  it('decodes strictly, and normalises Hangul to NFC', () => {
    expect(decode(toLatin1(cp949('홍길동')), 'utf-8')).to.equal(undefined)
    expect(decode(toLatin1(Buffer.from([0xb1])), 'cp949')).to.equal(undefined)
    expect(decode(toLatin1(utf8('홍길동'.normalize('NFD'))), 'utf-8')).to.equal('홍길동')
  })

  it('recognises a UTF-8 line in a CP949 file, even if both charsets can decode it', () => {
    // Every byte pair of this text is also a CP949 character.
    const both = '각난'
    expect(decode(toLatin1(utf8(both)), 'cp949')).to.not.equal(undefined)
    expect(isUtf8InCp949File(toLatin1(utf8(both)), 'cp949')).to.equal(true)
    expect(isUtf8InCp949File(toLatin1(cp949('홍길동,세종특별자치시')), 'cp949')).to.equal(false)
    expect(isUtf8InCp949File('plain', 'cp949')).to.equal(false)
  })
})
