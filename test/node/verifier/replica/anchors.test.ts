import { expect } from 'chai'
import type { Hex } from '../../../../node/lib/bytes.ts'
import { issuePurpose, JOURNAL_PURPOSE } from '../../../../node/proof/registries/purpose.ts'
import { AnchorsPart } from '../../../../node/verifier/replica/anchors.ts'
import { UndoLog } from '../../../../node/verifier/replica/undo-log.ts'

const CARDS = issuePurpose('urn:dojang:kr:resident:1')
const chain: Hex = `0x${'11'.repeat(32)}`

describe('the anchors of a replica', () => {
  let undo: UndoLog
  let part: AnchorsPart
  let roots: number

  beforeEach(() => {
    undo = new UndoLog()
    part = new AnchorsPart(undo)
    roots = 0
  })

  const anchor = (org: number, batch: number, purpose: Hex): Hex => {
    const root: Hex = `0x${(++roots).toString(16).padStart(64, '0')}`
    part.apply({ type: 'Anchored', org, purpose, root, batch, count: 16, manifest: chain, chain }, 1_800_000_000)
    return root
  }

  it('counts batches of cards and days of journals apart, over all organisations', () => {
    expect(part.counts).to.deep.equal({ cards: 0, journalDays: 0 })
    anchor(1, 1, CARDS)
    anchor(1, 2, JOURNAL_PURPOSE)
    anchor(1, 3, issuePurpose('urn:dojang:kr:driver:1'))
    anchor(2, 1, JOURNAL_PURPOSE)
    expect(part.counts).to.deep.equal({ cards: 2, journalDays: 2 })
    // The ledger counts both in one number.
    expect(part.heads.get(1)).to.include({ batches: 3, leaves: 48n })
  })

  it('counts a batch that was disowned, because it was anchored', () => {
    const root = anchor(1, 1, CARDS)
    part.apply({ type: 'Disowned', org: 1, purpose: CARDS, root, batch: 1, chain }, 1_800_000_000)
    expect(part.counts).to.deep.equal({ cards: 1, journalDays: 0 })
  })

  it('does not count what was undone', () => {
    undo.start()
    anchor(1, 1, CARDS)
    undo.commit()
    anchor(1, 2, JOURNAL_PURPOSE)
    anchor(1, 3, CARDS)
    undo.rollback()
    expect(part.counts).to.deep.equal({ cards: 1, journalDays: 0 })
    anchor(1, 2, CARDS)
    expect(part.counts).to.deep.equal({ cards: 2, journalDays: 0 })
  })
})
