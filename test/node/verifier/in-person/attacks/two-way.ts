import { deflateRawSync } from 'node:zlib'
import { concat, u16be } from '../../../../../node/lib/bytes.ts'
import { encryptJwe } from '../../../../../node/lib/jose/jwe.ts'
import { DAY, HOUR } from '../../../../../node/lib/time.ts'
import { toMessage } from '../../../../../node/verifier/in-person/message.ts'
import { answerMessage } from '../../../../../node/verifier/in-person/two-way.ts'
import { driver } from '../../../../support/cards.ts'
import { cardOn, keyOf, NOW, otherHolder, present } from '../../support.ts'
import { answer, makeChecker, newNonce, openRequest, random, residentCard, type Shown, shownFor } from '../support.ts'
import { type Attack, asked, bank, codeOf, somebodyElse } from './attack.ts'

/** The verdict on one answer to a request, in which one thing is wrong. */
async function answered(options: Shown, preset = bank): Promise<string> {
  const { card, check, request } = await asked(preset)
  return keyOf(await check.judge(await answer(request, card, { show: shownFor(preset), ...options })))
}

/** The verdict on an answer whose encrypted content is this. */
async function answeredWith(content: Uint8Array, header: { zip?: 'DEF' } = {}): Promise<string> {
  const { check, request } = await asked()
  const [head, , ...rest] = (await encryptJwe(content, request.encryption, header))
    .split('.')
    .map(part => new Uint8Array(Buffer.from(part, 'base64url'))) // prettier-ignore
  return keyOf(await check.judge(toMessage('answer', concat(u16be(head?.length ?? 0), head ?? random(0), ...rest))))
}

interface Known {
  /** The time of the newest block that the checker has. */
  readonly knownAt?: number
  readonly status?: 'INVALID'
}

/** The verdict on an answer that is made and given so many seconds after the request. */
async function later(seconds: number, { knownAt, status }: Known = {}): Promise<string> {
  const { checker, card, check, request } = await asked()
  const given = await answer(request, card, { show: shownFor(bank), iat: NOW + seconds })
  checker.time.now += seconds
  if (knownAt !== undefined) checker.view.time = knownAt
  if (status) checker.view.statuses.set(77, status)
  return keyOf(await check.judge(given))
}

