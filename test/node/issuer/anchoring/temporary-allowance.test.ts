import { expect } from 'chai'
import { TemporaryAllowance } from '../../../../node/issuer/anchoring/temporary-allowance.ts'
import { DAY } from '../../../../node/lib/time.ts'
import { MemoryStore } from '../../../support/memory-store.ts'

const NOON = 20_000 * DAY + DAY / 2

describe('the allowance of temporary cards', () => {
  let store: MemoryStore
  let now: number
  let alarms: unknown[]

  beforeEach(() => {
    store = new MemoryStore()
    now = NOON
    alarms = []
  })
  const open = (perDay = 4) =>
    new TemporaryAllowance({ store, perDay, clock: () => now, alarm: facts => void alarms.push(facts) })
  const spend = (allowance: TemporaryAllowance, many = 1) =>
    Promise.all(Array.from({ length: many }, () => store.commit([allowance.spend()])))
  const refusal = (allowance: TemporaryAllowance): string | undefined => {
    try {
      allowance.spend()
      return undefined
    } catch (error) {
      return (error as { code: string }).code
    }
  }

  it('ends with the limit of the day, with an alarm at half of it, and begins again on the next day', async () => {
    const allowance = open()
    await spend(allowance, 4)
    expect(alarms).to.deep.equal([{ count: 2, perDay: 4 }])
    expect(refusal(allowance)).to.equal('ISSUER_TEMPORARY_LIMIT')
    now += DAY
    expect([allowance.count, allowance.total]).to.deep.equal([0, 4])
    await spend(allowance)
    expect([allowance.count, allowance.total]).to.deep.equal([1, 5])
  })

  it('is kept over a restart', async () => {
    await spend(open(), 3)
    const again = open()
    expect([again.count, again.total]).to.deep.equal([3, 3])
    await spend(again)
    expect(refusal(again)).to.equal('ISSUER_TEMPORARY_LIMIT')
  })

  it('is not given a second time if the clock is set back', async () => {
    const allowance = open()
    await spend(allowance, 4)
    now -= 3 * DAY
    expect(refusal(allowance)).to.equal('ISSUER_TEMPORARY_LIMIT')
    expect(refusal(open())).to.equal('ISSUER_TEMPORARY_LIMIT')
  })

  it('of zero permits none', () => {
    expect(refusal(open(0))).to.equal('ISSUER_TEMPORARY_LIMIT')
  })
})
