import { expect } from 'chai'
import {
  channelOf,
  LOSS_CHANNELS,
  type LossChannel,
  mayUnlock,
  UNLOCKED_BY,
} from '../../../../node/issuer/loss/channels.ts'

describe('the channels of a lock', () => {
  it('each may unlock what it locked itself, and the counter everything', () => {
    for (const channel of LOSS_CHANNELS) expect(UNLOCKED_BY[channel]).to.include.members([channel, 'counter'])
    expect(UNLOCKED_BY.counter).to.deep.equal(['counter'])
  })

  it('are ordered: whoever may unlock for another may unlock whatever that one may', () => {
    for (const a of LOSS_CHANNELS) {
      for (const b of UNLOCKED_BY[a]) for (const c of UNLOCKED_BY[b]) expect(UNLOCKED_BY[a]).to.include(c)
    }
    // No two channels stand for each other, so none is a way round another.
    for (const a of LOSS_CHANNELS) {
      for (const b of UNLOCKED_BY[a]) if (a !== b) expect(UNLOCKED_BY[b]).not.to.include(a)
    }
  })

  it('refuse everybody else', () => {
    const pairs: readonly (readonly [LossChannel, LossChannel, boolean])[] = [
      ['holder', 'telecom', false],
      ['holder', 'call-centre', false],
      ['holder', 'counter', false],
      ['telecom', 'holder', false],
      ['telecom', 'counter', false],
      ['call-centre', 'telecom', false],
      ['call-centre', 'counter', false],
      ['counter', 'telecom', true],
    ]
    for (const [by, locked, expected] of pairs) expect(mayUnlock(by, [locked]), `${by} ${locked}`).to.equal(expected)
    // Of two reports about one card both have to be closed.
    expect(mayUnlock('telecom', ['telecom', 'holder'])).to.equal(false)
    expect(mayUnlock('counter', ['telecom', 'holder', 'call-centre', 'counter'])).to.equal(true)
  })

  it('of operators follow from their role; a machine has none', () => {
    const operator = (role: 'clerk' | 'supervisor' | 'call-centre') =>
      channelOf({ kind: 'operator', id: 'x', name: 'x', role, centre: null })
    expect([operator('clerk'), operator('supervisor'), operator('call-centre')]).to.deep.equal([
      'counter',
      'counter',
      'call-centre',
    ])
    expect(channelOf({ kind: 'local' })).to.equal('counter')
    expect(channelOf({ kind: 'machine', id: 'x', scopes: [] })).to.equal(null)
  })
})
