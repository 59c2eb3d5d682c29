/** Compares the days of a journal with what the ledger has of them. */
import { type Hex, toHex } from '../../../lib/bytes.ts'
import { DayTree, entriesOf, manifestOf } from '../day.ts'
import type { JournalAnchor } from '../stored-days.ts'
import type { JournalSummary } from './content.ts'
import type { ProvedHash } from './entries.ts'
import type { Finding } from './finding.ts'

/** A root under the purpose `journal` on the ledger, in the ledger's order. */
export interface AnchoredRoot {
  readonly root: Hex
  readonly count: number
  readonly manifest: Hex
  readonly block: number
  readonly disowned: boolean
}

/** What the ledger has of one authority's journal, up to a block. */
export interface AnchoredRoots {
  readonly block: number
  readonly roots: readonly AnchoredRoot[]
}

export class DayCheck {
  /** Days of which the ledger has the range, by the first entry. */
  readonly #proved: JournalAnchor[] = []
  #at = 0
  #tree = new DayTree()
  #counted = 0
  #last: Hex | null = null
  /** The last entry that the ledger proves; -1 if it proves none. */
  provedUntil = -1

  constructor(
    private readonly summary: JournalSummary,
    private readonly ledger: AnchoredRoots,
    private readonly report: (finding: Finding) => void,
  ) {
    this.#compareRoots()
    this.#compareRecords()
  }

  get daysOnLedger(): number {
    return this.#proved.length
  }

  /** Hashes by ascending number. */
  add({ number, hash }: ProvedHash): void {
    for (let day = this.#proved[this.#at]; day && number > day.last; day = this.#proved[this.#at]) this.#endDay(day)
    const day = this.#proved[this.#at]
    if (!day || number < day.first) return
    this.#tree.add(hash)
    this.#counted++
    this.#last = toHex(hash)
  }

  end(): void {
    for (let day = this.#proved[this.#at]; day; day = this.#proved[this.#at]) this.#endDay(day)
  }

  #endDay({ day, first, last, head, root }: JournalAnchor): void {
    const whole = this.#counted === last - first + 1 && this.#last === head && this.#tree.root === root
    if (whole) this.provedUntil = last
    else this.report({ kind: 'day-differs', day, first, last })
    this.#at++
    this.#tree = new DayTree()
    this.#counted = 0
    this.#last = null
  }

  /** Each root on the ledger belongs to one day, and the days follow each other without a gap. */
  #compareRoots(): void {
    const known = new Map(this.summary.anchors.map(anchor => [anchor.root, anchor]))
    const days = new Set<string>()
    let next = 0
    for (const { root, count, manifest, block, disowned } of this.ledger.roots) {
      const anchor = known.get(root)
      if (!anchor || manifestOf(anchor) !== manifest || entriesOf(anchor) !== count) {
        this.report({ kind: 'unknown-root', root, block })
        continue
      }
      const { day, first, last } = anchor
      if (days.has(day)) this.report({ kind: 'second-root', day, root, block })
      else if (first !== next) this.report({ kind: 'overlap', day, root, block })
      else this.#proved.push(anchor)
      if (disowned) this.report({ kind: 'disowned', day, root })
      days.add(day)
      next = Math.max(next, last + 1)
    }
  }

  /** The database says the same about its days. */
  #compareRecords(): void {
    const onLedger = new Set(this.ledger.roots.map(({ root }) => root))
    for (const { day, root, state, block } of this.summary.anchors) {
      const isNewer = block !== null && block > this.ledger.block
      if (state === 'anchored' && !isNewer && !onLedger.has(root)) this.report({ kind: 'not-on-ledger', day, root })
    }
    const ranges = new Map(this.summary.days.map(range => [range.day, range]))
    for (const { day, first, last } of this.#proved) {
      const range = ranges.get(day)
      if (range?.first !== first || range.last !== last) this.report({ kind: 'day-moved', day, first, last })
    }
  }
}
