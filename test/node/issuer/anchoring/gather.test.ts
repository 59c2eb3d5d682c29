import { expect } from 'chai'
import { Gatherer, LARGEST } from '../../../../node/issuer/anchoring/gather.ts'
import { ManualTimer } from '../../../support/timer.ts'

const turn = () => new Promise(resolve => setImmediate(resolve))

describe('gathering', () => {
  let timer: ManualTimer
  let gatherer: Gatherer<number>
  let sent: (readonly number[])[]
  /** Finishes the sent items, in order. */
  let ends: (() => void)[]

  beforeEach(() => {
    timer = new ManualTimer()
    sent = []
    ends = []
    const send = (gathered: readonly number[]) => {
      sent.push(gathered)
      return new Promise<void>(resolve => void ends.push(resolve))
    }
    gatherer = new Gatherer({ send, timer })
  })

  it('sends items that arrive at the same time together, at once and in order', async () => {
    for (const one of [1, 2, 3]) gatherer.add(one)
    await turn()
    expect(sent).to.deep.equal([[1, 2, 3]])
  })

  it('gathers for a tick while items are under way', async () => {
    gatherer.add(1)
    await turn()
    gatherer.add(2)
    timer.pass(199)
    gatherer.add(3)
    await turn()
    expect(sent).to.deep.equal([[1]])
    timer.pass(1)
    await turn()
    expect(sent).to.deep.equal([[1], [2, 3]])
  })

  it('sends at once when nothing is under way any more', async () => {
    gatherer.add(1)
    await turn()
    gatherer.add(2)
    ends.shift()?.()
    await turn()
    expect(sent).to.deep.equal([[1], [2]])
    ends.shift()?.()
    await turn()
    expect(timer.waiting).to.equal(0)
    gatherer.add(3)
    await turn()
    expect(sent).to.have.length(3)
  })

  it('sends a very large burst in parts', async () => {
    for (let i = 0; i < LARGEST + 1; i++) gatherer.add(i)
    await turn()
    timer.pass(200)
    await turn()
    expect(sent.map(({ length }) => length)).to.deep.equal([LARGEST, 1])
    expect(sent.flat()).to.deep.equal(Array.from({ length: LARGEST + 1 }, (_, i) => i))
  })

  it('closes when all added items are finished', async () => {
    gatherer.add(1)
    await turn()
    gatherer.add(2)
    let closed = false
    const closing = gatherer.close().then(() => {
      closed = true
    })
    timer.pass(200)
    await turn()
    timer.pass(200)
    await turn()
    expect([sent.length, closed]).to.deep.equal([2, false])
    for (const end of ends) end()
    await closing
  })
})
