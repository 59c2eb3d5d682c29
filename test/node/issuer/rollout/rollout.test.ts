import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { Journal } from '../../../../node/issuer/journal.ts'
import { parseRollout } from '../../../../node/issuer/rollout/policy.ts'
import { Rollout, rolloutPath } from '../../../../node/issuer/rollout/rollout.ts'
import { demoRollout } from '../../../../node/main/demo-rollout.ts'
import type { Store } from '../../../../node/store/store.ts'
import { MemoryStore } from '../../../support/memory-store.ts'
import { scratchDirectory } from '../../../support/scratch.ts'
import { PHASES, policy } from './support.ts'

const NOW = Date.parse('2027-01-04T09:00:00+09:00') / 1000
const SUWON = { municipality: '4111700000', address: '경기도 수원시 영통구 가상로 2' }
const asked = {
  residence: SUWON,
  card: 'resident',
  kind: 'mobile',
  channel: 'counter',
  place: { centre: 'gahoe' },
} as const

function reasonOf(file: unknown): string {
  try {
    parseRollout(typeof file === 'string' ? file : JSON.stringify(file))
    return 'accepted'
  } catch (error) {
    expect(error).to.have.property('code', 'ISSUER_ROLLOUT_INVALID')
    return (error as Error).message
  }
}

describe('a roll-out policy file', () => {
  const valid = policy()

  it('is read', () => {
    expect(parseRollout(JSON.stringify(valid))).to.deep.equal(valid)
    expect(reasonOf(demoRollout())).to.equal('accepted')
  })

  it('is refused with the reason', () => {
    const [first] = PHASES
    const wrong: readonly (readonly [unknown, string])[] = [
      ['{', 'not acceptable JSON'],
      ['{"schema":1,"schema":1}', 'not acceptable JSON'],
      [{ ...valid, phases: [] }, 'phases'],
      [{ ...valid, schema: 2 }, 'schema'],
      [{ ...valid, extra: 1 }, 'extra'],
      [{ ...valid, phases: [{ ...first, until: '2026-12-27' }] }, 'the phase ends before it begins'],
      [{ ...valid, phases: [{ ...first, from: '2026-02-30' }] }, 'must be a day'],
      [{ ...valid, phases: [{ ...first, municipalities: ['11140'] }] }, '11140 is not in the list'],
      [{ ...valid, phases: [{ ...first, municipalities: [] }] }, 'municipalities'],
      [{ ...valid, phases: [{ ...first, channels: ['post'] }] }, 'channels'],
      [{ ...valid, phases: [{ ...first, who: '__proto__' }] }, 'who'],
      [{ ...valid, centres: [...valid.centres, valid.centres[0]] }, 'gahoe is there twice'],
      [{ ...valid, municipalities: [...valid.municipalities, valid.municipalities[0]] }, '11110 is there twice'],
      [{ ...valid, municipalities: [{ code: '41117', ko: '경기도 수원시', en: 'Yeongtong' }] }, 'not of a 일반구'],
      [{ ...valid, municipalities: [{ code: '11110', ko: '종로', en: 'Jongno' }] }, 'full names'],
    ]
    for (const [file, reason] of wrong) expect(reasonOf(file), JSON.stringify(file)).to.include(reason)
  })
})

describe('Rollout', () => {
  const data = scratchDirectory('rollout')
  after(() => rmSync(data, { recursive: true, force: true }))
  let store: Store
  let journal: Journal

  const open = () => Rollout.open({ data, store, journal, clock: () => NOW })
  async function entries(): Promise<string[]> {
    const found: string[] = []
    for await (const [, { event, by }] of journal.entries()) if (event === 'rollout.set') found.push(String(by))
    return found
  }

  beforeEach(() => {
    rmSync(rolloutPath(data), { force: true })
    store = new MemoryStore()
    journal = new Journal(store)
  })

  it('allows everything without a file, and notes nothing', async () => {
    const rollout = await open()
    expect(rollout.policy).to.equal(null)
    expect(rollout.refusalOf(asked)).to.equal(null)
    expect(await entries()).to.deep.equal([])
  })

  it('puts a policy into force at once, in the file and in the journal', async () => {
    const rollout = await open()
    const text = JSON.stringify(policy())
    await rollout.set(text, 'operator:x')
    expect(readFileSync(rolloutPath(data), 'utf8')).to.equal(`${text}\n`)
    expect(rollout.refusalOf(asked)).to.deep.include({ code: 'ISSUER_NOT_YET', from: '2027-03-28' })
    expect(() => rollout.requireMayApply(asked))
      .to.throw('2027년 3월 28일부터')
      .with.property('code', 'ISSUER_NOT_YET')
    expect(await entries()).to.deep.equal(['operator:x'])
    expect((await open()).policy, 'after a restart').to.deep.equal(policy())
    expect(await entries(), 'a restart is no change').to.deep.equal(['operator:x'])
  })

  it('keeps the earlier policy if the new one is wrong', async () => {
    const rollout = await open()
    await rollout.set(JSON.stringify(policy()), 'local')
    const refused = await rollout.set('{}', 'local').catch(error => error)
    expect(refused).to.have.property('code', 'ISSUER_ROLLOUT_INVALID')
    expect(rollout.policy).to.deep.equal(policy())
    expect(readFileSync(rolloutPath(data), 'utf8')).to.equal(`${JSON.stringify(policy())}\n`)
  })

  it('notes at the start what was changed by hand, and the end of the policy', async () => {
    await (await open()).set(JSON.stringify(policy()), 'local')
    writeFileSync(rolloutPath(data), JSON.stringify(policy(PHASES.slice(1))))
    await open()
    rmSync(rolloutPath(data))
    await open()
    expect(await entries()).to.deep.equal(['local', 'file', 'file'])
    expect(existsSync(rolloutPath(data))).to.equal(false)
  })

  it('does not start with a policy that it cannot read', async () => {
    writeFileSync(rolloutPath(data), '{"schema":1}')
    expect(await open().catch(error => error)).to.have.property('code', 'ISSUER_ROLLOUT_INVALID')
  })
})
