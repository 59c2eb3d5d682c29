/** The OpenAPI document of the way to a card by chip, made from the schemas that parse its requests: docs/chip-api.json. */
import { z } from 'zod'
import { Opening } from '../issuer/chip/wallet-endpoints.ts'
import { ChipDocument, ChipFace } from './chip-routes.ts'

const Session = z.object({
  session: z.string().describe('A secret: it authorises the document and the face'),
  nonce: z.string(),
  expires_in: z.int().describe('Seconds'),
})
const ToFace = z.object({ next: z.literal('face'), attempts_left: z.int() })
const Offered = z.object({ credential_offer: z.string().describe('A link, for the wallet that opened the session') })
const State = z.union([
  z.object({ next: z.enum(['document', 'face', 'counter']) }),
  z.object({ next: z.literal('offer'), credential_offer: z.string() }),
])

interface Operation {
  readonly summary: string
  readonly body: z.ZodType
  readonly answer: z.ZodType
  readonly status?: number
  /** By the wallet, whose DPoP proof is needed. */
  readonly isProved?: boolean
}

const content = (schema: z.ZodType, io: 'input' | 'output') => {
  const { $schema: _, ...shape } = z.toJSONSchema(schema, { io })
  return { 'application/json': { schema: shape } }
}

const operation = ({ summary, body, answer, status = 200, isProved = false }: Operation) => ({
  post: {
    summary,
    security: isProved ? [{ dpop: [] }] : [],
    requestBody: { required: true, content: content(body, 'input') },
    responses: {
      [status]: { description: 'done', content: content(answer, 'output') },
      default: { description: 'a problem document (RFC 9457) with a code of docs/errors.md, or an error of RFC 9449' },
    },
  },
})

const ofSession = (item: object) => ({
  parameters: [{ name: 'session', in: 'path', required: true, schema: { type: 'string' } }],
  ...item,
})

export const chipApi = () => ({
  openapi: '3.1.0',
  info: {
    title: 'A mobile card by the chip of an IC card',
    version: '1',
    description:
      'For native wallets, and for kiosks beside a phone. docs/chip.md describes the order. Bytes are base64url.',
  },
  paths: {
    '/chip/sessions': operation({
      summary: 'Opens a session for the key of the DPoP proof',
      ...{ body: Opening, answer: Session, status: 201, isProved: true },
    }),
    '/chip/sessions/{session}/document': ofSession(
      operation({ summary: 'Sends what the chip contains and answered', body: ChipDocument, answer: ToFace }),
    ),
    '/chip/sessions/{session}/face': ofSession(
      operation({ summary: 'Sends what a face provider asserts', body: ChipFace, answer: Offered }),
    ),
    '/chip/sessions/{session}/offer': ofSession(
      operation({
        summary: 'How the session stands, for the wallet that opened it',
        ...{ body: z.object({}), answer: State, isProved: true },
      }),
    ),
  },
  components: {
    securitySchemes: { dpop: { type: 'apiKey', in: 'header', name: 'DPoP', description: 'A proof of RFC 9449' } },
  },
})
