import { expect } from 'chai'
import { type Asked, mayApply } from '../../../../node/issuer/rollout/may-apply.ts'
import type { RolloutPhase } from '../../../../node/issuer/rollout/policy.ts'
import { rolloutSentence } from '../../../../node/issuer/rollout/sentences.ts'
import { JONGNO, PHASES, policy, SUWON } from './support.ts'

const at = (day: string, time = '09:00') => Date.parse(`${day}T${time}:00+09:00`) / 1000
const IN_JONGNO = { municipality: '1111000000', address: '서울특별시 종로구 가상로 1' }
const IN_SUWON = { municipality: '4111700000', address: '경기도 수원시 영통구 가상로 2' }

const asked = (changes: Partial<Asked> = {}): Asked => ({
  residence: IN_JONGNO,
  card: 'resident',
  kind: 'mobile',
  channel: 'counter',
  place: { centre: 'gahoe' },
  now: at('2027-01-04'),
  ...changes,
})

const decide = (changes: Partial<Asked> = {}, phases: readonly RolloutPhase[] = PHASES) =>
  mayApply(policy(phases), asked(changes))

/** What the clerk says, in Korean. */
function said(changes: Partial<Asked>, phases: readonly RolloutPhase[] = PHASES): string {
  const decision = decide(changes, phases)
  return decision.allowed ? 'allowed' : `${decision.code}: ${rolloutSentence(decision).ko}`
}

