/** A message service that a test commands. It knows ids, as a real one must. */
import { ResidentsError, type ResidentsFailure } from '../../../../node/residents/errors.ts'
import type { LineMessage, LineMessages } from '../../../../node/residents/lines/messages.ts'

export class FakeService implements LineMessages {
  /** Each call. */
  readonly asked: LineMessage[] = []
  /** What reached a telephone: each id once. */
  readonly delivered: LineMessage[] = []
  failure: ResidentsFailure | Error | null = null

  async send(message: LineMessage): Promise<void> {
    this.asked.push(message)
    const { failure } = this
    if (failure instanceof Error) throw failure
    if (failure) throw new ResidentsError(failure, 'the service says no')
    if (!this.delivered.some(({ id }) => id === message.id)) this.delivered.push(message)
  }

  static readonly DOWN: ResidentsFailure = { code: 'RESIDENTS_MESSAGES_UNAVAILABLE', reason: 'ECONNREFUSED' }
  static readonly REFUSES: ResidentsFailure = { code: 'RESIDENTS_MESSAGES_REFUSED' }
}

export const codeIn = ({ text }: LineMessage): string => /\b\d{6}\b/.exec(text)?.[0] ?? ''
