import { expect } from 'chai'
import fc from 'fast-check'
import { CredentialStatus, STATUSES } from '../../../../node/proof/registries/status.ts'
import { encodeStatusOps, parseStatusOps } from '../../../../node/proof/registries/status-ops.ts'
import { codeOf } from '../refused.ts'

const status = fc.constantFrom(...Object.values(CredentialStatus))
const op = fc.record({ idx: fc.nat(2 ** 24 - 1), from: status, to: status })

describe('registries: changes of status', () => {
  it('are decoded as they were encoded, in ascending order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(op, { minLength: 1, selector: ({ idx }) => idx }), ops => {
        const sorted = [...ops].sort((a, b) => a.idx - b.idx)
        expect([...parseStatusOps(encodeStatusOps(ops))]).to.deep.equal(sorted)
      }),
    )
  })

  it('are refused if the contract never emits them', () => {
    const refused = (...bytes: number[]) =>
      expect(codeOf(() => [...parseStatusOps(Uint8Array.from(bytes))])).to.equal('PROOF_MALFORMED')
    refused()
    refused(0, 0, 5)
    refused(0, 0, 5, 0x02, 0)
    refused(0, 0, 5, 0x03)
    refused(0, 0, 5, 0x31)
  })

  it('name statuses as the Token Status List numbers them', () => {
    expect(STATUSES.map(name => CredentialStatus[name])).to.deep.equal([0, 1, 2])
  })
})
