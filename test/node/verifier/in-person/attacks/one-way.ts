import { DAY, HOUR } from '../../../../../node/lib/time.ts'
import { FrameReader, framesOf } from '../../../../../node/verifier/in-person/frames.ts'
import { toMessage } from '../../../../../node/verifier/in-person/message.ts'
import { oneWayAudience, oneWayMessage } from '../../../../../node/verifier/in-person/one-way.ts'
import { driver } from '../../../../support/cards.ts'
import { cardOn, keyOf, NOW, otherHolder, present } from '../../support.ts'
import { makeChecker, newNonce, oneWay, residentCard, shownFor } from '../support.ts'
import { type Attack, age, asked, bank, codeOf, packedBomb, somebodyElse } from './attack.ts'

/** What a one-way checker says to a code that was made `age` seconds ago. */
async function recording(seconds: number): Promise<string> {
  const checker = makeChecker(age)
  const message = await oneWay(age, residentCard(checker.view))
  checker.time.now += seconds
  return keyOf(await checker.judgeOneWay(message))
}

export const oneWayAttacks: Attack[] = [
  {
    mode: 'one-way',
    attack: 'a screenshot, shown after a minute',
    result: 'retry/stale_presentation',
    run: () => recording(61),
  },
  {
    mode: 'one-way',
    attack: 'a recording of the screen, played 61 seconds later',
    result: 'retry/stale_presentation',
    run: async () => {
      const checker = makeChecker(age)
      const frames = framesOf(await oneWay(age, residentCard(checker.view)))
      const film = Array.from({ length: 120 }, (_, frame) => frames.text(frame))
      checker.time.now += 61
      const reader = new FrameReader()
      const played = film.map(text => reader.add(text).complete).find(complete => complete !== undefined)
      return played ? keyOf(await checker.judgeOneWay(played)) : 'not read'
    },
  },
  {
    mode: 'one-way',
    attack: 'a screenshot, shown at once to the same checker',
    result: 'replayed',
    run: () => twice(checker => checker.judgeOneWay),
  },
  {
    mode: 'one-way',
    attack: 'the same, after the checker’s page was loaded again',
    result: 'replayed',
    run: () => twice(checker => checker.judgeOneWayAfterReload),
  },
  {
    mode: 'one-way',
    attack: 'a screenshot, shown within a minute to another checker (**not stopped**)',
    result: 'valid',
    run: async () => {
      const [first, second] = [makeChecker(age), makeChecker(age)]
      const message = await oneWay(age, residentCard(first.view))
      for (const receipt of first.view.receipts) second.view.receipts.set(...receipt)
      await first.judgeOneWay(message)
      return keyOf(await second.judgeOneWay(message))
    },
  },
  {
    mode: 'one-way',
    attack: 'the same presentation with another nonce written beside it',
    result: 'replayed',
    run: async () => {
      const checker = makeChecker(age)
      const shown = present(residentCard(checker.view), {
        audience: oneWayAudience('age'),
        nonce: newNonce(),
        show: shownFor(age),
      })
      return keyOf(await checker.judgeOneWay(await oneWayMessage(age, newNonce(), { resident: [shown] })))
    },
  },
  {
    mode: 'one-way',
    attack: 'a code for another purpose',
    result: 'retry/wrong_audience',
    run: async () => {
      const checker = makeChecker(age)
      const nonce = newNonce()
      const card = residentCard(checker.view)
      const shown = present(card, { audience: oneWayAudience('airport'), nonce, show: shownFor(age) })
      return keyOf(await checker.judgeOneWay(await oneWayMessage(age, nonce, { resident: [shown] })))
    },
  },
  {
    mode: 'one-way',
    attack: 'an answer to a checker’s request, shown as a one-way code',
    result: 'retry/wrong_audience',
    run: async () => {
      const { checker, card, request } = await asked(age)
      const { clientId: audience, nonce } = request
      const shown = present(card, { audience, nonce, show: shownFor(age) })
      return keyOf(await checker.judgeOneWay(await oneWayMessage(age, nonce, { resident: [shown] })))
    },
  },
  {
    mode: 'one-way',
    attack: 'a one-way code where a request is needed',
    result: 'VERIFIER_ONE_WAY_REFUSED',
    run: async () => {
      const checker = makeChecker(bank)
      return codeOf(checker.judgeOneWay(await oneWay({ ...bank, oneWay: true }, residentCard(checker.view))))
    },
  },
  {
    mode: 'one-way',
    attack: 'a card from another phone: signed with another key',
    result: 'wrong_holder',
    run: async () => {
      const checker = makeChecker(age)
      return keyOf(await checker.judgeOneWay(await oneWay(age, residentCard(checker.view), { by: otherHolder })))
    },
  },
  {
    mode: 'one-way',
    attack: 'the cards of two people together',
    result: 'wrong_holder',
    run: async () => {
      const checker = makeChecker(age)
      const nonce = newNonce()
      const audience = oneWayAudience(age.id)
      const show = [...shownFor(age), 'birthdate', 'family_name', 'document_number']
      const other = cardOn(checker.view, { card: driver, facts: somebodyElse })
      const vpToken = {
        resident: [present(residentCard(checker.view), { audience, nonce, show })],
        driver: [present(other, { audience, nonce, show })],
      }
      return keyOf(await checker.judgeOneWay(await oneWayMessage(age, nonce, vpToken)))
    },
  },
  {
    mode: 'one-way',
    attack: 'a code that inflates to 50 MB',
    result: 'unreadable/malformed',
    run: async () => keyOf(await makeChecker(age).judgeOneWay(toMessage('one_way', packedBomb()))),
  },
  {
    mode: 'one-way',
    attack: 'the checker is offline, its copy of the ledger too old',
    result: 'unknown/view_stale',
    run: async () => {
      const checker = makeChecker(age)
      const message = await oneWay(age, residentCard(checker.view))
      checker.view.time = NOW - 30 * DAY
      return keyOf(await checker.judgeOneWay(message))
    },
  },
  {
    mode: 'one-way',
    attack: 'the phone’s clock is hours slow',
    result: 'retry/stale_presentation',
    run: async () => {
      const checker = makeChecker(age)
      return keyOf(await checker.judgeOneWay(await oneWay(age, residentCard(checker.view), { iat: NOW - 3 * HOUR })))
    },
  },
  {
    mode: 'one-way',
    attack: 'the phone’s clock is hours fast',
    result: 'retry/clock',
    run: async () => {
      const checker = makeChecker(age)
      return keyOf(await checker.judgeOneWay(await oneWay(age, residentCard(checker.view), { iat: NOW + 3 * HOUR })))
    },
  },
]

async function twice(
  second: (checker: ReturnType<typeof makeChecker>) => ReturnType<typeof makeChecker>['judgeOneWay'],
): Promise<string> {
  const checker = makeChecker(age)
  const message = await oneWay(age, residentCard(checker.view))
  const first = keyOf(await checker.judgeOneWay(message))
  if (first !== 'valid') throw new Error(`the first scan is ${first}`)
  checker.time.now += 5
  return keyOf(await second(checker)(message))
}
