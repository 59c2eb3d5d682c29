import { IssuerError } from '../errors.ts'
import type { Personalisation } from './jobs.ts'

const BY = 'simulator'
const PER_SWEEP = 100

/**
 * A card producer that makes no card and says that it did. An application then counts as issued without a card, so it
 * works only where all people are invented.
 */
export class SimulatedProducer {
  /** @throws {IssuerError} ISSUER_SIMULATOR_REFUSED outside demo mode */
  constructor(
    private readonly jobs: Personalisation,
    mode: string,
  ) {
    if (mode === 'demo') return
    throw new IssuerError(
      { code: 'ISSUER_SIMULATOR_REFUSED', mode },
      'The simulated card producer works only in demo mode. Connect a card producer to the personalisation routes.',
    )
  }

  /** Answers all jobs that are open. */
  async sweep(): Promise<void> {
    for (const { application } of await this.jobs.open(PER_SWEEP)) {
      try {
        const { lease } = await this.jobs.take(application, BY)
        await this.jobs.done(application, lease, BY)
      } catch (error) {
        // The person was erased, or a clerk was faster: the other cards are made.
        if (!(error instanceof IssuerError)) throw error
      }
    }
  }
}
