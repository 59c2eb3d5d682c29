/**
 * The queue of plastic cards to be made. An external card producer lists the jobs, takes one with a lease, and answers
 * whether the card was made. A producer that ends in between loses the job when its lease ends, so no application is
 * stuck. Only the newest lease is accepted, so a late answer of an earlier producer cannot make a card count twice.
 *
 * The data of a card are read from the register when a job is taken. They are in no record and no log. Why:
 * docs/decisions/116.
 */
import type { RefusalReason } from '../../credential/application.ts'
import type { PresentDocument, ResidentFacts } from '../../credential/subject.ts'
import { equalSecret } from '../../keys/secret.ts'
import { toBase64url } from '../../lib/bytes.ts'
import type { Random } from '../../lib/random.ts'
import type { Clock } from '../../lib/time.ts'
import type { Register } from '../../residents/register.ts'
import { Bucket } from '../../store/buckets.ts'
import { jsonCodec, type Store, Table, textCodec, type WriteOp } from '../../store/store.ts'
import { type Application, personOf } from '../applications/application.ts'
import type { ApplicationStep, Applications } from '../applications/applications.ts'
import { hashOf } from '../bearer-secrets.ts'
import { IssuerError } from '../errors.ts'
import { type JobFailure, LEASE_SECONDS, MAX_ATTEMPTS, mayTake, type PersonalisationJob } from './job.ts'

export interface PersonalisationOptions {
  readonly store: Store
  readonly applications: Applications
  readonly residents: Pick<Register, 'find' | 'setDocument'>
  readonly clock: Clock
  readonly random: Random
}

/** A taken job with what is printed on the card and written to its chip. */
export interface TakenJob {
  readonly job: PersonalisationJob
  /** A secret. The producer sends it with its answer, and so proves that it took the job. */
  readonly lease: string
  readonly facts: ResidentFacts
}

interface Answered {
  readonly job: PersonalisationJob
  readonly step: ApplicationStep
  /** The person's present document from now on; absent if it stays what it was. */
  readonly document?: PresentDocument | null
}

export class Personalisation {
  readonly #table: Table<string, PersonalisationJob>

  constructor(private readonly options: PersonalisationOptions) {
    this.#table = new Table(options.store, Bucket.personalisation, textCodec, jsonCodec())
  }

  /** Queues the card of an application. To be committed together with the step that completes the application. */
  queue({ id, kind, chip }: Application): WriteOp {
    const job: PersonalisationJob = {
      ...{ application: id, kind, chip: chip === true, state: 'queued' },
      ...{ queuedAt: this.options.clock(), attempts: 0, lease: null, failure: null },
    }
    return this.#table.put(id, job)
  }

  get(application: string): PersonalisationJob | undefined {
    return this.#table.get(application)
  }

  /** The jobs that can be taken now. */
  async open(limit: number): Promise<PersonalisationJob[]> {
    const found: PersonalisationJob[] = []
    for await (const [id, job] of this.#table.entries()) {
      if (mayTake(job, this.options.clock()) && !isOver(this.options.applications.get(id))) found.push(job)
      if (found.length === limit) break
    }
    return found.sort((a, b) => a.queuedAt - b.queuedAt)
  }

