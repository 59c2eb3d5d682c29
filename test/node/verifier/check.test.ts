import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { DAY, HOUR } from '../../../node/lib/time.ts'
import { policyOf } from '../../../node/verifier/presets/preset.ts'
import { CHECKS, FINDINGS, findingKey, type Verdict } from '../../../node/verifier/verdict.ts'
import { resident } from '../../support/cards.ts'
import { presetNamed } from '../../support/presets.ts'
import { hong } from '../credential/support.ts'
import {
  cardOn,
  holder,
  ISS,
  issue,
  issuer,
  keyOf,
  LIST,
  MemoryView,
  NOW,
  ORG,
  otherHolder,
  present,
  verdictOn,
} from './support.ts'
import { shown, TABLE } from './verdict-table.ts'

describe('check', () => {
  for (const [finding, rows] of Object.entries(TABLE)) {
    describe(finding, () => {
      for (const [how, run] of rows) {
        it(how, async () => {
          const verdict = await run()
          expect(keyOf(verdict), explain(verdict)).to.equal(finding)
        })
      }
    })
  }

  it('has a row for every outcome, in the order of the table', () => {
    expect(Object.keys(TABLE)).to.deep.equal(FINDINGS.map(findingKey))
  })

  it('is the table of docs/verdicts.md', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/verdicts.md'), 'utf8')
    const documented = [...page.matchAll(/^\| `([a-z_/]+)` \| (.+?) \|/gm)].map(([, finding, how]) => [finding, how])
    const tested = Object.entries(TABLE).flatMap(([finding, rows]) => rows.map(([how]) => [finding, how]))
    expect(documented).to.deep.equal(tested)
  })

  it('gives a verdict on a value of any type', async () => {
    const text = present(cardOn(new MemoryView()))
    for (const shape of [
      undefined,
      null,
      5,
      true,
      [],
      [text],
      { resident: text },
      { resident: [5] },
      { a: [[text]] },
    ]) {
      expect(keyOf(await verdictOn(new MemoryView(), shape as never))).to.equal('unreadable/malformed')
    }
  })

  it('lists every check of a credential, with the source of its data', async () => {
    const verdict = await shown({})
    const [credential] = verdict.credentials
    const names = [...verdict.checks, ...(credential?.checks ?? [])].map(({ name }) => name)
    expect(names).to.have.members([...CHECKS])
    expect(credential?.checks.filter(({ result }) => result !== 'passed')).to.deep.equal([])
    expect(verdict).to.deep.include({ asOf: { block: 7, time: NOW - 5 }, age: 5, how: 'rpc', checkedAt: NOW })
    expect(credential?.evidence).to.deep.include({
      vct: resident.vct,
      iss: ISS,
      keyId: issuer.signer.keyId,
      organisation: { id: ORG, name: '행정안전부' },
      status: { list: String(LIST), index: 77 },
    })
    expect(credential?.evidence.receipt).to.deep.include({ time: NOW - HOUR, batch: 1 })
  })

  it('returns claims only with `valid`, and never inside the verdict', async () => {
    const view = new MemoryView()
    const card = cardOn(view)
    const { disclosed, ...verdict } = await verdictOn(view, { resident: [present(card)] })
    expect(disclosed?.[0]).to.deep.include({ query: 'resident', vct: resident.vct })
    expect(disclosed?.[0]?.claims).to.include({ family_name: '홍', given_name: '길동' }).and.not.have.property('anchor')
    for (const value of ['홍', '길동', hong.personalNumber, 'image/jpeg']) {
      expect(JSON.stringify(verdict)).not.to.include(value)
    }
    view.statuses.set(77, 'SUSPENDED')
    expect((await verdictOn(view, present(card))).disclosed).to.equal(null)
  })

  it('returns only the requested claims, whatever else is shown', async () => {
    const view = new MemoryView()
    const show = ['age_equal_or_over/19', 'family_name', 'personal_administrative_number', 'anchor']
    const policy = policyOf(presetNamed('age'), { inPerson: false })
    const { outcome, disclosed } = await verdictOn(view, { resident: [present(cardOn(view), { show })] }, { policy })
    expect(outcome).to.equal('valid')
    expect(disclosed).to.deep.equal([
      { query: 'resident', vct: resident.vct, claims: { age_equal_or_over: { 19: true } } },
    ])
  })

  it('counts the worst of several credentials', async () => {
    const view = new MemoryView()
    const good = present(cardOn(view))
    view.statuses.set(78, 'INVALID')
    const revoked = present(cardOn(view, { index: 78 }))
    const expired = present(cardOn(view, { exp: NOW - 1, iat: NOW - DAY }))
    expect(keyOf(await verdictOn(view, { a: [good], b: [revoked] }))).to.equal('revoked')
    const verdict = await verdictOn(view, { a: [good], b: [revoked], c: [expired] })
    expect(verdict.credentials.map(keyOf)).to.deep.equal(['valid', 'revoked', 'expired'])
    expect(keyOf(verdict)).to.equal('expired')
    expect(verdict.disclosed).to.equal(null)
  })

  it('does not ask the ledger about a card that is not genuine', async () => {
    const view = new MemoryView()
    await verdictOn(view, present(cardOn(view)).replace('.', 'x.'))
    await verdictOn(view, present(issue({ by: { signer: otherHolder, x5c: issuer.x5c } }).text))
    expect(view.asked).to.deep.equal([])
  })

  it('never answers `valid` when one character of a presentation is changed', async () => {
    const view = new MemoryView()
    const text = present(cardOn(view), { show: ['family_name', 'anchor'] })
    for (let at = 3; at < text.length; at += 29) {
      const other = text[at] === 'A' ? 'B' : 'A'
      const verdict = await verdictOn(view, `${text.slice(0, at)}${other}${text.slice(at + 1)}`)
      expect(verdict.outcome, `at ${at}`).not.to.equal('valid')
    }
  })

  it('accepts the same card twice only with a new signature', async () => {
    const view = new MemoryView()
    const card = cardOn(view)
    expect((await verdictOn(view, present(card))).outcome).to.equal('valid')
    expect((await verdictOn(view, present(card), { nonce: 'next-nonce' })).outcome).to.equal('replayed')
    expect(
      (await verdictOn(view, present(card, { nonce: 'next-nonce', by: holder }), { nonce: 'next-nonce' })).outcome,
    ).to.equal('valid')
  })
})

const explain = (verdict: Verdict): string =>
  JSON.stringify(
    [...verdict.checks, ...verdict.credentials.flatMap(({ checks }) => checks)].filter(
      ({ result }) => result !== 'passed',
    ),
  )
