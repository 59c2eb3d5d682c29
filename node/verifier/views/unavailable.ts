import type { AnchorRecord } from '../../proof/registries/records.ts'
import type { Accreditation, Answer, PinnedView, StatusEntry, UnknownReason, ViewKind } from '../view.ts'

/** The view when no block can be read: it gives the same reason to every question. */
export class UnavailableView implements PinnedView {
  readonly asOf = null
  readonly currentAt = null
  readonly current = false

  constructor(
    readonly how: ViewKind,
    private readonly why: UnknownReason,
    readonly refusal: string | null = null,
  ) {}

  async accreditation(): Promise<Answer<Accreditation>> {
    return { known: false, why: this.why }
  }

  async anchor(): Promise<Answer<AnchorRecord | null>> {
    return { known: false, why: this.why }
  }

  async status(): Promise<Answer<StatusEntry | null>> {
    return { known: false, why: this.why }
  }
}