  /**
   * Takes a job for `LEASE_SECONDS`. If the register does not have the person any more, the application is refused.
   * @param by the producer, for the journal
   * @throws {IssuerError} ISSUER_JOB_UNKNOWN, ISSUER_JOB_STATE, ISSUER_PERSON_UNKNOWN
   */
  take(id: string, by: string): Promise<TakenJob> {
    return this.#locked(id, async (application, job) => {
      const { clock, random, residents, store, applications } = this.options
      if (!mayTake(job, clock()) || isOver(application)) throw jobState(job)
      const resident = await residents.find(personOf(application))
      if (!resident) {
        const refusal = 'personalisation_data_rejected'
        const step = applications.move(application, 'refused', { refusal }, { by, reason: refusal })
        await store.commit([this.#table.put(id, { ...job, state: 'failed', lease: null }), ...step.ops])
        throw new IssuerError(
          { code: 'ISSUER_PERSON_UNKNOWN' },
          'This person is no longer in the register, so the application was refused. Take the next job.',
        )
      }
      const lease = toBase64url(random(32))
      const taken: PersonalisationJob = {
        ...job,
        state: 'taken',
        attempts: job.attempts + 1,
        lease: { secret: hashOf(lease), by, until: clock() + LEASE_SECONDS },
      }
      const step = applications.update(application, {}, 'personalisation.taken', { by })
      await store.commit([this.#table.put(id, taken), ...step.ops])
      return { job: taken, lease, facts: resident.facts }
    })
  }

  /**
   * The card was made, and is now the person's present document. The same answer again changes nothing, so a producer can
   * repeat it.
   * @param documentNumber of the card that was made. Without it the register has no present document of this person,
   * because the new card replaces the one that it had.
   * @throws {IssuerError} ISSUER_JOB_UNKNOWN, ISSUER_JOB_STATE
   */
  done(id: string, lease: string, by: string, documentNumber?: string): Promise<PersonalisationJob> {
    return this.#answer(id, lease, (application, job) => {
      const { applications } = this.options
      const document = documentNumber === undefined ? null : { number: documentNumber, chip: job.chip }
      return { job: { ...job, state: 'done' }, step: applications.move(application, 'issued', {}, { by }), document }
    })
  }

  /**
   * The card was not made. A fault of the machine queues the job again, at most `MAX_ATTEMPTS` times.
   * @throws {IssuerError} ISSUER_JOB_UNKNOWN, ISSUER_JOB_STATE
   */
  failed(id: string, lease: string, failure: JobFailure, by: string): Promise<PersonalisationJob> {
    return this.#answer(id, lease, (application, job) => {
      const { applications } = this.options
      const reason = finalReason(failure, job.attempts)
      if (reason === null) {
        const step = applications.update(application, {}, 'personalisation.failed', { by, reason: failure })
        return { job: { ...job, state: 'queued', failure, lease: null }, step }
      }
      const step = applications.move(application, 'refused', { refusal: reason }, { by, reason })
      return { job: { ...job, state: 'failed', failure }, step }
    })
  }

  #answer(
    id: string,
    lease: string,
    answer: (application: Application, job: PersonalisationJob) => Answered,
  ): Promise<PersonalisationJob> {
    return this.#locked(id, async (application, job) => {
      if (!job.lease || !equalSecret(hashOf(lease), job.lease.secret)) throw jobState(job)
      if (job.state === 'done' || job.state === 'failed') return job
      // The clerk ended it after the lease.
      if (isOver(application)) throw jobState(job)
      const answered = answer(application, job)
      const { residents, store } = this.options
      const ops = [this.#table.put(id, answered.job), ...answered.step.ops]
      if (answered.document === undefined) await store.commit(ops)
      else await residents.setDocument(personOf(application), answered.document, ops)
      return answered.job
    })
  }

  #locked<T>(id: string, body: (application: Application, job: PersonalisationJob) => Promise<T>): Promise<T> {
    if (!this.#table.has(id)) {
      throw new IssuerError(
        { code: 'ISSUER_JOB_UNKNOWN', job: id },
        'There is no such personalisation job. List the jobs again.',
      )
    }
    return this.options.applications.locked(id, application =>
      body(application, this.#table.get(id) as PersonalisationJob),
    )
  }
}

/** The clerk cancelled the application, so its card must not be made any more. */
const isOver = (application: Application | undefined): boolean => application?.state !== 'identity_checked'

/** Null: the job is tried again. */
function finalReason(failure: JobFailure, attempts: number): RefusalReason | null {
  switch (failure) {
    case 'data-rejected':
      return 'personalisation_data_rejected'
    case 'portrait-rejected':
      return 'personalisation_portrait_rejected'
    case 'printer-fault':
    case 'chip-fault':
      return attempts < MAX_ATTEMPTS ? null : 'personalisation_failed'
  }
}

const jobState = ({ application, state }: PersonalisationJob): IssuerError =>
  new IssuerError(
    { code: 'ISSUER_JOB_STATE', job: application, state },
    `The job is ${state} and cannot be answered or taken with this lease. List the jobs again.`,
  )
