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
  'breathe',
  'Busy',
  'carryOut',
  'checkMaster',
  'checkStore',
  'ClaimSlot',
  'contradictedBy',
  'credentialHeader',
  'Dice',
  'differenceIn',
  'establishAuthority',
  'Establishment',
  'extentIn',
  'FETCH_AGAIN',
  'FIRM',
  'Footing',
  'Foundation',
  'FoundList',
  'FromWorker',
  'Gift',
  'Ground',
  'HeadRecord',
  'headUnder',
  'isOutrun',
  'isPassing',
  'judgeWithout',
  'KeptList',
  'MayStop',
  'MigrationPlace',
  'notCarriedOut',
  'openBeside',
  'openGiven',
  'openKept',
  'PlaceFlags',
  'placeOf',
  'pooled',
  'readBeginning',
  'redeemProven',
  'refuseTwin',
  'ReplicaFollower',
  'ReplicaNode',
  'ReplicaOptions',
  'ReplicaPlace',
  'rootAbove',
  'seenBefore',
  'SelectiveSlot',
  'Sitter',
  'standOn',
  'Surfaces',
  'surfacesOf',
  'statedBy',
  'ToWorker',
  'trustIn',
  'twins',
  'Unknowable',
  'unknowable',
  'verifyVouched',
  'worthAsking',
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
