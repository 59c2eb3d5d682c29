import { join } from 'node:path'
import { expect } from 'chai'
import { LedgerError } from '../../../../node/ledger/errors.ts'
import { systemClock } from '../../../../node/lib/time.ts'
import { OwnReplica } from '../../../../node/verifier/snapshot/own-replica.ts'
import { scratchDirectory } from '../../../support/scratch.ts'
import { openCardWorld } from '../replica/card-world.ts'
import type { LedgerWorld } from '../replica/ledger-world.ts'

describe('own replica', function () {
  this.timeout(60_000)
  const directory = scratchDirectory('own-replica')
  let world: LedgerWorld
  before(async () => {
    world = await openCardWorld()
  })
  after(() => world?.close())

  it('logs the code of a refusal, and the whole error of a fault without a code', async () => {
    const { profile } = world
    const fault = new Error('a fault')
    const unwitnessed = new LedgerError({ code: 'LEDGER_UNWITNESSED', witnesses: 1 }, 'No head is witnessed yet.')
    for (const [error, facts] of [
      [unwitnessed, { code: 'LEDGER_UNWITNESSED' }],
      [fault, { err: fault }],
    ] as const) {
      const warned = Promise.withResolvers<unknown>()
      const own = OwnReplica.open({
        ledger: { request: () => Promise.reject(error), onHead: () => () => {} },
        profileFile: { profile },
        clock: systemClock,
        path: join(directory, 'none.bin'),
        warn: warned.resolve,
      })
      expect(await warned.promise).to.deep.equal(facts)
      await own.close()
    }
  })
})
