/** The rules on a real ledger: what the contracts allow is no finding. */
import { expect } from 'chai'
import type { Finding } from '../../../node/audit/finding.ts'
import { auditedLog, History } from '../../../node/audit/history.ts'
import { type Hex, toQuantity } from '../../../node/lib/bytes.ts'
import { systemClock } from '../../../node/lib/time.ts'
import { bytes32, LedgerWorld, LIST } from '../verifier/replica/ledger-world.ts'

interface RawLog {
  readonly address: Hex
  readonly topics: readonly Hex[]
  readonly data: Hex
  readonly transactionHash: Hex
}

describe('the audit of a real ledger', function () {
  this.timeout(60_000)

  it('finds nothing in its deployment, its hand-over, and the acts of issuer and officers', async () => {
    const world = await LedgerWorld.open()
    try {
      await world.anchor(bytes32(1), 16)
      await world.anchor(bytes32(2), 1024)
      await world.set([[1, 0, 2]])
      await world.set([[1, 2, 1]])
      await world.disown(bytes32(2))
      await world.distrust(systemClock() - 10)
      const findings: Finding[] = []
      let events = 0
      const history = new History(
        world.profile,
        finding => findings.push(finding),
        () => {
          events += 1
        },
      )
      const head = Number(await world.ledger.request('eth_blockNumber'))
      for (let number = 0; number <= head; number++) {
        const tag = toQuantity(number)
        const { timestamp } = (await world.ledger.request('eth_getBlockByNumber', [tag, false])) as { timestamp: Hex }
        const filter = { fromBlock: tag, toBlock: tag }
        const logs = (await world.ledger.request('eth_getLogs', [filter])) as readonly RawLog[]
        history.apply({ number, time: Number(timestamp), logs: logs.map(auditedLog) })
      }
      expect(findings).to.deep.equal([])
      expect(events).to.be.greaterThan(12)
      expect(history.status.statusAt(LIST, 1)).to.equal(1)
    } finally {
      await world.close()
    }
  })
})
