import { setImmediate } from 'node:timers/promises'
import { expect } from 'chai'
import { startSweeps } from '../../../node/authority/sweeps.ts'

describe('sweeps', () => {
  function start(tasks: Record<string, () => Promise<unknown>>) {
    const timer = { tick: () => {}, stopped: false }
    const warnings: unknown[] = []
    const stop = startSweeps(
      (_seconds, task) => {
        timer.tick = task
        return () => {
          timer.stopped = true
        }
      },
      tasks,
      facts => void warnings.push(facts),
    )
    return { timer, warnings, stop }
  }

  it('run again when their last run is over, independently of each other', async () => {
    const runs = { slow: 0, quick: 0 }
    const slow = Promise.withResolvers<void>()
    const { timer } = start({
      slow: () => {
        runs.slow++
        return slow.promise
      },
      quick: async () => runs.quick++,
    })
    for (let i = 0; i < 3; i++) {
      timer.tick()
      await setImmediate()
    }
    expect(runs).to.deep.equal({ slow: 1, quick: 3 })
    slow.resolve()
    await setImmediate()
    timer.tick()
    expect(runs).to.deep.equal({ slow: 2, quick: 4 })
  })

  it('that fail are logged, and run again', async () => {
    const error = new Error('the ledger is out of reach')
    let runs = 0
    const { timer, warnings } = start({
      failing: async () => {
        runs++
        throw error
      },
    })
    for (let i = 0; i < 2; i++) {
      timer.tick()
      await setImmediate()
    }
    expect(runs).to.equal(2)
    expect(warnings).to.deep.equal([
      { sweep: 'failing', err: error },
      { sweep: 'failing', err: error },
    ])
  })

  it('end before the function that stops them resolves', async () => {
    const under = Promise.withResolvers<void>()
    const { timer, stop } = start({ slow: () => under.promise })
    timer.tick()
    let done = false
    const stopping = stop().then(() => {
      done = true
    })
    await setImmediate()
    expect([timer.stopped, done]).to.deep.equal([true, false])
    under.resolve()
    await stopping
  })
})
