/** A snapshot of a million cards, at its worst: every word of every list in the trie. Time of this process alone. */
import { expect } from 'chai'
import { Replica } from '../../../../node/verifier/replica/replica.ts'
import { ReplicaView } from '../../../../node/verifier/replica/view.ts'
import { type LargeLedger, largeLedger } from '../../../../scripts/bench/large-ledger.ts'
import { codeOf } from '../../proof/refused.ts'

const NOW = 1_780_000_000
const micros = () => {
  const { user, system } = process.cpuUsage()
  return user + system
}

describe('a snapshot of a million cards', function () {
  this.timeout(60_000)
  let large: LargeLedger
  let replica: Replica
  before(() => {
    large = largeLedger(1_000_000, 100, NOW)
  })

  it('loads and proves in less than a second', () => {
    expect(large.cards).to.be.at.least(1_000_000)
    const begun = micros()
    replica = Replica.open(large.snapshot, large.profile, NOW)
    expect((micros() - begun) / 1e6).to.be.lessThan(1)
    expect([...replica.state.status.lists.values()].reduce((sum, { record }) => sum + record.capacity, 0)).to.equal(
      large.cards,
    )
  })

  it('answers in less than ten microseconds', async () => {
    const pinned = await new ReplicaView(() => replica).pin()
    const lists = [...replica.state.status.lists.keys()]
    const times = 100_000
    const begun = micros()
    for (let i = 0; i < times; i++) await pinned.status(lists[i % lists.length] as bigint, (i * 7919) % 131_072)
    expect((micros() - begun) / times).to.be.lessThan(10)
  })

  it('does not hide one revocation of eight thousand', () => {
    const list = replica.state.status.lists.get([...replica.state.status.lists.keys()][3] as bigint)
    if (!list) throw new Error('no list')
    const [first] = list.words.written()
    const [number, word] = first ?? expect.fail('all are VALID')
    const fewer = word.slice()
    fewer[word.findIndex(each => each !== 0)] = 0
    list.words.setWord(number, fewer)
    const forged = replica.export()
    list.words.setWord(number, word)
    expect(codeOf(() => Replica.open(forged, large.profile, NOW))).to.equal('PROOF_INCOMPLETE')
    expect(codeOf(() => Replica.open(replica.export(), large.profile, NOW))).to.equal('passed')
  })
})