describe('mayApply', () => {
  it('allows everything everywhere without a policy', () => {
    expect(mayApply(null, asked({ channel: 'online', place: { centre: null }, now: 0 })).allowed).to.equal(true)
  })

  it('allows a resident of a pilot at each centre of the own municipality', () => {
    expect(decide().allowed).to.equal(true)
    expect(decide({ place: { centre: 'ihwa' } }).allowed).to.equal(true)
  })

  it('sends a resident of a pilot from another centre to the own municipality', () => {
    expect(decide({ place: { centre: 'yeongtong' } })).to.deep.equal({
      ...{ allowed: false, code: 'ISSUER_OTHER_CENTRE', from: null },
      where: { kind: 'municipalities', names: [JONGNO] },
    })
    expect(said({ place: { centre: 'areum' } }), 'another pilot is not the own one').to.equal(
      'ISSUER_OTHER_CENTRE: 이 창구에서는 신청하실 수 없습니다. 지금 서울특별시 종로구의 주민센터에서 신청하실 수 있습니다.',
    )
  })

  it('tells others the day and the place of the next phase', () => {
    const words = 'ISSUER_NOT_YET: 2027년 3월 28일부터 전국 어느 주민센터에서나 신청하실 수 있습니다.'
    expect(said({ residence: IN_SUWON, place: { centre: 'yeongtong' } })).to.equal(words)
    expect(said({ residence: IN_SUWON, place: { centre: 'gahoe' } }), 'at a centre of the pilot').to.equal(words)
    const phases: RolloutPhase[] = [{ ...(PHASES[0] as RolloutPhase), from: '2027-02-01', municipalities: ['41110'] }]
    expect(said({ residence: IN_SUWON }, phases)).to.equal(
      'ISSUER_NOT_YET: 2027년 2월 1일부터 경기도 수원시의 주민센터에서 신청하실 수 있습니다.',
    )
    expect(said({}, phases)).to.equal('ISSUER_NOT_YET: 이 신청을 받는 날짜가 아직 정해지지 않았습니다.')
  })

  it('names the earliest of several later phases', () => {
    const later: RolloutPhase = { ...(PHASES[1] as RolloutPhase), from: '2027-06-01' }
    const decision = decide({ residence: IN_SUWON }, [later, ...PHASES])
    expect(decision).to.include({ allowed: false, from: '2027-03-28' })
  })

  it('begins and ends a phase at midnight in Korea', () => {
    const pilot: RolloutPhase = { ...(PHASES[0] as RolloutPhase), until: '2027-01-10' }
    const on = (day: string, time: string) => decide({ now: at(day, time) }, [pilot]).allowed
    expect([on('2026-12-26', '23:59'), on('2026-12-27', '00:00')]).to.deep.equal([false, true])
    expect([on('2027-01-09', '23:59'), on('2027-01-10', '00:00')]).to.deep.equal([true, false])
  })

  it('has a date of its own for each channel', () => {
    expect(said({ channel: 'online', now: at('2027-04-01') })).to.equal(
      'ISSUER_NOT_YET: 2027년 5월 1일부터 온라인으로 신청하실 수 있습니다.',
    )
    expect(said({ channel: 'online', now: at('2027-05-01') })).to.equal('allowed')
    expect(decide({ channel: 'chip', now: at('2027-05-01') })).to.include({ allowed: false, from: null })
  })

  it('lets anyone apply at the centres of a pilot if the phase says so', () => {
    const phases: RolloutPhase[] = [{ ...(PHASES[0] as RolloutPhase), who: 'anyone' }]
    expect(said({ residence: IN_SUWON }, phases)).to.equal('allowed')
    expect(said({ residence: IN_SUWON, place: { centre: 'yeongtong' } }, phases)).to.equal(
      'ISSUER_OTHER_CENTRE: 이 창구에서는 신청하실 수 없습니다. ' +
        '지금 서울특별시 종로구, 세종특별자치시의 주민센터에서 신청하실 수 있습니다.',
    )
  })

  it('applies a phase only to the cards and kinds that it names', () => {
    const phases: RolloutPhase[] = [
      { ...(PHASES[1] as RolloutPhase), from: '2026-01-01', cards: ['driver'], kinds: ['mobile'] },
    ]
    expect(decide({ card: 'driver' }, phases).allowed).to.equal(true)
    expect(decide({ card: 'resident' }, phases).allowed).to.equal(false)
    expect(decide({ card: 'driver', kind: 'ic-first' }, phases).allowed).to.equal(false)
  })

  it('finds the municipality by the address if the register has no code', () => {
    const residence = { municipality: '', address: '서울 종로구 가상로 3' }
    expect(decide({ residence }).allowed).to.equal(true)
    expect(decide({ residence: { municipality: '', address: 'unreadable' } }).allowed).to.equal(false)
  })

  describe('attacks', () => {
    it('does not take a clerk without a centre, or with one that the policy does not know, for a clerk of the pilot', () => {
      for (const centre of [null, 'unknown', '11110', '', '__proto__', 'constructor', 'any-centre']) {
        expect(decide({ place: { centre } }), String(centre)).to.include({ code: 'ISSUER_OTHER_CENTRE' })
      }
    })

    it('does not find prototype names as cards, kinds or municipalities', () => {
      const phases: RolloutPhase[] = [{ ...(PHASES[1] as RolloutPhase), from: '2026-01-01', cards: ['driver'] }]
      for (const name of ['__proto__', 'constructor', 'toString', 'length', '0']) {
        expect(decide({ card: name }, phases).allowed, name).to.equal(false)
        expect(decide({ residence: { municipality: name, address: name } }).allowed, name).to.equal(false)
      }
    })

    it('lets the local command line act for any centre, but not before the day', () => {
      expect(decide({ place: 'any-centre' }).allowed).to.equal(true)
      expect(decide({ place: 'any-centre', residence: IN_SUWON }).allowed).to.equal(false)
    })
  })

  it('says both languages', () => {
    const decision = decide({ residence: IN_SUWON }, [
      { ...(PHASES[0] as RolloutPhase), municipalities: [SUWON.code], from: '2027-02-01' },
    ])
    if (decision.allowed) throw new Error('not refused')
    expect(rolloutSentence(decision).en).to.equal(
      'You can apply at a community centre in Suwon-si, Gyeonggi-do from 1 February 2027.',
    )
  })
})
