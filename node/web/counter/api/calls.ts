/** The node's routes that the counter's screens call. */

import type { CodeDelivery } from '../../../credential/application.ts'
import type { Call } from '../../kit/api.ts'
import type { Application, Draft, Handout } from '../flow/application.ts'
import type { StatusAct } from '../paths.ts'
import type { Search } from '../search.ts'
import type { Card, Found, Listed, Resident, StatusChange } from './answers.ts'

type Api = <Answer>(path: string, options?: Call) => Promise<Answer>

/** Each function rejects with `Refused` or `Unreachable`. */
export const callsOf = (api: Api) => {
  const post = <Answer>(path: string, body: unknown) => api<Answer>(path, { method: 'POST', body })
  const get = <Answer>(path: string, signal: AbortSignal) => api<Answer>(path, { signal })
  return {
    cards: (signal: AbortSignal) => get<{ readonly cards: readonly Card[] }>('/cards', signal),

    /** The search is in the body: a URL must not contain personal data. */
    findResidents: (search: Search) => post<{ readonly residents: readonly Found[] }>('/residents/search', search),

    resident: (person: string, signal: AbortSignal) => get<Resident>(`/residents/${person}`, signal),

    revealNumber: (person: string) => post<{ readonly personalNumber: string }>(`/residents/${person}/reveal`, {}),

    /** @param day YYYY-MM-DD */
    day: (day: string, signal: AbortSignal) =>
      get<{ readonly applications: readonly Listed[] }>(`/applications?day=${day}`, signal),

    application: (id: string, signal: AbortSignal) => get<Application>(`/applications/${id}`, signal),

    /** Answers at the next change after version `seen`, or after `seconds`. */
    nextChange: (id: string, seen: number, seconds: number, signal: AbortSignal) =>
      get<Application>(`/applications/${id}?wait=${seconds}&seen=${seen}`, signal),

    apply: (person: string, { card, kind, chip, guardianConsent }: Draft) =>
      post<Application>('/applications', {
        ...{ person, card, kind },
        ...(kind !== 'mobile' && { chip }),
        ...(guardianConsent && { guardianConsent }),
      }),

    recordIdentity: (id: string, version: number, { document, documentNumber, means }: Draft) =>
      post<Application>(`/applications/${id}/identity`, {
        version,
        document,
        ...(document !== 'none' && { documentNumber: documentNumber.trim() }),
        means,
      }),

    /** Whether the install has a service that sends text messages. */
    lines: (signal: AbortSignal) => get<{ readonly messages: boolean }>('/lines', signal),

    verifyLine: (id: string, version: number, line: string) =>
      post<Application>(`/applications/${id}/line`, { version, line }),

    offer: (id: string, version: number, delivery: CodeDelivery) =>
      post<Handout>(`/applications/${id}/offer`, { version, delivery }),

    confirmPhone: (id: string, version: number) => post<Application>(`/applications/${id}/same-phone`, { version }),

    stopPhone: (id: string, version: number) => post<Application>(`/applications/${id}/stop`, { version }),

    cancel: (id: string, version: number, reason: string) =>
      post<Application>(`/applications/${id}/cancel`, { version, reason }),

    changeStatus: (credential: string, act: StatusAct, change: StatusChangeRequest) =>
      post<StatusChange>(`/credentials/${credential}/${act}`, change),
  }
}

export interface StatusChangeRequest {
  readonly reason: string
  /** The report that a reinstatement closes. */
  readonly closes?: string
  /** Of a reinstatement: how the holder was identified. */
  readonly identity?: { readonly document: string; readonly means: readonly string[] }
}

export type Calls = ReturnType<typeof callsOf>
