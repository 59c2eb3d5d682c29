import { expect } from 'chai'
import fc from 'fast-check'
import { NEVER } from '../../../../node/proof/registries/interval.ts'
import { grantSlot, headSlot, listSlot, slotAfter } from '../../../../node/proof/registries/slots.ts'
import {
  packAccount,
  packAnchor,
  packHead,
  packKey,
  packList,
  packOrganisation,
  packTerm,
  unpackAccount,
  unpackAnchor,
  unpackHead,
  unpackKey,
  unpackList,
  unpackOrganisation,
  unpackTerm,
} from '../../../../node/proof/registries/words.ts'
import { codeOf } from '../refused.ts'

const u = (bits: number) => fc.integer({ min: 0, max: 2 ** bits - 1 })
const u40 = fc.nat(0xffff_ffff).chain(low => fc.nat(255).map(high => high * 2 ** 32 + low))

describe('proof: packed words', () => {
  it('are unpacked as they were packed', () => {
    const term = fc.record({ from: u40, until: u40 })
    const admin = fc
      .bigInt({ min: 0n, max: 2n ** 160n - 1n })
      .map(n => `0x${n.toString(16).padStart(40, '0')}` as const)
    const distrustedFrom = fc.oneof(
      fc.constant(null),
      u40.filter(time => time !== NEVER),
    )
    const key = fc.record({ org: u(32), from: u40, until: u40, distrustedFrom, uses: u(8) })
    const account = fc.record({ org: u(32), capabilities: u(8) })
    const batch = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
    const receipt = fc.record({ time: u40, batch, count: u(32), disowned: fc.boolean() })
    const head = fc.record({ batches: batch, leaves: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) })
    const list = fc.record({ org: u(32), custodian: u(32), capacity: u(32), limit: u(32), day: u(32), used: u(32) })
    fc.assert(fc.property(term, it => void expect(unpackTerm(packTerm(it))).to.deep.equal(it)))
    fc.assert(
      fc.property(
        admin,
        term,
        (of, it) =>
          void expect(unpackOrganisation(packOrganisation({ admin: of, ...it }))).to.deep.equal({ admin: of, ...it }),
      ),
    )
    fc.assert(fc.property(key, it => void expect(unpackKey(packKey(it))).to.deep.equal(it)))
    fc.assert(fc.property(account, it => void expect(unpackAccount(packAccount(it))).to.deep.equal(it)))
    fc.assert(fc.property(head, it => void expect(unpackHead(packHead(it))).to.deep.equal(it)))
    fc.assert(fc.property(receipt, it => void expect(unpackAnchor(packAnchor(it))).to.deep.equal(it)))
    fc.assert(fc.property(list, it => void expect(unpackList(packList(it))).to.deep.equal(it)))
  })

  it('refuse a value that is too large for its field, and ids that would be truncated', () => {
    // The same word as { from: 0, until: 1 }, were it not refused.
    expect(codeOf(() => packTerm({ from: 2 ** 40, until: 0 }))).to.equal('PROOF_MALFORMED')
    expect(codeOf(() => packAnchor({ time: 2 ** 40, batch: 0, count: 0, disowned: false }))).to.equal('PROOF_MALFORMED')
    expect(codeOf(() => grantSlot(2 ** 32 + 1, `0x${'00'.repeat(32)}`))).to.equal('PROOF_MALFORMED')
    expect(codeOf(() => headSlot(-1))).to.equal('PROOF_MALFORMED')
    expect(codeOf(() => listSlot(2n ** 64n))).to.equal('PROOF_MALFORMED')
  })

  it('a slot number carries into the next byte', () => {
    const slot = new Uint8Array(32).fill(255, 30)
    expect(slotAfter(slot, 2).subarray(28)).to.deep.equal(Uint8Array.of(0, 1, 0, 1))
  })
})