export const twoWay: Attack[] = [
  {
    mode: 'two-way',
    attack: 'an answer to the request of another clerk',
    result: 'retry/wrong_audience',
    run: async () => {
      const [ours, theirs] = [await asked(), await asked()]
      return keyOf(await ours.check.judge(await answer(theirs.request, theirs.card)))
    },
  },
  {
    mode: 'two-way',
    attack: 'the same, encrypted anew to the key of this request',
    result: 'replayed',
    run: async () => {
      const [ours, theirs] = [await asked(), await asked()]
      const { clientId: audience, nonce } = theirs.request
      const shown = present(ours.card, { audience, nonce, show: shownFor(bank) })
      return keyOf(await ours.check.judge(await answerMessage(ours.request, { vpToken: { resident: [shown] } })))
    },
  },
  {
    mode: 'two-way',
    attack: 'the nonce of another session',
    result: 'replayed',
    run: () => answered({ nonce: newNonce() }),
  },
  {
    mode: 'two-way',
    attack: 'made for another checker',
    result: 'retry/wrong_audience',
    run: () => answered({ audience: 'x509_hash:another' }),
  },
  {
    mode: 'two-way',
    attack: 'the state of another session',
    result: 'replayed',
    run: async () => {
      const { card, check, request } = await asked()
      return keyOf(await check.judge(await answer({ ...request, state: 'another' }, card)))
    },
  },
  {
    mode: 'two-way',
    attack: 'the same answer twice',
    result: 'VERIFIER_ALREADY_ANSWERED',
    run: async () => {
      const { card, check, request } = await asked()
      const given = await answer(request, card, { show: shownFor(bank) })
      await check.judge(given)
      return codeOf(check.judge(given))
    },
  },
  { mode: 'two-way', attack: 'a recorded answer, after its minute', result: 'retry/timed_out', run: () => later(61) },
  {
    mode: 'two-way',
    attack: 'a card from another phone: signed with another key',
    result: 'wrong_holder',
    run: () => answered({ by: otherHolder }),
  },
  {
    mode: 'two-way',
    attack: 'a copied card without a key binding',
    result: 'wrong_holder',
    run: async () => {
      const { card, check, request } = await asked()
      return keyOf(await check.judge(await answerMessage(request, { vpToken: { resident: [card] } })))
    },
  },
  {
    mode: 'two-way',
    attack: 'the portrait of another card put in',
    result: 'forged/bad_disclosure',
    run: async () => {
      const { checker, card, check, request } = await asked()
      const other = present(cardOn(checker.view, { facts: somebodyElse }), { show: ['portrait'] })
      const foreign = other.split('~')[1] as string
      const own = present(card, {
        show: shownFor(bank).filter(name => name !== 'portrait'),
        audience: request.clientId,
        nonce: request.nonce,
      })
      const parts = own.split('~')
      const mixed = [...parts.slice(0, -1), foreign, parts.at(-1)].join('~')
      return keyOf(await check.judge(await answerMessage(request, { vpToken: { resident: [mixed] } })))
    },
  },
  {
    mode: 'two-way',
    attack: 'the cards of two people together',
    result: 'wrong_holder',
    run: async () => {
      const { checker, card, check, request } = await asked()
      const other = cardOn(checker.view, { card: driver, facts: somebodyElse })
      const { clientId: audience, nonce } = request
      const show = [...shownFor(bank), 'document_number']
      const vpToken = {
        resident: [present(card, { audience, nonce, show })],
        driver: [present(other, { audience, nonce, show })],
      }
      return keyOf(await check.judge(await answerMessage(request, { vpToken })))
    },
  },
  {
    mode: 'two-way',
    attack: 'the portrait left out',
    result: 'retry/claims_missing',
    run: () => answered({ show: shownFor(bank, false) }),
  },
  {
    mode: 'two-way',
    attack: 'the phone’s clock is hours slow',
    result: 'retry/stale_presentation',
    run: () => answered({ iat: NOW - 3 * HOUR }),
  },
  {
    mode: 'two-way',
    attack: 'the phone’s clock is hours fast',
    result: 'retry/clock',
    run: () => answered({ iat: NOW + 3 * HOUR }),
  },
  {
    mode: 'two-way',
    attack: 'the checker’s clock is hours slow',
    result: 'retry/clock',
    run: async () => {
      const checker = makeChecker(bank)
      checker.time.now -= 3 * HOUR
      const check = await checker.begin()
      const request = await openRequest(check.message, checker.time.now)
      const given = await answer(request, residentCard(checker.view), { show: shownFor(bank), iat: checker.time.now })
      return keyOf(await check.judge(given))
    },
  },
  {
    mode: 'two-way',
    attack: 'the checker’s clock is hours fast: the phone refuses the request',
    result: 'VERIFIER_REQUEST_REFUSED',
    run: async () => {
      const checker = makeChecker(bank)
      checker.time.now += 3 * HOUR
      return codeOf(openRequest((await checker.begin()).message))
    },
  },
  {
    mode: 'two-way',
    attack: 'phone and checker offline, the copy of the ledger too old',
    result: 'unknown/view_stale',
    run: () => later(1, { knownAt: NOW - DAY }),
  },
  {
    mode: 'two-way',
    attack: 'the same, and the old copy says that the card is revoked',
    result: 'revoked',
    run: () => later(1, { knownAt: NOW - DAY, status: 'INVALID' }),
  },
  {
    mode: 'two-way',
    attack: 'a changed answer',
    result: 'unreadable/malformed',
    run: async () => {
      const { card, check, request } = await asked()
      const given = await answer(request, card)
      given[given.length - 30] = (given[given.length - 30] as number) ^ 1
      return keyOf(await check.judge(given))
    },
  },
  {
    mode: 'two-way',
    attack: 'an answer that inflates to 50 MB',
    result: 'unreadable/malformed',
    run: () => {
      const bomb = deflateRawSync(new Uint8Array(50_000_000).fill(97))
      return answeredWith(concat(Uint8Array.of(1), u16be(bomb.length), bomb))
    },
  },
  {
    mode: 'two-way',
    attack: 'an answer whose JWE inflates to 50 MB (`zip`)',
    result: 'unreadable/malformed',
    run: () => answeredWith(new Uint8Array(50_000_000).fill(97), { zip: 'DEF' }),
  },
  {
    mode: 'two-way',
    attack: 'an answer with hundreds of presentations',
    result: 'unreadable/malformed',
    run: async () => {
      const { check, request } = await asked()
      const vpToken = { resident: Array.from({ length: 300 }, () => 'a~') }
      return keyOf(await check.judge(await answerMessage(request, { vpToken })))
    },
  },
  {
    mode: 'two-way',
    attack: 'a request shown as an answer',
    result: 'unreadable/malformed',
    run: async () => {
      const { check } = await asked()
      return keyOf(await check.judge(check.message))
    },
  },
]
