import { expect } from 'chai'
import fc from 'fast-check'
import { encodeCommand, parseCommand } from '../../../node/chip/iso7816/command.ts'
import { fileLength, onlyDataObject, parseDataObjects } from '../../../node/chip/iso7816/data-objects.ts'
import { parseAnswer, triesLeft } from '../../../node/chip/iso7816/response.ts'
import { ParseError } from '../../../node/lib/parse-error.ts'
import { bytes, hex } from './support/readers.ts'

const NONE = new Uint8Array()
const header = { cla: 0, ins: 0xb0, p1: 0x01, p2: 0x02 }

describe('chip: command and response APDUs', () => {
  it('have the four cases of ISO/IEC 7816-4, short and extended', () => {
    const cases: [data: Uint8Array, expected: number, encoded: string][] = [
      [NONE, 0, '00B00102'],
      [NONE, 4, '00B0010204'],
      [NONE, 256, '00B0010200'],
      [bytes('AABB'), 0, '00B0010202AABB'],
      [bytes('AABB'), 256, '00B0010202AABB00'],
      [NONE, 1000, '00B001020003E8'],
      [NONE, 65_536, '00B00102000000'],
      [bytes('AABB'), 1000, '00B00102000002AABB03E8'],
      [bytes('AABB'), 65_536, '00B00102000002AABB0000'],
    ]
    for (const [data, expected, encoded] of cases) {
      expect(hex(encodeCommand({ ...header, data, expected }))).to.equal(encoded)
      const { extended, ...parsed } = parseCommand(bytes(encoded))
      expect(parsed).to.deep.equal({ ...header, data, expected })
      expect(extended).to.equal(expected > 256)
    }
  })

  it('come back as they were written', () => {
    const byte = fc.integer({ min: 0, max: 255 })
    fc.assert(
      fc.property(
        byte,
        byte,
        byte,
        fc.uint8Array({ maxLength: 600 }),
        fc.integer({ min: 0, max: 65_536 }),
        (ins, p1, p2, data, expected) => {
          const given = { cla: 0, ins, p1, p2, data, expected }
          const { extended: _, ...parsed } = parseCommand(encodeCommand(given))
          expect(parsed).to.deep.equal(given)
        },
      ),
    )
  })

  it('are refused when their lengths are false', () => {
    for (const encoded of [
      '',
      '00B001',
      '00B0010203AABB',
      '00B0010202AABB0000',
      '00B001020000',
      '00B00102000000AA',
      '00B00102000003AABB',
    ]) {
      expect(() => parseCommand(bytes(encoded)), encoded).to.throw(ParseError)
    }
    expect(() => parseAnswer(bytes('90'))).to.throw(ParseError)
    expect(parseAnswer(bytes('AA9000'))).to.deep.equal({ data: bytes('AA'), status: 0x9000 })
  })

  it('count the tries in a status word', () => {
    expect([0x63c3, 0x63c0, 0x6300, 0x9000].map(triesLeft)).to.deep.equal([3, 0, null, null])
  })

  it('carry whole data objects only', () => {
    expect(parseDataObjects(bytes('800101 7F490102')).map(({ tag }) => tag)).to.deep.equal([0x80, 0x7f49])
    for (const wrong of ['8005AA', '80', '7C028001', '8080', '7F', '8081']) {
      expect(() => onlyDataObject(bytes(wrong), 0x80), wrong).to.throw(ParseError)
    }
    expect(() => parseDataObjects(bytes('8000'.repeat(17)))).to.throw(ParseError)
  })

  it('say how long a file is by its first four bytes', () => {
    const lengths = [
      ['60145F01', 22],
      ['75815F01', 98],
      ['7582FFFB', 65_535],
      ['75830000', undefined],
      ['758000FF', undefined],
      ['7514', undefined],
    ] as const
    for (const [start, expected] of lengths) {
      expect(fileLength(bytes(start), start.startsWith('60') ? 0x60 : 0x75), start).to.equal(expected)
    }
    expect(fileLength(bytes('60145F01'), 0x61)).to.equal(undefined)
  })
})
