/** The token endpoint of machine clients, on the operator's listener. */
import express, { type Router } from 'express'
import { MachineError, refused, type TokenErrorCode } from '../issuer/machines/errors.ts'
import { ASSERTION_TYPE, type MachineTokens, TOKEN_LIFETIME, type TokenRequest } from '../issuer/machines/tokens.ts'
import { createRouter } from './router.ts'

const FORM = 'application/x-www-form-urlencoded'

export interface MachineParts {
  readonly machineTokens: MachineTokens
}

export function machineRoutes({ machineTokens }: MachineParts): Router {
  const router = createRouter()
  router.post('/oauth/token', express.text({ type: FORM, limit: '16kb' }), async (request, response) => {
    response.set('Cache-Control', 'no-store')
    try {
      const { token, scopes } = await machineTokens.grant(parseRequest(request.body))
      response.json({
        ...{ access_token: token, token_type: 'Bearer', expires_in: TOKEN_LIFETIME },
        scope: scopes.join(' '),
      })
    } catch (error) {
      if (!(error instanceof MachineError) || error.detail.code !== 'MACHINE_REQUEST_REFUSED') throw error
      const { error: code } = error.detail
      response.status(statusOf(code)).json({ error: code, error_description: error.message })
    }
  })
  return router
}

const statusOf = (error: TokenErrorCode): number => (error === 'invalid_client' ? 401 : 400)

/** @throws {MachineError} MACHINE_REQUEST_REFUSED */
function parseRequest(body: unknown): TokenRequest {
  if (typeof body !== 'string') throw refused('invalid_request', `the body must be ${FORM}`)
  const form = new URLSearchParams(body)
  const names = [...form.keys()]
  if (new Set(names).size !== names.length) throw refused('invalid_request', 'a parameter is repeated')
  const get = (name: string) => form.get(name) ?? undefined
  const grant = get('grant_type')
  if (grant === undefined) throw refused('invalid_request', 'grant_type is missing')
  if (grant !== 'client_credentials') throw refused('unsupported_grant_type', 'grant_type must be client_credentials')
  if (get('client_assertion_type') !== ASSERTION_TYPE) {
    throw refused('invalid_client', `client_assertion_type must be ${ASSERTION_TYPE}`)
  }
  const assertion = get('client_assertion')
  if (assertion === undefined) throw refused('invalid_client', 'client_assertion is missing')
  return { assertion, scope: get('scope'), clientId: get('client_id') }
}
