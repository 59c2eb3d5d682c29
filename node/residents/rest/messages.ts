/** Text messages, sent by a service that is called by REST. Why: docs/decisions/134. */
import { ResidentsError } from '../errors.ts'
import type { LineMessage, LineMessages } from '../lines/messages.ts'
import type { RestClient } from './client.ts'
import { MESSAGES_FAILURES } from './failures.ts'
import { MessageAnswer } from './message-answers.ts'

const PATH = 'messages'

export class RestMessages implements LineMessages {
  constructor(private readonly client: Pick<RestClient, 'post'>) {}

  async send({ id, line, kind, text, expiresAt }: LineMessage): Promise<void> {
    const answer = await this.client.post(PATH, { id, line, kind, text, expiresAt }, MessageAnswer)
    if (answer.id !== id) throw MESSAGES_FAILURES.answer(PATH)
    if (answer.outcome === 'accepted') return
    throw new ResidentsError(
      { code: 'RESIDENTS_MESSAGES_REFUSED' },
      'The message service does not send to this line. Nothing was sent.',
    )
  }
}
