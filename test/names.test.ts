/** Names that were replaced because they puzzled readers, or had several meanings (docs/glossary.md). */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'

const ROOT = join(import.meta.dirname, '..')

/** As whole words in the code of `node/`. */
const RETIRED = [
  'AnchoredCard',
  'AnchorPlace',
  'answerIn',
  'Blind',
  'BlindView',
  'checkMaster',
  'credentialHeader',
  'Dice',
  'FETCH_AGAIN',
  'FIRM',
  'Footing',
  'FoundList',
  'Gift',
  'HeadRecord',
  'headUnder',
  'isOutrun',
  'judgeWithout',
  'KeptList',
  'MigrationPlace',
  'openGiven',
  'openKept',
  'PlaceFlags',
  'pooled',
  'readBeginning',
  'redeemProven',
  'refuseTwin',
  'ReplicaFollower',
  'ReplicaPlace',
  'rootAbove',
  'seenBefore',
  'Sitter',
  'standOn',
  'statedBy',
  'trustIn',
  'twins',
  'Unknowable',
  'unknowable',
  'verifyVouched',
]

const code = readdirSync(join(ROOT, 'node'), { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts'))
  .map(name => ({ name, words: new Set(readFileSync(join(ROOT, 'node', name), 'utf8').match(/\w+/g)) }))

describe('names', () => {
  for (const retired of RETIRED) {
    it(`${retired} is not used`, () => {
      expect(code.filter(({ words }) => words.has(retired)).map(({ name }) => name)).to.deep.equal([])
    })
  }
})
