import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { APPLICATION_STATES } from '../../../../node/credential/application.ts'
import { APPLICATION_KINDS } from '../../../../node/credential/card.ts'
import { mayBecome, STEPS } from '../../../../node/issuer/applications/states.ts'

const follow = (kind: string) =>
  APPLICATION_STATES.flatMap(state =>
    APPLICATION_STATES.filter(next => mayBecome({ state, kind }, next)).map(next => `${state} → ${next}`),
  )

describe('the states of an application', () => {
  it('final states have no successor, whatever the kind', () => {
    for (const kind of APPLICATION_KINDS) {
      for (const state of ['issued', 'cancelled', 'refused'] as const)
        for (const next of APPLICATION_STATES)
          expect(mayBecome({ state, kind }, next), `${state} ${next}`).to.equal(false)
    }
  })

  it('every other state can be cancelled and refused', () => {
    for (const kind of APPLICATION_KINDS)
      for (const state of ['applied', 'identity_checked', 'offered', 'expired'] as const)
        for (const next of ['cancelled', 'refused'] as const) expect(mayBecome({ state, kind }, next)).to.equal(true)
  })

  it('no card is issued without an identity check, and no mobile card without an offer', () => {
    for (const kind of APPLICATION_KINDS) expect(follow(kind)).not.to.include('applied → issued')
    expect(follow('mobile')).not.to.include('identity_checked → issued')
    expect(follow('mobile')).not.to.include('applied → offered')
  })

  it('a plastic card is never offered to a wallet', () => {
    for (const kind of APPLICATION_KINDS.filter(one => one !== 'mobile'))
      expect(follow(kind).filter(step => step.endsWith('offered'))).to.deep.equal([])
  })

  it('docs/applications.md has this table', () => {
    const page = readFileSync(new URL('../../../../docs/applications.md', import.meta.url), 'utf8')
    const names = (cell = '') => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name)
    const rows = page.split('\n').flatMap(line => {
      const [, state, , next] = line.split('|')
      const [name] = names(state)
      return name !== undefined && name in STEPS ? [[name, names(next)] as const] : []
    })
    expect(Object.fromEntries(rows)).to.deep.equal(STEPS)
  })
})
