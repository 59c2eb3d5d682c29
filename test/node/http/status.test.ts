import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { isFailureCode, statusOf } from '../../../node/http/status.ts'

const NODE = join(import.meta.dirname, '..', '..', '..', 'node')

/** The members of every union of failures, except those of the command line and of the wallet in the browser. */
const declared = readdirSync(NODE, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts') && !/^(?:cli|web)\b/.test(name))
  .flatMap(name => [...readFileSync(join(NODE, name), 'utf8').matchAll(/readonly code: '([A-Z]+_[A-Z0-9_]+)'/g)])
  .map(([, code = '']) => code)

describe('the status of a coded error', () => {
  it('exists for the codes of every room', () => {
    expect(declared).to.include('STORE_IO').and.include('ISSUER_REQUEST_REFUSED').and.include('CONFIG_FIXED')
    expect(declared.filter(code => !isFailureCode(code))).to.deep.equal([])
  })

  it('is an HTTP status of a failure', () => {
    for (const code of declared.filter(isFailureCode)) expect(statusOf(code)).to.be.within(400, 599)
  })

  it('does not exist for names that are not codes', () => {
    for (const name of ['toString', 'constructor', '__proto__', 'CLI_USAGE']) {
      expect(isFailureCode(name)).to.equal(false)
    }
  })
})
