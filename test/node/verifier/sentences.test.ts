import { expect } from 'chai'
import { adviceOn } from '../../../node/verifier/sentences.ts'
import { FINDINGS, type Finding, findingKey, worst } from '../../../node/verifier/verdict.ts'

describe('sentences', () => {
  for (const finding of FINDINGS) {
    it(`tell a clerk in two languages about ${findingKey(finding)}, and what to do`, () => {
      const { sentence, nextStep } = adviceOn(finding)
      for (const { ko, en } of [sentence, nextStep]) {
        expect(ko).to.match(/\p{Script=Hangul}.*[.]$/su)
        expect(en).to.match(/^[A-Z].*[.]$/s)
      }
    })
  }

  it('never call a card bad that could not be checked', () => {
    for (const finding of FINDINGS.filter(({ outcome }) => outcome === 'unknown')) {
      const { sentence } = adviceOn(finding)
      expect(sentence.ko).to.match(/^확인할 수 없음/)
      expect(sentence.en).to.match(/^Could not check/)
    }
  })

  it('differ between any two outcomes', () => {
    const told = FINDINGS.map(finding => adviceOn(finding).sentence.ko)
    expect(new Set(told).size).to.equal(told.length)
  })
})

describe('worst', () => {
  it('is the first of the order, whatever the order found in', () => {
    const all: readonly Finding[] = FINDINGS
    expect(worst([])).to.deep.equal({ outcome: 'valid', reason: null })
    for (let i = 0; i < all.length; i++) {
      expect(worst(all.slice(i).reverse())).to.deep.equal(all[i])
    }
  })
})
