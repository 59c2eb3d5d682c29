import { expect } from 'chai'
import { openFollower } from '../../../node/ledger/follower/follower.ts'
import { openProfile } from '../../../node/proof/profile.ts'
import { recordedBlocks, recordedLedger, recordedProfile } from '../../support/besu-recording.ts'
import { until } from '../../support/until.ts'
import { temporaryDirectory } from './embedded/fixture.ts'

describe('a follower of a network of Besu nodes', () => {
  it('executes every recorded block, and has its state', async function () {
    this.timeout(60_000)
    const directory = temporaryDirectory()
    const { profile } = openProfile(recordedProfile)
    const { block: newest } = recordedBlocks.at(-1) ?? expect.fail()
    const source = { ...recordedLedger(), onHead: () => () => {}, close: async () => {} }
    const now = () => (Number(newest.timestamp) + 1) * 1000
    const troubles: unknown[] = []
    const options = {
      path: directory.path,
      profile,
      source,
      now,
      onProgress: () => {},
      onTrouble: (error: unknown) => void troubles.push(error),
    }
    const follower = await openFollower(options)
    try {
      await until('all blocks', () => follower.head.number === recordedBlocks.length - 1, { withinMs: 50_000 })
      expect(follower.head.hash).to.equal(newest.hash)
      expect(troubles).to.deep.equal([])
    } finally {
      await follower.close()
      directory.remove()
    }
  })
})
