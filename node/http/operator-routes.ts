/** The routes of the operator, which the `dojang` command uses. Every route needs the operator's token. */
import express, { type Request, type Response, type Router } from 'express'
import { z } from 'zod'
import { cardByVct } from '../credential/cards/all.ts'
import type { AnchoringPipeline } from '../issuer/anchoring/pipeline.ts'
import type { Applications } from '../issuer/applications/applications.ts'
import type { Counter } from '../issuer/counter.ts'
import type { CredentialRecord } from '../issuer/credential-record.ts'
import type { Credentials } from '../issuer/credentials.ts'
import type { Erasure } from '../issuer/erasure.ts'
import { GRANTS } from '../issuer/offers/offer.ts'
import type { Clock } from '../lib/time.ts'
import type { StatusName } from '../proof/registries/status.ts'
import type { LackingAct } from '../registries/deployment/lacking.ts'
import { importResidents } from '../residents/csv/import.ts'
import type { StoredRegister } from '../residents/stored.ts'
import type { StatusMirror } from '../status/mirror.ts'
import type { Presentations } from '../verifier/oid4vp/presentations.ts'
import { answerWithin } from './answer-within.ts'
import { requireOperator } from './authentication.ts'
import { notFound } from './problem.ts'
import { addReconcileRoutes, type ReconcileParts } from './reconcile-routes.ts'
import { createRouter } from './router.ts'

export interface OperatorParts extends ReconcileParts {
  readonly token: string
  /** The longest wait for a block before the operator gets an answer. */
  readonly answerWithinMs: number
  readonly residents: StoredRegister
  readonly applications: Applications
  readonly counter: Counter
  readonly pipeline: AnchoringPipeline
  readonly credentials: Credentials
  readonly erasure: Erasure
  readonly mirror: StatusMirror
  readonly presentations: Presentations
  readonly clock: Clock
  /** The acts of the council that this authority lacks on the ledger. */
  readonly lacking: () => Promise<readonly LackingAct[]>
}

/** A name of a card or preset. The pattern excludes personal data, which an error could otherwise repeat. */
const Name = z.string().regex(/^[a-z][a-z-]{0,31}$/)
const NewOffer = z.object({ card: Name, personalNumber: z.string().max(32), grant: z.enum(GRANTS).optional() })
const Search = z.object({ personalNumber: z.string().max(32) })
const Reason = z.object({ reason: z.string().min(1).max(1000) })
const NewPresentation = z.object({
  preset: Name,
  inPerson: z.boolean().optional(),
  /** The URL to which the wallet redirects the browser of the same device (OpenID4VP §8.2). */
  redirectUri: z.string().max(2048).optional(),
  device: z.enum(['same', 'other']).optional(),
  /** One card of the preset. */
  card: Name.optional(),
})
const ResponseCode = z.string().max(64).optional()
/** Seconds. A longer wait is shortened, not refused: a client whose wait is refused might poll without a pause. */
const Wait = z.coerce
  .number()
  .catch(0)
  .transform(wait => Math.min(Math.max(wait, 0), 30))

/** The last segment of the path, and the status that it sets. */
const ACTS: Readonly<Record<string, StatusName>> = { suspend: 'SUSPENDED', reinstate: 'VALID', revoke: 'INVALID' }

export function operatorRoutes(parts: OperatorParts): Router {
  const { residents, erasure, counter, applications, pipeline, credentials, mirror, presentations, clock, lacking } =
    parts
  const router = createRouter()
  router.use(requireOperator(parts.token))
  // Before the JSON parser: the register file is streamed.
  router.post('/residents/import', (request, response) => importStream(request, response, residents, clock))
  router.use(express.json({ limit: '64kb' }))
  // All ids are 16 random bytes, in base64url or hex.
  router.param('id', (request, response, next, id) =>
    /^([\w-]{22}|[0-9a-f]{32})$/.test(id) ? next() : notFound(request, response, next),
  )

  router.post('/residents/erase', async (request, response) => {
    const resident = await counter.find(Search.parse(request.body).personalNumber)
    await erasure.erase(resident, 'operator')
    response.json({ erased: true })
  })

  router.post('/offers', async (request, response) => {
    const { card, personalNumber, grant } = NewOffer.parse(request.body)
    const identity = { by: 'operator', how: 'operator command' }
    const { applicationId, offerUrl, txCode, expiresAt } = await counter.apply(card, personalNumber, identity, grant)
    response.status(201).json({ applicationId, offerUrl, txCode, expiresAt })
  })

  router.get('/applications/:id', async (request, response) => {
    const application = applications.require(request.params.id)
    response.json({
      applicationId: application.id,
      // The state is stored with the order of the card. Until the card is anchored, nobody can have it.
      state: application.state === 'issued' && !pipeline.isAnchored(application.id) ? 'anchoring' : application.state,
      card: cardByVct(application.vct)?.id ?? application.vct,
      times: application.times,
      credentialId: pipeline.credentialOf(application.id) ?? null,
    })
  })

  router.post('/credentials/search', async (request, response) => {
    const resident = await counter.find(Search.parse(request.body).personalNumber)
    await mirror.catchUp()
    const found = await credentials.ofPerson(resident.person)
    response.json({ credentials: found.map(({ id, record }) => shown(id, record)) })
  })

  router.get('/credentials/:id', async (request, response) => {
    await mirror.catchUp()
    const { id } = request.params
    response.json({ ...shown(id, credentials.get(id)), ...mirror.asOf })
  })

  for (const [act, status] of Object.entries(ACTS)) {
    router.post(`/credentials/:id/${act}`, async (request, response) => {
      const { reason } = Reason.parse(request.body)
      const changed = credentials.change(request.params.id, status, reason, 'operator')
      response.json(await answerWithin(parts.answerWithinMs, changed))
    })
  }

  router.post('/presentations', async (request, response) => {
    const { preset, ...options } = NewPresentation.parse(request.body)
    response.status(201).json(await presentations.create(preset, options))
  })

  router.get('/presentations/:id', async (request, response) => {
    const wait = Wait.parse(request.query.wait ?? 0)
    const code = ResponseCode.parse(request.query.response_code)
    response.json(await presentations.awaitVerdict(request.params.id, wait * 1000, code))
  })

  router.get('/lacking', async (_request, response) => {
    response.json({ lacking: await lacking() })
  })

  addReconcileRoutes(router, parts)

  const shown = (credentialId: string, record: CredentialRecord) => ({
    credentialId,
    card: record.cardId,
    status: credentials.statusOf(record),
    issuedAt: record.issuedAt,
    expiresAt: record.expiresAt,
  })
  return router
}

/**
 * Answers in JSON lines while it reads: `{progress}` after each commit, and `{report}` at the end. If the report is missing,
 * the import was interrupted. The rows reported as progress are stored, and the import can be run again.
 */
async function importStream(request: Request, response: Response, residents: StoredRegister, clock: Clock) {
  const write = (line: unknown) => response.write(`${JSON.stringify(line)}\n`)
  response.type('application/x-ndjson').set('Cache-Control', 'no-store')
  const onProgress = (progress: unknown) => void write({ progress })
  const report = await importResidents(request, residents, { now: clock(), onProgress })
  write({ report })
  response.end()
}
