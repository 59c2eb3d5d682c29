/** The calls of the page for locking: to the authority that the page's own origin names. */
import type { AuthenticationResponseJSON, PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/browser'
import type { UnixSeconds } from '../../lib/time.ts'
import { call } from '../kit/api.ts'
import { askPasskey } from '../kit/passkey.ts'

export interface LockSettings {
  /** The authority's public URL, without a slash at the end. */
  readonly authority: string
  readonly helpLine: string
}

/** As issuer/loss/lock/holder-lock.ts answers. */
export interface LockableCard {
  readonly id: string
  readonly name: { readonly ko: string; readonly en: string }
  readonly status: 'VALID' | 'SUSPENDED' | 'INVALID'
  readonly issuedAt: UnixSeconds
  readonly mayUnlock: boolean
}

export interface Opened {
  readonly session: string
  readonly by: 'passkey' | 'code'
  readonly cards: readonly LockableCard[]
}

export interface Locked {
  readonly at: UnixSeconds
  /** Published, and not on the ledger yet. */
  readonly pending: boolean
  readonly cards: readonly LockableCard[]
}

export const readSettings = (signal: AbortSignal): Promise<LockSettings> => call('/lock/settings.json', { signal })

/** Every call throws {Refused} {Unreachable}, and those with a passkey {PasskeyRefused}. */
export function lockCalls({ authority }: LockSettings) {
  const post = <Answer>(path: string, body: unknown = {}) =>
    call<Answer>(`${authority}/lock/${path}`, { method: 'POST', body })
  const passkey = async (): Promise<AuthenticationResponseJSON> =>
    askPasskey(await post<PublicKeyCredentialRequestOptionsJSON>('challenge'))
  return {
    openWithPasskey: async (line: string) => post<Opened>('sessions', { line, passkey: await passkey() }),
    openWithCode: (code: string) => post<Opened>('sessions', { code }),
    lock: (session: string, cards: readonly string[]) => post<Locked>('locks', { session, cards }),
    unlock: async (session: string, card: string) =>
      post<{ readonly cards: readonly LockableCard[] }>('unlockings', { session, card, passkey: await passkey() }),
  }
}

export type LockCalls = ReturnType<typeof lockCalls>
