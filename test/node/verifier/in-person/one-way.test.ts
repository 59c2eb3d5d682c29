import { expect } from 'chai'
import { ONE_WAY_WINDOW, RENEWAL } from '../../../../node/verifier/in-person/one-way.ts'
import { SeenPresentations } from '../../../../node/verifier/in-person/seen.ts'
import { allPresets } from '../../../../node/verifier/presets/all.ts'
import { failureOf } from '../../../support/failure.ts'
import { presetNamed } from '../../../support/presets.ts'
import { keyOf, NOW } from '../support.ts'
import { makeChecker, newNonce, oneWay, residentCard } from './support.ts'

const age = presetNamed('age')
describe('one-way', () => {
  for (const preset of allPresets) {
    it(preset.oneWay ? `is valid for ${preset.id}` : `is refused for ${preset.id}, by wallet and checker`, async () => {
      const checker = makeChecker(preset)
      const card = residentCard(checker.view)
      if (preset.oneWay) {
        expect(keyOf(await checker.judgeOneWay(await oneWay(preset, card)))).to.equal('valid')
        return
      }
      const refusal = await failureOf(oneWay(preset, card))
      expect(refusal.code).to.equal('VERIFIER_ONE_WAY_REFUSED')
      const message = await oneWay({ ...preset, oneWay: true }, card)
      expect((await failureOf(checker.judgeOneWay(message))).code).to.equal('VERIFIER_ONE_WAY_REFUSED')
    })
  }

  it('is accepted from 15 seconds ahead to 45 seconds old', async () => {
    const checker = makeChecker(age)
    const card = residentCard(checker.view)
    const judged = async (iat: number) => keyOf(await checker.judgeOneWay(await oneWay(age, card, { iat })))
    expect(await judged(NOW - 45)).to.equal('valid')
    expect(await judged(NOW - 46)).to.equal('retry/stale_presentation')
    expect(await judged(NOW + 15)).to.equal('valid')
    expect(await judged(NOW + 16)).to.equal('retry/clock')
    // A code that is just being replaced is still readable, however slowly the camera reads.
    expect(ONE_WAY_WINDOW.maxAge).to.be.at.least(2 * RENEWAL)
  })

  it('of two scans of one code at the same time, one is accepted', async () => {
    const checker = makeChecker(age)
    const message = await oneWay(age, residentCard(checker.view))
    const verdicts = await Promise.all([checker.judgeOneWay(message), checker.judgeOneWay(message)])
    expect(verdicts.map(keyOf).sort()).to.deep.equal(['replayed', 'valid'])
  })
})

describe('presentations that were seen', () => {
  it('are forgotten when they are not accepted any more, and not before', async () => {
    const seen = await SeenPresentations.open({ read: async () => [], write: async () => {} })
    expect(await seen.add('first', NOW)).to.equal('new')
    expect(await seen.add('other', NOW + 60)).to.equal('new')
    expect(await seen.add('first', NOW + 60)).to.equal('seen')
    expect(await seen.add('other', NOW + 200)).to.equal('new')
  })

  it('take bounded memory, and nothing is accepted beyond it', async () => {
    const many = Array.from({ length: 4096 }, (_, i) => [`${i}`, NOW] as const)
    const seen = await SeenPresentations.open({ read: async () => many, write: async () => {} })
    expect(await seen.add(newNonce(), NOW + 60)).to.equal('full')
    expect(await seen.add(newNonce(), NOW + 121)).to.equal('new')
  })

  it('are stored as digests, the newest list last', async () => {
    const written: number[] = []
    const store = { read: async () => [], write: async (list: readonly unknown[]) => void written.push(list.length) }
    const seen = await SeenPresentations.open(store)
    await Promise.all(['a', 'b', 'c'].map(nonce => seen.add(nonce, NOW)))
    expect(written.at(-1)).to.equal(3)
  })

  it('are not accepted if they cannot be stored', async () => {
    let full = true
    const write = async () => {
      if (full) throw new Error('no space')
    }
    const seen = await SeenPresentations.open({ read: async () => [], write })
    await failureOf(seen.add('a', NOW))
    full = false
    expect(await seen.add('b', NOW)).to.equal('new')
    expect(await seen.add('a', NOW)).to.equal('seen')
  })
})
