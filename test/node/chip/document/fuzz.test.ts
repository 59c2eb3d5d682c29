/** Parsers of a chip's files never throw anything but a ChipError, and never take long. With DOJANG_TEST_LONG ten times as many. */
import { expect } from 'chai'
import fc from 'fast-check'
import { parseDg15 } from '../../../../node/chip/document/active-authentication.ts'
import { parseCertificate } from '../../../../node/chip/document/certificate.ts'
import { createCom, parseCom } from '../../../../node/chip/document/com.ts'
import { parseDg2 } from '../../../../node/chip/document/face.ts'
import { parseDg11 } from '../../../../node/chip/document/holder.ts'
import { parseDg1 } from '../../../../node/chip/document/mrz.ts'
import { activeAuthenticationHash, parseDg14 } from '../../../../node/chip/document/security-infos.ts'
import { parseSecurityObject } from '../../../../node/chip/document/security-object.ts'
import { parseCountrySigner } from '../../../../node/chip/document/trust.ts'
import { ChipError } from '../../../../node/chip/errors.ts'
import { tlv } from '../../../../node/chip/tlv.ts'
import { type Element, encode, parse as parseTree, replaced } from './element-tree.ts'
import { bytes, type Fixture, fixtures } from './fixtures.ts'

const RUNS = process.env.DOJANG_TEST_LONG ? 3000 : 300
/** Milliseconds for one input. A slow machine may pause once, so an input that takes longer is given two more attempts. */
const LIMIT = 250

type Parser = (file: Uint8Array) => unknown

const fixture = fixtures.find(({ name }) => name === 'p256-sha256') as Fixture
const groupOf = (group: number) => bytes(fixture.data_groups[group] ?? '')

const PARSERS: Readonly<Record<string, readonly [Parser, Uint8Array]>> = {
  'EF.SOD': [parseSecurityObject, bytes(fixture.security_object)],
  'EF.COM': [parseCom, createCom([1, 2])],
  DG1: [parseDg1, groupOf(1)],
  DG2: [parseDg2, groupOf(2)],
  DG11: [parseDg11, groupOf(11)],
  DG14: [parseDg14, groupOf(14)],
  'the hash in DG14': [activeAuthenticationHash, groupOf(14)],
  DG15: [parseDg15, groupOf(15)],
  certificate: [der => parseCertificate('document signer', der), bytes(fixture.country_signer)],
  'country signing CA': [parseCountrySigner, bytes(fixture.country_signer)],
}

function runs(parse: Parser, file: Uint8Array): number {
  const start = performance.now()
  try {
    parse(file)
  } catch (error) {
    if (!(error instanceof ChipError)) throw error
  }
  return performance.now() - start
}

function isQuick(parse: Parser, file: Uint8Array): boolean {
  for (let attempt = 0; attempt < 3; attempt++) if (runs(parse, file) < LIMIT) return true
  return false
}

/** A file with some bytes exchanged, some inserted and some left out, perhaps cut. */
const mutated = (file: Uint8Array) =>
  fc
    .array(
      fc.tuple(
        fc.nat(file.length - 1),
        fc.integer({ min: 0, max: 255 }),
        fc.constantFrom('set', 'insert', 'remove', 'cut'),
      ),
      {
        minLength: 1,
        maxLength: 6,
      },
    )
    .map(changes => {
      const changed = [...file]
      for (const [at, value, act] of changes) {
        if (act === 'set') changed[at] = value
        if (act === 'insert') changed.splice(at, 0, value)
        if (act === 'remove') changed.splice(at, 1)
        if (act === 'cut') changed.length = Math.min(changed.length, at)
      }
      return Uint8Array.from(changed)
    })

/** Lengths that claim more than there is, in all forms. */
const BOMBS: Readonly<Record<string, Uint8Array>> = {
  'a length of 4 GB': Uint8Array.of(0x77, 0x84, 0xff, 0xff, 0xff, 0xff),
  'a length of 127 bytes': Uint8Array.of(0x77, 0xff, 1, 2, 3),
  'an indefinite length': Uint8Array.of(0x77, 0x80, 0x30, 0x80, 0, 0, 0, 0),
  'a tag without an end': new Uint8Array(10_000).fill(0xff),
  nothing: new Uint8Array(),
  'zeros only': new Uint8Array(16_000),
  'ten thousand levels': nested(5_000),
  'one level more than allowed': nested(30),
  'eight thousand elements': tlv(
    0x77,
    tlv(
      0x30,
      new Uint8Array(16_000).fill(5).map((_, i) => (i % 2 ? 0 : 5)),
    ),
  ),
  'strings in strings': strings(3_000),
  'a megabyte': new Uint8Array(1_000_000).fill(0x30),
}

