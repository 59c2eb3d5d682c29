import { expect } from 'chai'
import { checkJsonBounds } from '../../../node/lib/json-bounds.ts'
import { ParseError } from '../../../node/lib/parse-error.ts'

const check = (text: string) => checkJsonBounds(Buffer.from(text))

describe('the bounds of JSON from others', () => {
  it('pass what a ledger answers, also long and with any text in strings', () => {
    const storageKeys = Array.from({ length: 1_000 }, (_, i) => `0x${i.toString(16).padStart(64, '0')}`)
    const accessList = Array.from({ length: 200 }, () => ({ address: `0x${'12'.repeat(20)}`, storageKeys }))
    check(JSON.stringify({ jsonrpc: '2.0', id: 1, result: { transactions: [{ accessList }] } }))
    check(JSON.stringify(`${'[{,'.repeat(1_000_000)}"\\`))
    check('[[], [[[]]], {"a": [1, 2]}]')
    check(`${'[],'.repeat(90_000)}[]`)
  })

  it('refuse what would fill the memory', () => {
    for (const text of [
      '['.repeat(33),
      '{"a":'.repeat(33),
      '[],'.repeat(2_000_000),
      `[${'0,'.repeat(2_000_000)}0]`,
      `["a\\"",${'"",'.repeat(2_000_000)}0]`,
    ]) {
      expect(() => check(text), text.slice(0, 10)).to.throw(ParseError)
    }
  })
})
