/** Whatever a camera or a relay brings: a verdict or a ParseError, and never another error. */
import { expect } from 'chai'
import fc from 'fast-check'
import { concat, u16be, utf8 } from '../../../../node/lib/bytes.ts'
import { toMessage } from '../../../../node/verifier/in-person/message.ts'
import { pack } from '../../../../node/verifier/in-person/packing.ts'
import { parseRendezvous, unseal } from '../../../../node/verifier/in-person/rendezvous.ts'
import { parseRequestMessage } from '../../../../node/verifier/in-person/two-way.ts'
import { failureOf } from '../../../support/failure.ts'
import { presetNamed } from '../../../support/presets.ts'
import { keyOf } from '../support.ts'
import { answer, makeChecker, newNonce, oneWay, openRequest, residentCard, shownFor } from './support.ts'

const age = presetNamed('age')
const checker = makeChecker(age)
const card = residentCard(checker.view)

/** A change of one byte, or bytes cut off, or bytes added. */
const changed = (bytes: Uint8Array) =>
  fc
    .tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), fc.constantFrom('flip', 'cut', 'add'))
    .map(([at, by, how]) => {
      if (how === 'cut') return bytes.slice(0, at)
      if (how === 'add') return concat(bytes.slice(0, at), Uint8Array.of(by), bytes.slice(at))
      const copy = Uint8Array.from(bytes)
      copy[at] = (copy[at] as number) ^ by
      return copy
    })

const onlyParseErrors = async (work: Promise<unknown>): Promise<void> => {
  await work.catch(error => expect(error).to.have.property('name', 'ParseError'))
}

describe('fuzz of what is shown in person', () => {
  it('an answer that was changed is no answer, and the check stays open', async () => {
    const check = await checker.begin()
    const given = await answer(await openRequest(check.message), card, { show: shownFor(age) })
    await fc.assert(
      fc.asyncProperty(changed(given), async bytes => {
        // Another `kid` in the header makes it an answer to another request.
        expect(keyOf(await check.judge(bytes))).to.be.oneOf(['unreadable/malformed', 'retry/wrong_audience'])
        expect(check.isOpen).to.equal(true)
      }),
      { numRuns: 400 },
    )
    expect(keyOf(await check.judge(given))).to.equal('valid')
  })

  it('any bytes, and any JWE header, are unreadable', async () => {
    const check = await checker.begin()
    const header = fc.oneof(
      fc.string(),
      fc.json({ maxDepth: 3 }),
      fc.record({ alg: fc.string(), enc: fc.string(), epk: fc.json() }).map(value => JSON.stringify(value)),
    ) // prettier-ignore
    const kid = await kidOf(check.message)
    const withKid = header.map(text =>
      text.startsWith('{') ? text.replace('{', `{"kid":"${kid}",`).replace(',}', '}') : text,
    )
    const jwe = fc.tuple(withKid, fc.uint8Array({ minLength: 0, maxLength: 100 })).map(([text, rest]) => {
      return toMessage('answer', concat(u16be(utf8(text).length), utf8(text), rest))
    })
    await fc.assert(
      fc.asyncProperty(fc.oneof(jwe, fc.uint8Array({ maxLength: 100 })), async bytes => {
        expect(keyOf(await check.judge(bytes))).to.be.oneOf(['unreadable/malformed', 'retry/wrong_audience'])
      }),
      { numRuns: 400 },
    )
  })

  it('a one-way code that was changed is never valid', async () => {
    const message = await oneWay(age, card)
    await fc.assert(
      fc.asyncProperty(changed(message), async bytes => {
        expect(keyOf(await checker.judgeOneWay(bytes))).to.not.equal('valid')
      }),
      { numRuns: 200 },
    )
    const contents = fc.oneof(
      fc.json({ maxDepth: 4 }),
      fc.json({ maxDepth: 4 }).map(value => `{"nonce":"${newNonce()}","vp_token":${value}}`),
    )
    await fc.assert(
      fc.asyncProperty(contents, async text => {
        expect(keyOf(await checker.judgeOneWay(toMessage('one_way', await pack(text))))).to.not.equal('valid')
      }),
      { numRuns: 200 },
    )
  })

  it('requests and sealed messages that were changed are ParseErrors or the same text', async () => {
    const { message } = await checker.begin()
    await fc.assert(fc.asyncProperty(changed(message), bytes => onlyParseErrors(parseRequestMessage(bytes))))
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async bytes => {
        const session = { id: 'A'.repeat(22), secret: 'A'.repeat(22) }
        expect((await failureOf(unseal(session, 'request', bytes))).name).to.equal('ParseError')
      }),
    )
  })

  it('any text is no rendezvous code', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string().map(rest => `dojang:rendezvous?v=1&r=https%3A%2F%2Fa%2Fb&i=${rest}`),
    )
    fc.assert(
      fc.property(text, code => {
        expect(() => parseRendezvous(code))
          .to.throw()
          .with.property('name', 'ParseError')
      }),
    )
  })
})

async function kidOf(message: Uint8Array): Promise<string> {
  const { encryption } = await openRequest(message)
  return encryption.kid ?? ''
}
