/** What a message service must answer. docs/messages-api.json is made from these schemas. */
import { z } from 'zod'
import { MESSAGE_KINDS } from '../lines/messages.ts'
import { Line } from './line-answers.ts'

const MessageId = z
  .string()
  .regex(/^[\w-]{22}$/)
  .describe('random; a message with an id that the service has is not sent again, and is answered as before')

export const Message = z.strictObject({
  id: MessageId,
  line: Line,
  kind: z.enum(MESSAGE_KINDS),
  text: z.string().describe('Korean and English, at most 1000 characters'),
  expiresAt: z.int().nullable().describe('Unix seconds; after this time the message must not be delivered any more'),
})

export const MessageAnswer = z.object({
  id: MessageId,
  outcome: z
    .enum(['accepted', 'refused'])
    .describe('`accepted`: the service has the message and delivers it; `refused`: it never sends to this line'),
})
