/** The OpenAPI document of what a register must answer, made from the schemas that parse its answers. */
import { z } from 'zod'
import { Found, Search } from './answers.ts'

const content = (schema: z.ZodType, io: 'input' | 'output') => {
  const { $schema: _, ...shape } = z.toJSONSchema(schema, { io })
  return { 'application/json': { schema: shape } }
}

const operation = (summary: string, description: string, body: z.ZodType, answer: z.ZodType) => ({
  post: {
    summary,
    description,
    requestBody: { required: true, content: content(body, 'output') },
    responses: {
      200: { description: 'the answer', content: content(answer, 'input') },
      401: { description: 'the secret or the client certificate is not accepted' },
      default: { description: 'the register cannot answer now; Dojang then knows nothing about the person' },
    },
  },
})

export const registerApi = () => ({
  openapi: '3.1.0',
  info: {
    title: 'A register of residents, as Dojang asks it',
    version: '1',
    description:
      'All requests are POST, so that no personal number is in a URL. Redirects are not followed. An answer has at most ' +
      '512 kB of JSON, without repeated members, and must come within the configured time (3 s). A resident who does not ' +
      'exist is an empty list with status 200; every other status means that the register could not answer. An identifier ' +
      'never changes and never names another person; the birthdate of an identifier never changes.',
  },
  security: [{ secret: [] }, { certificate: [] }],
  paths: {
    '/search': operation(
      'Finds residents',
      'A search by personal number or identifier has at most one result, by name and birthdate at most 20.',
      Search,
      Found,
    ),
  },
  components: {
    securitySchemes: {
      secret: { type: 'http', scheme: 'bearer' },
      certificate: { type: 'mutualTLS' },
    },
  },
})
