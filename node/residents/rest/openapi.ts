/** The OpenAPI documents of what services of others must answer, made from the schemas that parse their answers. */
import { z } from 'zod'
import { Found, Search } from './answers.ts'
import { OwnerAnswer, OwnerQuestion } from './line-answers.ts'
import { Message, MessageAnswer } from './message-answers.ts'

const content = (schema: z.ZodType, io: 'input' | 'output') => {
  const { $schema: _, ...shape } = z.toJSONSchema(schema, { io })
  return { 'application/json': { schema: shape } }
}

interface Operation {
  readonly summary: string
  readonly description: string
  readonly body: z.ZodType
  readonly answer: z.ZodType
  /** What every other status means. */
  readonly otherwise: string
}

const operation = ({ summary, description, body, answer, otherwise }: Operation) => ({
  post: {
    summary,
    description,
    requestBody: { required: true, content: content(body, 'output') },
    responses: {
      200: { description: 'the answer', content: content(answer, 'input') },
      401: { description: 'the secret or the client certificate is not accepted' },
      default: { description: otherwise },
    },
  },
})

const document = (title: string, description: string, paths: Readonly<Record<string, unknown>>) => ({
  openapi: '3.1.0',
  info: { title, version: '1', description },
  security: [{ secret: [] }, { certificate: [] }],
  paths,
  components: {
    securitySchemes: {
      secret: { type: 'http', scheme: 'bearer' },
      certificate: { type: 'mutualTLS' },
    },
  },
})

const RULES =
  'Redirects are not followed. An answer has at most 512 kB of JSON, without repeated members, and must come within the ' +
  'configured time (3 s). '

export const registerApi = () =>
  document(
    'A register of residents, as Dojang asks it',
    `All requests are POST, so that no personal number is in a URL. ${RULES}A resident who does not ` +
      'exist is an empty list with status 200; every other status means that the register could not answer. An identifier ' +
      'never changes and never names another person; the birthdate of an identifier never changes.',
    {
      '/search': operation({
        summary: 'Finds residents',
        description:
          'A search by personal number or identifier has at most one result, by name and birthdate at most 20.',
        body: Search,
        answer: Found,
        otherwise: 'the register cannot answer now; Dojang then knows nothing about the person',
      }),
    },
  )

export const linesApi = () =>
  document(
    'Whose a telephone line is, as Dojang asks a telecom',
    `All requests are POST, so that no number is in a URL. ${RULES}A line that is not known is \`unknown\` with status ` +
      '200; every other status means that the telecom could not answer. Whose the line is instead is never told.',
    {
      '/owner': operation({
        summary: 'Whether a line is registered in the name of a person',
        description: 'The answer repeats `request` and `line`. An answer to another question is refused.',
        body: OwnerQuestion,
        answer: OwnerAnswer,
        otherwise: 'the telecom cannot answer now; Dojang then knows nothing about the line',
      }),
    },
  )

export const messagesApi = () =>
  document(
    'Text messages to lines, as Dojang sends them',
    `All requests are POST, so that no number is in a URL. ${RULES}A message may contain a secret code: the service must not ` +
      'log it, and must not store it after it was delivered. Every status but 200 means that Dojang does not know whether ' +
      'the service has the message. It may send the message again with the same id.',
    {
      '/messages': operation({
        summary: 'Sends a text message to a line',
        description: 'The answer repeats `id`. A message whose `id` the service has is not sent again.',
        body: Message,
        answer: MessageAnswer,
        otherwise: 'the service cannot send now',
      }),
    },
  )
