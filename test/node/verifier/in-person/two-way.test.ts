import { expect } from 'chai'
import { FrameReader, framesOf } from '../../../../node/verifier/in-person/frames.ts'
import { answerMessage } from '../../../../node/verifier/in-person/two-way.ts'
import { allPresets } from '../../../../node/verifier/presets/all.ts'
import { failureOf } from '../../../support/failure.ts'
import { presetNamed } from '../../../support/presets.ts'
import { keyOf, NOW } from '../support.ts'
import { answer, makeChecker, newNonce, openRequest, residentCard, shownFor } from './support.ts'

const age = presetNamed('age')
const bank = presetNamed('bank')

/** From one screen into another camera. */
function scanned(bytes: Uint8Array): Uint8Array {
  const frames = framesOf(bytes)
  const reader = new FrameReader()
  for (let frame = 5; ; frame++) {
    const { complete } = reader.add(frames.text(frame))
    if (complete) return complete
  }
}

describe('two-way', () => {
  for (const preset of allPresets.filter(({ cards }) => cards[0]?.card === 'resident')) {
    it(`request, answer and verdict: ${preset.id}`, async () => {
      const checker = makeChecker(preset)
      const card = residentCard(checker.view)
      const check = await checker.begin()
      const request = await openRequest(scanned(check.message))
      const verdict = await check.judge(scanned(await answer(request, card, { show: shownFor(preset) })))
      expect(keyOf(verdict)).to.equal('valid')
      const portrait = verdict.disclosed?.[0]?.claims.portrait
      expect(portrait !== undefined).to.equal(preset.portrait === 'in_person')
      expect(check.isOpen).to.equal(false)
    })
  }

  it('the request names the checker by its till, and has no address for the answer', async () => {
    const request = await openRequest((await makeChecker(bank).begin()).message)
    expect(request.x5c).to.have.length(2)
    expect(request.responseUri).to.equal(null)
    expect(request.exp).to.equal(NOW + 60)
    expect(request.verifierInfo).to.have.length(1)
  })

  it('an answer that is too long for a code is refused by the wallet', async () => {
    const request = await openRequest((await makeChecker(age).begin()).message)
    const long = Array.from({ length: 1200 }, () => newNonce()).join('')
    const refusal = await failureOf(answerMessage(request, { vpToken: { resident: [long, long] } }))
    expect(refusal.code).to.equal('PARSE_LENGTH')
  })

  it('a holder who declines is told apart from one who does not answer', async () => {
    const checker = makeChecker(age)
    const check = await checker.begin()
    const declined = await answerMessage(await openRequest(check.message), { error: 'access_denied' })
    expect(keyOf(await check.judge(declined))).to.equal('retry/declined')
  })
})
