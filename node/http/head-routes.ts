/**
 * The routes for replicas (docs/snapshot-format.md): sealed heads, deltas and snapshots. No request concerns a single card,
 * so a verifier reveals nothing about the cards that it checks.
 */
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Router } from 'express'
import { z } from 'zod'
import { toHex } from '../lib/bytes.ts'
import { blockHash, encodeHeader, headerToJson } from '../proof/header.ts'
import { parseDelta } from '../verifier/replica/delta.ts'
import type { LedgerSource } from '../verifier/replica/ledger-source.ts'
import type { Replica } from '../verifier/replica/replica.ts'
import { TooFarBehind } from '../verifier/replica/source.ts'
import { openToPages } from './methods.ts'
import { sendProblem } from './problem.ts'
import { createRouter } from './router.ts'

/** The longest wait of a request, in seconds. */
const MAX_WAIT = 30
const Height = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const Query = z.object({ wait: z.coerce.number().min(0).max(MAX_WAIT).default(0) })
const BINARY = 'application/octet-stream'

/** The replica of a node, or of a verifier that runs alone. */
export interface ServedReplica {
  readonly replica: Replica | null
  readonly source: Pick<LedgerSource, 'delta' | 'statements'>
  snapshot(): Promise<{ readonly height: number; readonly bytes: Uint8Array } | null>
}

export interface HeadParts {
  /** Null on a ledger without seals, where nothing can be proved. */
  readonly ownReplica: ServedReplica | null
  readonly profile: { readonly chainId: number }
}

export function headRoutes({ ownReplica, profile }: HeadParts): Router {
  const router = createRouter()
  router.use(['/heads', '/snapshots'], openToPages('GET'), (_request, response, next) => {
    if (ownReplica) return next()
    sendProblem(response, {
      code: 'HTTP_NO_SEALS',
      title: 'This ledger has no seals, so there are no heads or snapshots that could be proved.',
    })
  })
  if (!ownReplica) return router

  // The newest sealed head: the RLP of its header, and the accounts of the registries under its state root.
  router.get('/heads/latest', async (_request, response) => {
    const replica = ownReplica.replica
    const bytes = replica && (await newestDelta(ownReplica, replica.head.height))
    const section = bytes && parseDelta(bytes, profile.chainId).section
    const header = section?.path.at(-1)
    if (!section || !header) return notYet(response)
    const accounts = Object.entries(section.accountProofs).map(([name, nodes]) => [name, nodes.map(toHex)] as const)
    response.set('Cache-Control', 'no-cache').json({
      height: header.number,
      hash: toHex(blockHash(header)),
      time: header.timestamp,
      header: headerToJson(header),
      rlp: toHex(encodeHeader(header)),
      accountProofs: Object.fromEntries(accounts),
      witnesses: section.witnesses,
    })
  })

  router.get('/heads/:height/delta', async (request, response) => {
    const height = Height.parse(request.params.height)
    const { wait } = Query.parse(request.query)
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    try {
      const delta = await ownReplica.source.delta(height, wait, gone.signal)
      response.set('Cache-Control', 'no-cache')
      if (delta === null) response.status(204).end()
      else response.type(BINARY).send(Buffer.from(delta))
    } catch (error) {
      if (!(error instanceof TooFarBehind)) throw error
      sendProblem(response, {
        code: 'HTTP_DELTA_TOO_LONG',
        title: 'There are too many changes since that block for one delta. Fetch the snapshot and follow from there.',
      })
    }
  })

  // The statements of the profile's witnesses on a block, for evidence files.
  router.get('/heads/:height/witnesses', async (request, response) => {
    const statements = await ownReplica.source.statements(Height.parse(request.params.height))
    response.set('Cache-Control', 'no-cache').json(statements)
  })

  router.get('/snapshots/latest', async (request, response) => {
    const snapshot = await ownReplica.snapshot()
    if (!snapshot) return notYet(response)
    response
      .type(BINARY)
      .set('Cache-Control', 'max-age=10')
      .set('Content-Disposition', `attachment; filename="dojang-${snapshot.height}.snapshot"`)
      .vary('Accept-Encoding')
    // Lists without a changed status are zeros in a snapshot, and anybody with a STATUS account can open them.
    if (!request.acceptsEncodings('gzip')) return void response.send(Buffer.from(snapshot.bytes))
    response.set('Content-Encoding', 'gzip').send(await gzipped(snapshot.bytes))
  })
  return router
}

/** Null if there is none: a verifier that runs alone has only the deltas that it received. */
async function newestDelta({ source }: ServedReplica, height: number): Promise<Uint8Array | null> {
  try {
    return await source.delta(height - 1, 0)
  } catch (error) {
    if (error instanceof TooFarBehind) return null
    throw error
  }
}

const zipped = new WeakMap<Uint8Array, Promise<Buffer>>()

/** Compresses each snapshot once. */
function gzipped(bytes: Uint8Array): Promise<Buffer> {
  const known = zipped.get(bytes) ?? promisify(gzip)(bytes)
  zipped.set(bytes, known)
  return known
}

function notYet(response: Parameters<typeof sendProblem>[0]): void {
  sendProblem(response, {
    code: 'HTTP_NOT_YET',
    title: 'The node has not proved a head yet, because it is still reading its ledger. Try again after a few seconds.',
  })
}
