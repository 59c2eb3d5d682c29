/** The public interface of a verifier over HTTP, with a ledger and a database in memory. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Router } from 'express'
import { pino } from 'pino'
import { composeChecks } from '../../../../node/authority/checks.ts'
import { CloseStack } from '../../../../node/authority/close-stack.ts'
import { BodyBudget } from '../../../../node/http/body-budget.ts'
import { presentationRoutes } from '../../../../node/http/presentation-routes.ts'
import { apiRouter } from '../../../../node/http/verifier/api-routes.ts'
import { createVerifierApp } from '../../../../node/http/verifier/app.ts'
import { askRoutes } from '../../../../node/http/verifier/ask-routes.ts'
import { Journal } from '../../../../node/issuer/journal.ts'
import { webhookKeys } from '../../../../node/issuer/machines/webhook-signature.ts'
import { makeP256Pem, SoftwareSigner } from '../../../../node/keys/signer.ts'
import { systemTimer } from '../../../../node/lib/time.ts'
import type { ApiScope } from '../../../../node/verifier/service/api-keys.ts'
import { answerWith, encrypt, makeWorld, readRequest } from '../../verifier/oid4vp/support.ts'

export interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers that they describe themselves
  readonly body: any
}

/** @param askPage the page for browsers; @param now the time at which its clock begins */
export async function serveMemoryVerifier({ askPage = Router(), now }: { askPage?: Router; now?: number } = {}) {
  const world = await makeWorld('http://localhost:4110')
  const { options, time } = world
  if (now !== undefined) time.now = now
  const logged: string[] = []
  const log = pino({ level: 'trace' }, { write: line => void logged.push(line) })
  const closeStack = new CloseStack(() => undefined)
  const webhook = new SoftwareSigner(makeP256Pem())
  const checks = await composeChecks(
    {
      ...options,
      ...{ journal: new Journal(world.store), custody: { request: world.signer, webhook }, timer: systemTimer },
      ...{ clientId: 'x509_hash', haip: false, trustedAuthorities: [], loopback: true, warn: log.warn.bind(log) },
    },
    closeStack,
  )
  const { presentations } = checks
  const definitions = Router()
  definitions.get('/webhooks/jwks.json', (_request, response) => void response.json(webhookKeys(webhook)))
  const routers = {
    ...{ health: Router(), definitions, heads: Router(), relay: Router(), tills: Router() },
    ...{ check: Router(), checkSettings: Router() },
    presentations: presentationRoutes(presentations, new BodyBudget(2 ** 26)),
    ask: askRoutes({ ...checks, config: { walletUrl: null } }),
    askPage,
    verifiers: apiRouter({ ...options, ...checks }, { checkAnswers: true }),
  }
  const app = createVerifierApp({ publicUrl: options.publicUrl, routers, log, requestsPerMinute: 100_000 })
  const server: Server = await new Promise(done => {
    const listening = app.listen(0, '127.0.0.1', () => done(listening))
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const call = async (method: string, path: string, key?: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? null : JSON.parse(text) }
  }
  const key = async (scopes: readonly ApiScope[], more: { webhook?: { url: string; privateNetwork: boolean } } = {}) =>
    (await checks.apiKeys.add({ name: 'test', scopes, ...more }, 'test')).text
  /** What a wallet does: it posts a form to the request's address. */
  const post = async (id: string, form: Record<string, string>): Promise<Answer> => {
    const response = await fetch(`${url}/presentations/${id}/response`, {
      method: 'POST',
      body: new URLSearchParams(form),
    })
    return { status: response.status, body: await response.json() }
  }
  const requestOf = async (id: string) => readRequest(await (await fetch(`${url}/presentations/${id}/request`)).text())
  /** A valid answer to this request, encrypted. */
  const formFor = async (id: string) => {
    const request = await requestOf(id)
    return encrypt(request, answerWith(world.view, request, time.now))
  }
  return {
    ...{
      ...world,
      ...checks,
      webhook,
      url,
      routers,
      logged: () => logged.join(''),
      call,
      key,
      post,
      requestOf,
      formFor,
    },
    close: async () => {
      server.closeAllConnections()
      server.close()
      await closeStack.close()
    },
  }
}
