import { expect } from 'chai'
import {
  decodeEntries,
  decodeEntry,
  type Entry,
  encodeEntries,
  encodeEntry,
  entryHash,
} from '../../../node/credential/entry.ts'
import { fromUtf8, toHex, utf8 } from '../../../node/lib/bytes.ts'
import { refusal } from './support.ts'

const tag = 'AAAAAAAAAAAAAAAAAAAAAA'
const entry: Entry = {
  vct: 'urn:dojang:kr:resident:1',
  list: (4_000_000_000n << 32n) | 1n,
  index: 42,
  validFrom: 1_780_000_000,
  validUntil: 1_880_000_000,
  keyStorage: 'iso_18045_high',
  walletProvider: '대한민국 지갑',
  subjectTag: tag,
  installationTag: tag,
  salt: tag,
}

describe('entry', () => {
  it('is a JSON array in a fixed order', () => {
    expect(fromUtf8(encodeEntry(entry))).to.equal(
      `["urn:dojang:kr:resident:1","17179869184000000001",42,1780000000,1880000000,"iso_18045_high","대한민국 지갑",` +
        `"${tag}","${tag}","${tag}"]`,
    )
    expect(toHex(entryHash(encodeEntry(entry)))).to.match(/^0x[0-9a-f]{64}$/)
  })

  it('is decoded as it was encoded', () => {
    for (const one of [entry, { ...entry, walletProvider: null }]) {
      expect(decodeEntry(encodeEntry(one))).to.deep.equal(one)
    }
  })

  it('is refused with a wrong or additional member', () => {
    const broken: Partial<Record<keyof Entry, unknown>>[] = [
      { vct: 1 },
      { list: '01' },
      { list: '-1' },
      { index: -1 },
      { validFrom: '1' },
      { keyStorage: 'paper' },
      { walletProvider: 5 },
      { subjectTag: 'AAAA' },
      { installationTag: null },
      { salt: `${tag}=` },
    ]
    for (const change of broken) {
      const bytes = encodeEntry({ ...entry, ...change } as Entry)
      refusal('CREDENTIAL_MALFORMED', () => decodeEntry(bytes))
    }
    const text = fromUtf8(encodeEntry(entry))
    for (const other of ['{}', '[]', `${text.slice(0, -1)},1]`, text.slice(0, -1), `${text}${text}`]) {
      refusal('CREDENTIAL_MALFORMED', () => decodeEntry(utf8(other)))
    }
  })

  it('has the same octets in the file, where padding is null', () => {
    const bytes = encodeEntry(entry)
    const file = encodeEntries([null, bytes, null])
    expect(JSON.parse(fromUtf8(file))).to.deep.equal([null, fromUtf8(bytes), null])
    const [first, second, third] = decodeEntries(file)
    expect([first, third]).to.deep.equal([null, null])
    expect(toHex(entryHash(second as Uint8Array))).to.equal(toHex(entryHash(bytes)))
    refusal('CREDENTIAL_MALFORMED', () => decodeEntries(utf8('[1]')))
  })
})
