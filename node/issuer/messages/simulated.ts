import type { LineMessage, LineMessages } from '../../residents/lines/messages.ts'
import { IssuerError } from '../errors.ts'

/** Messages that are kept, in memory. */
const KEPT = 200

/**
 * The telephones of the demo: keeps messages where they can be read, and sends none. A code in it would reach no
 * applicant, so it works only where all people are invented.
 */
export class SimulatedMessages implements LineMessages {
  readonly #sent: LineMessage[] = []

  /** @throws {IssuerError} ISSUER_SIMULATOR_REFUSED outside demo mode */
  constructor(mode: string) {
    if (mode === 'demo') return
    throw new IssuerError(
      { code: 'ISSUER_SIMULATOR_REFUSED', mode },
      'Simulated telephones work only in demo mode. Connect a message service: `messages` in config.json.',
    )
  }

  async send(message: LineMessage): Promise<void> {
    if (this.#sent.some(({ id }) => id === message.id)) return
    this.#sent.push(message)
    if (this.#sent.length > KEPT) this.#sent.shift()
  }

  /** The newest last. */
  get sent(): readonly LineMessage[] {
    return this.#sent
  }
}
