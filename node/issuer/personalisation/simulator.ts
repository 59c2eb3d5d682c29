import { ChipError } from '../../chip/errors.ts'
import type { ResidentFacts } from '../../credential/subject.ts'
import { IssuerError } from '../errors.ts'
import type { Personalisation, TakenJob } from './jobs.ts'

const BY = 'simulator'
const PER_SWEEP = 100

/**
 * Makes what stands for a card.
 * @returns the number of the document
 */
export type MakeCard = (facts: ResidentFacts, chip: boolean) => Promise<string>

/**
 * A card producer that makes files instead of cards. Whoever can read the files has all of these cards, so it works only
 * where all people are invented.
 */
export class SimulatedProducer {
  /** @throws {IssuerError} ISSUER_SIMULATOR_REFUSED outside demo mode */
  constructor(
    private readonly jobs: Personalisation,
    mode: string,
    private readonly makeCard: MakeCard,
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
        const taken = await this.jobs.take(application, BY)
        await this.#make(application, taken)
      } catch (error) {
        // The person was erased, or a clerk was faster: the other cards are made.
        if (!(error instanceof IssuerError)) throw error
      }
    }
  }

  async #make(application: string, { lease, facts, job }: TakenJob): Promise<void> {
    let number: string
    try {
      number = await this.makeCard(facts, job.chip)
    } catch (error) {
      if (!(error instanceof ChipError)) throw error
      await this.jobs.failed(application, lease, 'data-rejected', BY)
      return
    }
    await this.jobs.done(application, lease, BY, number)
  }
}
