/** The snapshot file: its versions, its size, and what is no encoding of a state. */
import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { ByteReader } from '../../../../node/lib/binary.ts'
import { type Hex, u16be } from '../../../../node/lib/bytes.ts'
import type { LedgerProfile } from '../../../../node/proof/profile.ts'
import { Replica } from '../../../../node/verifier/replica/replica.ts'
import { ReplicaState, withProofErrors } from '../../../../node/verifier/replica/state.ts'
import { decodeStatuses, encodeStatuses } from '../../../../node/verifier/replica/status-format.ts'
import { codeOf } from '../../proof/refused.ts'
import { LIST } from './ledger-world.ts'

const LARGEST = 1 << 24
const LEDGER = { chainId: 1, contracts: { statusRegistry: { address: `0x${'44'.repeat(20)}` as Hex } } }
const CHAIN: Hex = `0x${'01'.repeat(32)}`
/** Before the first group of the first list. */
const LIST_HEADER = 20 + 4 + 8 + 5 * 4 + 32

function partWith(lists: number) {
  const { status } = new ReplicaState(LEDGER)
  for (let n = 0; n < lists; n++) {
    const record = { org: 1, custodian: 1, capacity: LARGEST, limit: 1, day: 0, used: 0, chain: CHAIN }
    status.open(LIST + BigInt(n), record)
  }
  return status
}

const decode = (bytes: Uint8Array) =>
  withProofErrors('snapshot', () => {
    const { status } = new ReplicaState(LEDGER)
    const input = new ByteReader(bytes)
    decodeStatuses(input, status, 2)
    input.end()
    return status
  })

describe('snapshot', () => {
  it('of version 1 is opened, and exported as version 2 with the same state', () => {
    const file = new URL('../../../fixtures/snapshots/version-1.json', import.meta.url)
    const { profile, time, snapshot } = JSON.parse(readFileSync(file, 'utf8')) as {
      profile: LedgerProfile
      time: number
      snapshot: string
    }
    const bytes = new Uint8Array(Buffer.from(snapshot, 'base64'))
    expect(Buffer.from(bytes.subarray(0, 8)).toString()).to.equal('dojangS1')
    const old = Replica.open(bytes, profile, time)
    const statuses = (replica: Replica) => [0, 130, 1023, 1].map(i => replica.state.status.lists.get(LIST)?.words.at(i))
    expect(statuses(old)).to.deep.equal([1, 2, 1, 0])
    const exported = old.export()
    expect(Buffer.from(exported.subarray(0, 8)).toString()).to.equal('dojangS2')
    const opened = Replica.open(exported, profile, time)
    expect(statuses(opened)).to.deep.equal([1, 2, 1, 0])
    expect(opened.export()).to.deep.equal(exported)
  })

  it('grows by 62 bytes with each list that a stolen account opens, and by 35 with a word at its end', () => {
    const [few, many] = [partWith(1), partWith(1001)]
    expect(encodeStatuses(many).length - encodeStatuses(few).length).to.equal(1000 * 62)
    many.lists.get(LIST)?.words.set(LARGEST - 1, 1)
    const bytes = encodeStatuses(many)
    expect(bytes.length - encodeStatuses(few).length).to.equal(1000 * 62 + 35)
    expect(encodeStatuses(decode(bytes))).to.deep.equal(bytes)
  })

  it('has one encoding for a state: zeros, empty groups, another order and words beyond the end are refused', () => {
    const part = partWith(1)
    const words = part.lists.get(LIST)?.words
    words?.set(0, 1)
    words?.set(1024, 1)
    const honest = encodeStatuses(part)
    expect(codeOf(() => decode(honest))).to.equal('passed')
    const changed = (at: number, ...values: readonly number[]) => {
      const copy = Uint8Array.from(honest)
      copy.set(values, LIST_HEADER + at)
      return codeOf(() => decode(copy))
    }
    // Two bytes with the number of groups, then number, bits and word of each.
    expect(changed(4, 0), 'a group without words').to.equal('PROOF_MALFORMED')
    expect(changed(5, ...Array(32).fill(0)), 'a word of zeros').to.equal('PROOF_MALFORMED')
    expect(changed(2, ...u16be(1)), 'a group twice').to.equal('PROOF_MALFORMED')
    expect(changed(2, ...u16be(2)), 'another order').to.equal('PROOF_MALFORMED')
    expect(changed(37, ...u16be(LARGEST / 1024)), 'beyond the end').to.equal('PROOF_MALFORMED')
    expect(changed(0, ...u16be(1)), 'bytes left over').to.equal('PROOF_MALFORMED')
    expect(changed(0, ...u16be(3)), 'cut off').to.equal('PROOF_MALFORMED')
  })
})
