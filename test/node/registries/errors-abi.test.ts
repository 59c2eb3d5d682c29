import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { Interface, type InterfaceAbi } from 'ethers'
import { ERRORS_FILE, errorsAbi } from '../../../scripts/errors-abi.ts'
import { AnchorLog__factory } from '../../../typechain-types/factories/AnchorLog__factory.js'

describe('the ABI of all errors', () => {
  const committed = JSON.parse(readFileSync(ERRORS_FILE, 'utf8')) as InterfaceAbi

  it('is current: `npm run errors` writes it', () => {
    expect(committed).to.deep.equal(errorsAbi())
  })

  it("names an error that AnchorLog's own ABI does not have", async () => {
    const abi = new Interface(committed)
    const data = abi.encodeErrorResult('AccountUnknown', [`0x${'12'.repeat(20)}`])
    expect(AnchorLog__factory.createInterface().parseError(data)).to.equal(null)
    expect(abi.parseError(data)?.name).to.equal('AccountUnknown')
    for (const name of ['RevokedIsFinal', 'GrantNotLive', 'AccessManagerUnauthorizedAccount']) {
      expect(abi.getError(name)?.name).to.equal(name)
    }
    expect((await import('dojang/errors.json', { with: { type: 'json' } })).default).to.deep.equal(committed)
  })
})
