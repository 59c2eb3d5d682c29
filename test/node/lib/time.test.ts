import { expect } from 'chai'
import { atMost, pause, systemTimer } from '../../../node/lib/time.ts'
import { failureOf } from '../../support/failure.ts'
import { ManualTimer } from '../../support/timer.ts'

const never = new Promise<never>(() => {})

describe('waiting', () => {
  it('ends with the work, and leaves no timer behind', async () => {
    const timer = new ManualTimer()
    await atMost(timer, 1000, Promise.resolve())
    expect((await failureOf(atMost(timer, 1000, Promise.reject(new Error('failed'))))).message).to.equal('failed')
    expect(timer.waiting).to.equal(0)
  })

  it('ends after the time, whatever the work does', async () => {
    const timer = new ManualTimer()
    const waits = atMost(timer, 1000, never)
    timer.pass(999)
    expect(timer.waiting).to.equal(1)
    timer.pass(1)
    await waits
  })

  it('lasts as long as requested on the system timer', async () => {
    const began = systemTimer.now()
    systemTimer.after(0, () => expect.fail('it was cancelled'))()
    await pause(systemTimer, 20)
    expect(systemTimer.now() - began).to.be.at.least(19)
  })
})
