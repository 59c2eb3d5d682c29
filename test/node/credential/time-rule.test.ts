import { expect } from 'chai'
import fc from 'fast-check'
import type { Receipt } from '../../../node/credential/receipt.ts'
import {
  judgeByTime,
  type ReceiptLookup,
  type SigningKey,
  type TimeJudgement,
  type TimeQuestion,
} from '../../../node/credential/time-rule.ts'

const profile = { chainId: 7, log: '0xAbcd000000000000000000000000000000000001' as const }
const receipt: Receipt = {
  chainId: 7,
  log: '0xabcd000000000000000000000000000000000001',
  org: 1,
  purpose: `0x${'11'.repeat(32)}`,
  root: `0x${'22'.repeat(32)}`,
  index: 3,
  size: 16,
  entryHash: new Uint8Array(32),
  path: [],
}
const key: SigningKey = { org: 1, from: 1000, until: 2000, distrustedFrom: null }
const found: ReceiptLookup = { found: 'yes', time: 1500, count: 16, disowned: false }

interface Case extends Partial<Omit<TimeQuestion, 'anchor' | 'key'>> {
  readonly receipt?: Partial<Receipt>
  readonly lookup?: ReceiptLookup
  readonly key?: Partial<SigningKey>
}

const shown = (one: Case) =>
  judgeByTime({
    iat: 1400,
    anchorPending: false,
    policy: 'always',
    profile,
    ...one,
    key: { ...key, ...one.key },
    anchor: { shown: true, receipt: { ...receipt, ...one.receipt }, lookup: one.lookup ?? found },
  })

const notShown = (one: Case) =>
  judgeByTime({
    iat: 1400,
    anchorPending: false,
    policy: 'if_distrusted',
    profile,
    ...one,
    key: { ...key, ...one.key },
    anchor: { shown: false },
  })

const mismatch: TimeJudgement = { outcome: 'forged', reason: 'anchor_mismatch' }
const untrusted = (reason: 'disowned' | 'key_distrusted' | 'not_accredited'): TimeJudgement => ({
  outcome: 'untrusted',
  reason,
})

describe('the time rule, anchor shown', () => {
  const at = (time: number): ReceiptLookup => ({ ...found, time })
  const valid = (time: number): TimeJudgement => ({ outcome: 'valid', at: time, by: 'anchor' })
  const cases: Record<string, [Case, TimeJudgement]> = {
    'is valid at the ledger time': [{}, valid(1500)],
    'is valid whatever the policy': [{ policy: 'if_distrusted' }, valid(1500)],
    'is valid at the first second of the key': [{ lookup: at(1000) }, valid(1000)],
    'is valid at the last second of the key': [{ lookup: at(1999) }, valid(1999)],
    'is valid if anchored before the distrust': [{ key: { distrustedFrom: 1501 } }, valid(1500)],
    'pays no heed to iat': [{ iat: 5 }, valid(1500)],
    'is forged on another chain': [{ receipt: { chainId: 8 } }, mismatch],
    'is forged on another log': [{ receipt: { log: `0x${'00'.repeat(20)}` } }, mismatch],
    'is forged by another organisation': [{ receipt: { org: 2 } }, mismatch],
    'is forged when a complete view lacks it': [{ lookup: { found: 'no' } }, mismatch],
    'is forged with another count': [{ lookup: { ...found, count: 32 } }, mismatch],
    'is forged with an index outside': [{ receipt: { index: 16 } }, mismatch],
    'is unknown when the view cannot tell': [
      { lookup: { found: 'unknown' } },
      { outcome: 'unknown', reason: 'anchor_needed' },
    ],
    'is untrusted when disowned': [{ lookup: { ...found, disowned: true } }, untrusted('disowned')],
    'is untrusted anchored when the distrust began': [{ key: { distrustedFrom: 1500 } }, untrusted('key_distrusted')],
    'is untrusted anchored after the distrust': [{ key: { distrustedFrom: 1 } }, untrusted('key_distrusted')],
    'is untrusted anchored before the key': [{ lookup: at(999) }, untrusted('not_accredited')],
    'is untrusted anchored at the end of the key': [{ lookup: at(2000) }, untrusted('not_accredited')],
  }
  for (const [what, [one, judgement]] of Object.entries(cases)) {
    it(what, () => expect(shown(one)).to.deep.equal(judgement))
  }

  it('prefers forged to untrusted, and untrusted to unknown', () => {
    const disowned: ReceiptLookup = { ...found, disowned: true }
    expect(shown({ receipt: { chainId: 8 }, lookup: disowned })).to.deep.equal(mismatch)
    expect(shown({ lookup: disowned, key: { distrustedFrom: 1 } })).to.deep.equal(untrusted('key_distrusted'))
    // Of several reasons for one outcome: accreditation, then distrust, then disowning.
    expect(shown({ lookup: { ...disowned, time: 2000 }, key: { distrustedFrom: 1 } })).to.deep.equal(
      untrusted('not_accredited'),
    )
    expect(shown({ receipt: { org: 9 }, lookup: { found: 'unknown' } })).to.deep.equal(mismatch)
  })
})

