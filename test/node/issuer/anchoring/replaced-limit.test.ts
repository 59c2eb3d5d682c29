import { expect } from 'chai'
import { ReplacedLimit } from '../../../../node/issuer/anchoring/replaced-limit.ts'
import { DAY, MINUTE } from '../../../../node/lib/time.ts'

describe('how many replaced cards are revoked on a day', () => {
  let now: number
  let left: number
  let asked: number
  let limit: ReplacedLimit

  beforeEach(() => {
    now = 100 * DAY
    left = 2
    asked = 0
    limit = new ReplacedLimit({
      ofList: async () => {
        asked++
        if (left < 0) throw new Error('no ledger')
        return left
      },
      clock: () => now,
    })
  })
  const taken = async (count: number, list = '1') => {
    const answers = await Promise.all(Array.from({ length: count }, () => limit.take(list)))
    return answers.filter(Boolean).length
  }

  it('is what the ledger leaves, also when many ask at once, and it is asked once', async () => {
    expect(await taken(5)).to.equal(2)
    expect(await taken(5)).to.equal(0)
    expect(asked).to.equal(1)
  })

  it('is of each list', async () => {
    expect([await taken(5, '1'), await taken(5, '2')]).to.deep.equal([2, 2])
  })

  it('is read again after a minute, and on the next day', async () => {
    expect(await taken(3)).to.equal(2)
    left = 1
    now += MINUTE
    expect(await taken(3)).to.equal(1)
    left = 3
    now = 101 * DAY
    expect(await taken(5)).to.equal(3)
  })

  it('is asked again after the ledger gave no answer', async () => {
    left = -1
    expect(await limit.take('1').catch(String)).to.equal('Error: no ledger')
    left = 1
    expect(await taken(2)).to.equal(1)
  })
})
