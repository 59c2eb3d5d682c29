import { expect } from 'chai'
import fc from 'fast-check'
import { type JsonValue, parseJson, parseJsonObject } from '../../../node/lib/json.ts'
import { ParseError } from '../../../node/lib/parse-error.ts'

const integers = fc.jsonValue({ noUnicodeString: false, depthSize: 'medium' }).map(narrow)

/** Any JSON value within our limits: numbers are exact integers, and there is no `__proto__`. */
function narrow(value: unknown): JsonValue {
  if (typeof value === 'number') return Math.trunc(value % Number.MAX_SAFE_INTEGER) + 0
  if (typeof value === 'string') return value.toWellFormed()
  if (Array.isArray(value)) return value.map(narrow)
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([name, member]) => [name.toWellFormed(), narrow(member)] as const)
    return Object.fromEntries(entries.filter(([name]) => name !== '__proto__'))
  }
  return value as JsonValue
}

describe('parseJson', () => {
  it('reads what JSON.parse reads, however it is laid out', () => {
    fc.assert(
      fc.property(integers, fc.constantFrom(undefined, 1, '\t', '\r\n '), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        expect(parseJson(text, { maxDepth: 100 })).to.deep.equal(JSON.parse(text))
      }),
    )
  })

  it('reads any number where that is asked for, as JSON.parse does', () => {
    const any = { numbers: 'any' } as const
    fc.assert(
      fc.property(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer()), value => {
        for (const text of [JSON.stringify(value), value.toExponential()]) {
          expect(parseJson(`[${text},0]`, any)).to.deep.equal(JSON.parse(`[${text},0]`))
        }
      }),
    )
    expect(parseJson('9007199254740993', any)).to.equal(9007199254740992)
    for (const text of ['01', '1.', '.5', '-', '+1', '1e', '1e400', 'NaN', '0x1', '1_0', '--1']) {
      expect(() => parseJson(text, any), text).to.throw(ParseError)
    }
  })

  it('accepts only texts that JSON.parse accepts, and reads the same value', () => {
    const soup = fc.array(fc.constantFrom(...'{}[]":,-01.5eE\\unull true\u00e9"a', '"a":', '\\ud800', '[[', '\n'), {
      maxLength: 24,
    })
    fc.assert(
      fc.property(soup, parts => {
        const text = parts.join('')
        let value: JsonValue
        try {
          value = parseJson(text)
        } catch (error) {
          expect(error).to.be.instanceOf(ParseError)
          return
        }
        expect(value).to.deep.equal(JSON.parse(text))
      }),
      { numRuns: 3000 },
    )
  })

  it('reads every escape', () => {
    expect(parseJson('"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\ud83d\\ude00 plain"')).to.equal('"\\/\b\f\n\r\tA😀 plain')
  })

  const refused: Record<string, string> = {
    'a duplicate member': '{"a":1,"b":2,"a":1}',
    'a duplicate member hidden by an escape': '{"a":1,"\\u0061":2}',
    'a duplicate member deep inside': '[{"x":{"a":1,"a":1}}]',
    'the member __proto__': '{"__proto__":{"admin":true}}',
    'the member __proto__ by escape': '{"__\\u0070roto__":1}',
    'a fraction': '1.0',
    'an exponent': '1e3',
    'a capital exponent': '[1E3]',
    '2^53': '9007199254740992',
    '-2^53': '-9007199254740992',
    'a very long number': '1'.repeat(400),
    'a negative zero': '-0',
    'a leading zero': '01',
    'a plus sign': '+1',
    'a lone minus': '-',
    'a lone surrogate': '"\ud800"',
    'a lone surrogate by escape': '"\\udc00"',
    'a control character': '"\u0001"',
    'an unknown escape': '"\\x41"',
    'a cut escape': '"\\u12"',
    'an unfinished string': '"abc',
    'an unfinished escaped string': '"a\\n',
    'a trailing comma in an array': '[1,]',
    'a trailing comma in an object': '{"a":1,}',
    'a missing comma': '[1 2]',
    'a missing colon': '{"a" 1}',
    'a bare name': '{a:1}',
    'single quotes': "{'a':1}",
    'more after the value': '{} {}',
    nothing: '',
    'white space only': ' \n',
    'a byte order mark': '\ufeff{}',
    'a comment': '{/**/}',
    NaN: 'NaN',
    'another white space': '\u00a0{}',
    'a cut word': 'tru',
  }
  for (const [what, text] of Object.entries(refused)) {
    it(`refuses ${what}`, () => expect(() => parseJson(text)).to.throw(ParseError))
  }

  it('holds integers to 2^53 - 1 exactly', () => {
    expect(parseJson('[9007199254740991,-9007199254740991,0]')).to.deep.equal([2 ** 53 - 1, 1 - 2 ** 53, 0])
  })

  it('is not confused by names that objects inherit', () => {
    expect(parseJson('{"toString":1,"constructor":2,"hasOwnProperty":3}')).to.deep.equal({
      toString: 1,
      constructor: 2,
      hasOwnProperty: 3,
    })
  })

  it('enforces its limits', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    expect(parseJson(nested(16))).to.be.an('array')
    expect(() => parseJson(nested(17))).to.throw(ParseError)
    expect(() => parseJson(`${'{"a":'.repeat(3)}1${'}'.repeat(3)}`, { maxDepth: 2 })).to.throw(ParseError)
    expect(() => parseJson('"aaaa"', { maxLength: 5 })).to.throw(ParseError)
    expect(parseJson('"aaa"', { maxLength: 5 })).to.equal('aaa')
  })

  it('reports the position and never the text', () => {
    expect(() => parseJson('{"secret":"x","secret":"y"}')).to.throw(ParseError, 'a duplicate member at position 14')
  })

  it('refuses a value that is not an object where one is required', () => {
    expect(parseJsonObject('{"a":[]}')).to.deep.equal({ a: [] })
    for (const text of ['[]', 'null', '1', '"{}"']) expect(() => parseJsonObject(text)).to.throw(ParseError)
  })
})