describe('the time rule, anchor not shown', () => {
  const needed: TimeJudgement = { outcome: 'unknown', reason: 'anchor_needed' }
  const pending: TimeJudgement = { outcome: 'unknown', reason: 'anchor_pending' }
  const missing: TimeJudgement = { outcome: 'retry', reason: 'claims_missing' }
  const valid: TimeJudgement = { outcome: 'valid', at: 1400, by: 'iat' }
  const cases: Record<string, [Case, TimeJudgement]> = {
    'is valid by iat with a key never distrusted': [{}, valid],
    'is unknown with a key distrusted ever, even from later on': [{ key: { distrustedFrom: 1900 } }, needed],
    'is unknown with an iat before the key': [{ iat: 999 }, needed],
    'is unknown with an iat at the end of the key': [{ iat: 2000 }, needed],
    'must be shown where the policy says always': [{ policy: 'always' }, missing],
    'must be shown even with a distrusted key': [{ policy: 'always', key: { distrustedFrom: 1 } }, missing],
    'is pending where the policy says always': [{ policy: 'always', anchorPending: true }, pending],
    'is valid while pending if the key is clean': [{ anchorPending: true }, valid],
    'is pending with a distrusted key': [{ anchorPending: true, key: { distrustedFrom: 1900 } }, pending],
  }
  for (const [what, [one, judgement]] of Object.entries(cases)) {
    it(what, () => expect(notShown(one)).to.deep.equal(judgement))
  }
})

describe('the time rule, in every case', () => {
  const seconds = fc.integer({ min: 900, max: 2100 })
  const questions = fc.record({
    iat: seconds,
    anchorPending: fc.boolean(),
    policy: fc.constantFrom('always', 'if_distrusted' as const),
    distrustedFrom: fc.option(seconds),
    lookup: fc.oneof(
      fc.constant({ found: 'no' } as const),
      fc.constant({ found: 'unknown' } as const),
      fc.record({
        found: fc.constant('yes' as const),
        time: seconds,
        count: fc.constantFrom(16, 32),
        disowned: fc.boolean(),
      }),
    ),
    isShown: fc.boolean(),
  })

  it('lets a distrusted key be valid only by an anchor from before', () => {
    fc.assert(
      fc.property(questions, ({ distrustedFrom, lookup, isShown, ...rest }) => {
        const one = { ...rest, key: { distrustedFrom }, lookup } as Case
        const judgement = isShown ? shown(one) : notShown(one)
        if (judgement.outcome !== 'valid') return
        expect(judgement.at).to.be.within(1000, 1999)
        if (distrustedFrom !== null) {
          expect(judgement.by).to.equal('anchor')
          expect(judgement.at).to.be.below(distrustedFrom)
        }
        if (rest.policy === 'always') expect(judgement.by).to.equal('anchor')
      }),
      { numRuns: 2000 },
    )
  })
})
