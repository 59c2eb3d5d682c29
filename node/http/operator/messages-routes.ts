/**
 * Messages to lines: whether there is a service that sends them, and in the demo what its invented telephones got. Only the
 * local command line reads those, because they contain transaction codes.
 */
import { z } from 'zod'
import type { SimulatedMessages } from '../../issuer/messages/simulated.ts'
import { type LineMessages, MESSAGE_KINDS } from '../../residents/lines/messages.ts'
import { ServerError } from '../errors.ts'
import { defineRoute, type Route, UnixTime } from './route.ts'

export interface MessagesParts {
  readonly messages: LineMessages | null
  readonly simulated: Pick<SimulatedMessages, 'sent'> | null
}

export const messagesRoutes = ({ messages, simulated }: MessagesParts): Route[] => [
  defineRoute({
    method: 'get',
    path: '/lines',
    summary: 'Whether messages can be sent to verified lines.',
    roles: ['clerk', 'supervisor'],
    scope: null,
    status: 200,
    answer: z.object({ messages: z.boolean() }),
    errors: [],
    handle: () => ({ messages: messages !== null }),
  }),
  defineRoute({
    method: 'get',
    path: '/lines/messages',
    summary: 'The last messages to the invented telephones of the demo, the newest last.',
    roles: [],
    scope: null,
    status: 200,
    answer: z.object({
      messages: z.array(
        z.object({
          id: z.string(),
          line: z.string(),
          kind: z.enum(MESSAGE_KINDS),
          text: z.string(),
          expiresAt: UnixTime.nullable(),
        }),
      ),
    }),
    errors: [],
    handle: () => {
      if (simulated) return { messages: [...simulated.sent] }
      throw new ServerError(
        { code: 'HTTP_NOT_FOUND' },
        'Only the demo has telephones whose messages can be read. A message service sends those of this install.',
      )
    },
  }),
]
