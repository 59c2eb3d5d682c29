/**
 * What only the auditors' entries show: each status index is used once, and a person has valid cards on one phone only. It is judged
 * at the end of each block, because a block first suspends the old card and then anchors the new one.
 */
import type { Entry } from '../../credential/entry.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { CredentialStatus } from '../../proof/registries/status.ts'
import type { Report } from '../finding.ts'
import type { StatusRules } from './status.ts'

interface AuditedCard {
  readonly vct: string
  readonly list: bigint
  readonly index: number
  readonly validUntil: UnixSeconds
  readonly subject: string
  readonly installation: string
}

export class CardRules {
  readonly #bySubject = new Map<string, AuditedCard[]>()
  readonly #byIndex = new Map<string, AuditedCard>()
  /** Subjects of whom a card changed in this block. */
  #touched = new Set<string>()
  /** Subjects that were reported, until they have one phone again. */
  readonly #reported = new Map<string, Set<string>>()

  constructor(private readonly status: Pick<StatusRules, 'statusAt'>) {}

  add({ vct, list, index, validUntil, subjectTag, installationTag }: Entry, report: Report): void {
    const key = `${list} ${index}`
    const facts = { list: String(list), index }
    if (this.#byIndex.has(key) || this.status.statusAt(list, index) === undefined) report('entry.index', facts)
    const card = { vct, list, index, validUntil, subject: subjectTag, installation: installationTag }
    this.#byIndex.set(key, card)
    const cards = this.#bySubject.get(subjectTag) ?? []
    this.#bySubject.set(subjectTag, cards)
    cards.push(card)
    this.#touched.add(subjectTag)
  }

  /** A status changed. */
  changed(list: bigint, index: number): void {
    const card = this.#byIndex.get(`${list} ${index}`)
    if (card) this.#touched.add(card.subject)
  }

  endOfBlock(time: UnixSeconds, report: Report): void {
    for (const subject of this.#touched) this.#judge(subject, time, report)
    this.#touched = new Set()
  }

  #judge(subject: string, time: UnixSeconds, report: Report): void {
    const live = (this.#bySubject.get(subject) ?? []).filter(
      ({ list, index, validUntil }) =>
        time < validUntil && this.status.statusAt(list, index) === CredentialStatus.VALID,
    )
    const broken = new Set<'entry.two-phones' | 'entry.two-cards'>()
    if (new Set(live.map(({ installation }) => installation)).size > 1) broken.add('entry.two-phones')
    if (new Set(live.map(({ vct }) => vct)).size < live.length) broken.add('entry.two-cards')
    const before = this.#reported.get(subject)
    for (const rule of broken) {
      if (before?.has(rule)) continue
      report(rule, { subject, cards: live.map(({ list, index }) => `${list}/${index}`).join(', ') })
    }
    if (broken.size > 0) this.#reported.set(subject, broken)
    else this.#reported.delete(subject)
  }
}
