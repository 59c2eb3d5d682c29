/**
 * One phone a person: a new card ends the one before it, in an order that never leaves the holder without a card for
 * good and never with two.
 *
 *   old SUSPENDED ─▶ new anchored ─▶ delivered ─▶ accepted (or no word for 10 minutes) ─▶ old INVALID
 *                 │                            └─▶ failed ─▶ new INVALID, old VALID again
 *                 └─▶ anchor refused ─▶ old VALID again
 *
 * VALID again is only what a replacement suspended, never what an operator or a loss report did. Each step can be
 * repeated: it looks at the status on the ledger first.
 * Why: docs/decisions/004.
 */
import { type Credentials, REPLACEMENT } from '../credentials.ts'

export class Replacement {
  constructor(private readonly credentials: Credentials) {}

  /** Makes sure that none of the old cards can be used: before the new one is delivered. */
  async suspendOld(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      if (this.credentials.statusOf(this.credentials.get(id)) === 'VALID') {
        await this.credentials.change(id, 'SUSPENDED', 'a new card is being issued', REPLACEMENT)
      }
    }
  }

  async accepted(id: string): Promise<void> {
    for (const old of this.credentials.get(id).replaces) {
      if (this.credentials.statusOf(this.credentials.get(old)) !== 'INVALID') {
        await this.credentials.change(old, 'INVALID', 'replaced by a new card', REPLACEMENT)
      }
    }
  }

  async failed(id: string): Promise<void> {
    const record = this.credentials.get(id)
    if (this.credentials.statusOf(record) !== 'INVALID') {
      await this.credentials.change(id, 'INVALID', 'the wallet could not keep the card', REPLACEMENT)
    }
    for (const old of record.replaces) await this.release(old)
  }

  /** Gives a card back that a replacement took away, unless yet another one stands in its place. */
  async release(id: string): Promise<void> {
    const { credentials } = this
    if (credentials.statusOf(credentials.get(id)) !== 'SUSPENDED') return
    if (credentials.suspendedBy(id) !== REPLACEMENT || (await credentials.replaced(id))) return
    await credentials.change(id, 'VALID', 'the new card was not kept', REPLACEMENT)
  }
}
