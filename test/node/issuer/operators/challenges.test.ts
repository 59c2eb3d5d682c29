import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { Challenges } from '../../../../node/issuer/operators/challenges.ts'
import { toBase64url } from '../../../../node/lib/bytes.ts'

describe('the challenges of passkeys', () => {
  let now: number
  let challenges: Challenges
  const make = (purpose: string) => toBase64url(challenges.create(purpose))

  beforeEach(() => {
    now = 1_800_000_000
    challenges = new Challenges(() => now, randomBytes)
  })

  it('are used once, for their purpose, within five minutes', () => {
    const challenge = make('sign-in')
    expect(challenges.take(challenge, 'touch a')).to.equal(false)
    expect(challenges.take(challenge, 'sign-in')).to.equal(true)
    expect(challenges.take(challenge, 'sign-in')).to.equal(false)
    const [late, early] = [make('touch a'), make('touch a')]
    now += 299
    expect(challenges.take(early, 'touch a')).to.equal(true)
    now += 1
    expect(challenges.take(late, 'touch a')).to.equal(false)
    expect(challenges.take(early, 'touch a')).to.equal(false)
  })

  it('of somebody else remain when an attacker asks for very many', () => {
    const challenge = make('touch a')
    for (let i = 0; i < 20_000; i++) challenges.create('sign-in')
    expect(challenges.take(challenge, 'touch a')).to.equal(true)
  })

  it('cannot be made or changed by others, and end with the process', () => {
    const challenge = make('sign-in')
    expect(new Challenges(() => now, randomBytes).take(challenge, 'sign-in')).to.equal(false)
    for (let at = 0; at < 48; at++) {
      const changed = Buffer.from(challenge, 'base64url')
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(challenges.take(changed.toString('base64url'), 'sign-in'), `byte ${at}`).to.equal(false)
    }
    expect(challenges.take('AAAA', 'sign-in')).to.equal(false)
    expect(() => challenges.take('not base64url!', 'sign-in')).to.throw()
    expect(challenges.take(challenge, 'sign-in')).to.equal(true)
  })
})
