/** Notification endpoint (OpenID4VCI 1.0 §11): a wallet reports whether it stored the credential. */
import { z } from 'zod'
import { ParseError } from '../../../lib/parse-error.ts'
import type { Clock, UnixSeconds } from '../../../lib/time.ts'
import { Bucket } from '../../../store/buckets.ts'
import { jsonCodec, type Store, Table, textCodec, type WriteOp } from '../../../store/store.ts'
import type { Applications } from '../../applications/applications.ts'
import type { Journal } from '../../journal.ts'
import type { Renewals } from '../../renewal/renewals.ts'
import type { notificationIds } from '../credential/credential-endpoint.ts'
import type { Dpop } from '../dpop/dpop.ts'
import type { Endpoints } from '../endpoints.ts'
import { challengeReply, errorReply, OAuthError } from '../errors.ts'
import { type Exchange, type Reply, readJson } from '../exchange.ts'
import { authenticate } from '../resource.ts'
import type { AccessToken, AccessTokens } from '../token/access-tokens.ts'

export type NotificationEvent = 'credential_accepted' | 'credential_failure' | 'credential_deleted'

/** On disk under the notification id. */
interface Notification {
  readonly application: string
  readonly event: NotificationEvent
  readonly at: UnixSeconds
}

const request = z.object({
  notification_id: z.string().max(256),
  event: z.enum(['credential_accepted', 'credential_failure', 'credential_deleted']),
  event_description: z.string().optional(),
})

export interface NotificationEndpointOptions {
  readonly endpoints: Endpoints
  readonly store: Store
  readonly journal: Journal
  readonly applications: Applications
  readonly tokens: AccessTokens
  readonly dpop: Dpop
  readonly ids: ReturnType<typeof notificationIds>
  readonly renewals: Pick<Renewals, 'newest'>
  /** Further changes because of the event, committed together with the notification. */
  readonly notified: (application: string, event: NotificationEvent) => readonly WriteOp[]
  readonly clock: Clock
}

export class NotificationEndpoint {
  readonly #table: Table<string, Notification>

  constructor(private readonly options: NotificationEndpointOptions) {
    this.#table = new Table(options.store, Bucket.notification, textCodec, jsonCodec())
  }

  async handle(exchange: Exchange): Promise<Reply> {
    const { endpoints, tokens, dpop } = this.options
    const headers = { 'DPoP-Nonce': dpop.nonce() }
    let token: AccessToken | null
    try {
      token = authenticate(exchange, endpoints.notification, tokens, dpop)
    } catch (error) {
      if (error instanceof OAuthError) return challengeReply(error, headers)
      throw error
    }
    if (!token) return challengeReply(null, headers)
    try {
      await this.#record(token.application, parse(exchange))
      return { status: 204, headers: { ...headers, 'Cache-Control': 'no-store' }, body: '' }
    } catch (error) {
      if (error instanceof OAuthError) return errorReply(error, headers)
      throw error
    }
  }

  /** A repeated event changes nothing (§11). The wallet's description is not stored, because it may contain anything. */
  async #record(first: string, { notification_id: id, event }: z.infer<typeof request>): Promise<void> {
    const { applications, ids, renewals, store, journal, clock, notified } = this.options
    // A renewal is an application of its own, under the token of the first one.
    const application = [first, renewals.newest(first)].find(each => ids.matches(id, each))
    if (application === undefined || applications.require(application).state !== 'issued') {
      throw new OAuthError('invalid_notification_id', 'no credential response carried this notification_id')
    }
    if (this.#table.get(id)?.event === event) return
    const at = clock()
    await store.commit([
      this.#table.put(id, { application, event, at }),
      journal.append({ at, event: 'notification.received', application, notified: event }),
      ...notified(application, event),
    ])
  }
}

function parse(exchange: Exchange): z.infer<typeof request> {
  try {
    return request.parse(readJson(exchange))
  } catch (error) {
    if (!(error instanceof ParseError || error instanceof z.ZodError)) throw error
    const description = 'notification_id and a known event are needed'
    throw new OAuthError('invalid_notification_request', description, { cause: error })
  }
}
