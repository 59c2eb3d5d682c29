/** The sign-in with a passkey, its fresh touch, and enrolment: the ceremonies of WebAuthn with the node's routes. */
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser'
import type { UnixSeconds } from '../../lib/time.ts'
import { call, Refused } from '../kit/api.ts'
import { askPasskey, createPasskey } from '../kit/passkey.ts'

export type Role = 'administrator' | 'supervisor' | 'clerk' | 'auditor' | 'call-centre'

export interface Operator {
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly centre: string | null
}

export interface Session {
  readonly operator: Operator
  readonly expiresAt: UnixSeconds
}

export interface Enrolment {
  readonly name: string
  readonly role: Role
  readonly options: PublicKeyCredentialCreationOptionsJSON
}

/** Undefined if nobody is signed in. @throws {Refused} {Unreachable} */
export async function readSession(): Promise<Session | undefined> {
  try {
    return await call<Session>('/operator/session')
  } catch (error) {
    if (error instanceof Refused && error.status === 401) return undefined
    throw error
  }
}

/** @throws {Refused} {Unreachable} {PasskeyRefused} */
export async function signIn(): Promise<Session> {
  await call('/operator/session', { method: 'POST', body: await assertion('/operator/session/options') })
  return call<Session>('/operator/session')
}

/** @throws {Refused} {Unreachable} {PasskeyRefused} */
export async function touchPasskey(): Promise<void> {
  const body = await assertion('/operator/session/touch/options')
  await call('/operator/session/touch', { method: 'POST', body })
}

export const endSession = (): Promise<void> => call('/operator/session', { method: 'DELETE' })

export const readEnrolment = (code: string): Promise<Enrolment> =>
  call('/operator/enrolments/options', { method: 'POST', body: { code } })

/** @throws {Refused} {Unreachable} {PasskeyRefused} */
export async function enrol(code: string, { options }: Enrolment): Promise<void> {
  const passkey = await createPasskey(options)
  await call('/operator/enrolments', { method: 'POST', body: { code, passkey } })
}

async function assertion(optionsPath: string): Promise<AuthenticationResponseJSON> {
  const optionsJSON = await call<PublicKeyCredentialRequestOptionsJSON>(optionsPath, { method: 'POST' })
  return askPasskey(optionsJSON)
}