const SIGNED_DATA = [0, 0, 1, 0]
const HASHES = [...SIGNED_DATA, 1]
const CONTENT = [...SIGNED_DATA, 2, 1, 0]
const CERTIFICATES = [...SIGNED_DATA, 3]
const ISSUER = [...CERTIFICATES, 0, 0, 3]
const SIGNATURES = [...SIGNED_DATA, 4]
const ATTRIBUTES = [...SIGNATURES, 0, 3]
const SIGNATURE = [...SIGNATURES, 0, 5]

function withValue(value: Uint8Array) {
  return ({ tag }: Element): Element => ({ tag, value })
}

/** A list with its first element so many times. */
function repeated(times: number) {
  return ({ tag, value }: Element): Element => ({
    tag,
    value: Array.from({ length: times }, () => value[0] as Element),
  })
}

function manyNested(tag: number): Uint8Array {
  let inner: Uint8Array = new Uint8Array()
  for (let i = 0; i < 90; i++) inner = tlv(tag, inner)
  return tlv(0x30, ...new Array<Uint8Array>(25).fill(inner))
}

/** Sequences in one another. */
function nested(levels: number): Uint8Array {
  let inner: Uint8Array = new Uint8Array()
  for (let i = 0; i < levels; i++) inner = tlv(0x30, inner)
  return tlv(0x77, inner)
}

/** Strings whose content is a string again: a library may look into them. */
function strings(levels: number): Uint8Array {
  let inner: Uint8Array = new Uint8Array()
  for (let i = 0; i < levels; i++) inner = tlv(0x04, inner)
  return tlv(0x77, tlv(0x30, tlv(0x06, Uint8Array.of(42, 3)), tlv(0xa0, inner)))
}

/** Inside an EF.SOD that is as it must be otherwise: what the library looks at before anything is verified. */
const SHAPED: Readonly<Record<string, readonly [path: readonly number[], change: (element: Element) => Element]>> = {
  'nested strings as content': [CONTENT, withValue(manyNested(0x04))],
  'nested sequences as signature': [SIGNATURE, withValue(manyNested(0x30))],
  'thousands of elements as content': [
    CONTENT,
    withValue(
      tlv(
        0x30,
        new Uint8Array(6000).map((_, i) => (i % 2 ? 0 : 5)),
      ),
    ),
  ],
  'a name of many parts': [ISSUER, repeated(180)],
  'many attributes': [ATTRIBUTES, repeated(180)],
  'many certificates': [CERTIFICATES, repeated(8)],
  'many hashes': [HASHES, repeated(190)],
  'many signatures': [SIGNATURES, repeated(16)],
}

describe('bad input to the parsers of a chip', () => {
  for (const [name, [parse, file]] of Object.entries(PARSERS)) {
    it(`ends in a ChipError, soon: ${name}`, () => {
      expect(() => parse(file)).not.to.throw()
      fc.assert(
        fc.property(mutated(file), each => isQuick(parse, each)),
        { numRuns: RUNS },
      )
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 300 }), each => isQuick(parse, each)),
        { numRuns: RUNS },
      )
    })
  }

  it('is refused at once if it claims to be huge or is deeply nested', () => {
    for (const [what, bomb] of Object.entries(BOMBS)) {
      for (const [name, [parse]] of Object.entries(PARSERS)) {
        expect(isQuick(parse, bomb), `${what} as ${name}`).to.equal(true)
        expect(() => parse(bomb), `${what} as ${name}`).to.throw(ChipError)
      }
    }
  })

  it('is refused soon if it is an EF.SOD with too much of something', () => {
    const elements = parseTree(bytes(fixture.security_object))
    for (const [what, [path, change]] of Object.entries(SHAPED)) {
      const file = Uint8Array.from(encode(replaced(elements, path, change)))
      expect(file.length, what).to.be.within(3000, 8192)
      expect(isQuick(parseSecurityObject, file), what).to.equal(true)
    }
  })
})
