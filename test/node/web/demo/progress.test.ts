import { expect } from 'chai'
import type { NotedVerdict } from '../../../../node/web/check/core/demo.ts'
import {
  advanced,
  begin,
  type Progress,
  STEPS,
  type Story,
  type StoryState,
  stepOf,
} from '../../../../node/web/demo/story/progress.ts'

const story: Story = {
  ...{ id: 's', person: { id: 'p', name: '홍길동' }, clerk: 'c', enrolmentUrl: null },
  ...{ operatorUrl: 'http://localhost:4102', walletUrl: 'http://localhost:4103' },
}
const card = (status: 'VALID' | 'SUSPENDED' | 'INVALID'): StoryState => ({
  isEnrolled: true,
  card: { id: 'k', status },
})
const NOTHING: StoryState = { isEnrolled: false, card: null }
const said = (outcome: NotedVerdict['outcome'], at: number): NotedVerdict => ({ outcome, at })

describe('the progress of a story', () => {
  it('goes on with what has happened, step by step', () => {
    let progress: Progress = begin(story, 100)
    const goOn = (state: StoryState, verdict: NotedVerdict | null, now: number) => {
      progress = advanced(progress, state, verdict, now)
      return stepOf(progress) ?? 'done'
    }
    expect(goOn(NOTHING, null, 101)).to.equal('clerk')
    expect(goOn({ ...NOTHING, isEnrolled: true }, null, 102)).to.equal('issue')
    expect(goOn(card('VALID'), null, 110)).to.equal('check')
    expect(progress.card).to.equal('k')
    expect(goOn(card('VALID'), said('valid', 115), 116)).to.equal('lock')
    expect(goOn(card('SUSPENDED'), said('valid', 115), 120)).to.equal('locked')
    expect(goOn(card('SUSPENDED'), said('suspended', 125), 126)).to.equal('unlock')
    expect(goOn(card('VALID'), said('suspended', 125), 130)).to.equal('again')
    expect(goOn(card('VALID'), said('valid', 140), 141)).to.equal('done')
    expect(progress.at).to.equal(STEPS.length)
  })

  it('counts no check from before the step, and none with another verdict', () => {
    const checking = { ...begin(story, 100), at: STEPS.indexOf('check'), since: 200, card: 'k' }
    for (const verdict of [null, said('valid', 199), said('suspended', 201), said('not_same', 201)]) {
      expect(advanced(checking, card('VALID'), verdict, 202), JSON.stringify(verdict)).to.equal(checking)
    }
    expect(stepOf(advanced(checking, card('VALID'), said('valid', 200), 202))).to.equal('lock')
  })

  it('begins where a browser is that has its clerk already', () => {
    expect(stepOf(advanced(begin(story, 100), { isEnrolled: true, card: null }, null, 101))).to.equal('issue')
  })
})
