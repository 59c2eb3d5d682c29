/**
 * A person at the pages of the online application, from the sign-in to the card: first a sign-in that was begun at the
 * identity provider, then a visit of a person who signed in. Both belong to one browser by its cookie, of which only the hash
 * is stored. The cookie gets a new value with the sign-in, so a value that somebody else knew before opens nothing after it.
 * Why: docs/decisions/189-a-visit-belongs-to-a-browser.md.
 */
import { sha256 } from '#crypto'
import { equalSecret } from '../../keys/secret.ts'
import { type Hex, toBase64url, utf8 } from '../../lib/bytes.ts'
import type { Random } from '../../lib/random.ts'
import { type Clock, MINUTE, type UnixSeconds } from '../../lib/time.ts'
import { Bucket } from '../../store/buckets.ts'
import { sealedJson } from '../../store/sealed-json.ts'
import type { Store, WriteOp } from '../../store/store.ts'
import type { Vault } from '../../store/vault.ts'
import { BearerSecrets, hashOf } from '../bearer-secrets.ts'
import type { SignInSecrets } from './identity-provider.ts'

/** For what somebody signs in. */
export type Purpose =
  /** A wallet began, with a pushed request. */
  | { readonly kind: 'wallet'; readonly clientId: string; readonly requestUri: string; readonly card: string }
  /** At the authority's site; the wallet is opened afterwards. */
  | { readonly kind: 'site'; readonly card: string }
  /** A guardian, with the code of an application. */
  | { readonly kind: 'guardian'; readonly code: string }

interface SignIn extends Omit<SignInSecrets, 'state'> {
  /** Hash of the cookie of the browser in which it began. */
  readonly browser: Hex
  readonly purpose: Purpose
  readonly expiresAt: UnixSeconds
}

/** A person who signed in. */
export interface Visit {
  readonly person: Hex
  readonly acr: string
  readonly purpose: Purpose
  /** The application that was made in this visit. */
  readonly application: string | null
  /** The link to its offer; null without one. */
  readonly handout: { readonly offerUrl: string; readonly expiresAt: UnixSeconds } | null
  readonly expiresAt: UnixSeconds
}

/** Seconds. People look for their phone or certificate at the provider's page. */
const SIGN_IN_LIFETIME = 10 * MINUTE
const VISIT_LIFETIME = 10 * MINUTE

export const COOKIE = /^[\w-]{43}$/

export interface VisitsOptions {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly random: Random
}

export class Visits {
  readonly #signIns: BearerSecrets<SignIn>
  readonly #visits: BearerSecrets<Visit>

  constructor(private readonly options: VisitsOptions) {
    const { store, vault, clock, random } = options
    const codec = <T>(context: string) => sealedJson<T>(vault, context)
    this.#signIns = new BearerSecrets(store, Bucket.onlineSignIn, clock, random, codec<SignIn>('online sign-in'))
    this.#visits = new BearerSecrets(store, Bucket.onlineVisit, clock, random, codec<Visit>('online visit'))
  }

  /** @param cookie of the browser, if it has one. A sign-in in another of its windows then stays possible */
  beginSignIn(purpose: Purpose, cookie: string | null) {
    const secret = () => toBase64url(this.options.random(32))
    const browser = cookie ?? secret()
    const [nonce, codeVerifier] = [secret(), secret()]
    const { secret: state, op } = this.#signIns.create(
      { browser: hashOf(browser), purpose, nonce, codeVerifier },
      SIGN_IN_LIFETIME,
    )
    return { secrets: { state, nonce, codeVerifier }, cookie: browser, op }
  }

  /**
   * The sign-in of this state, if it began in this browser. It counts once: commit `op` before anything is done with it.
   * @returns undefined if it is unknown, expired or another browser's
   */
  takeSignIn(
    state: string,
    cookie: string | null,
  ): { readonly secrets: SignInSecrets; readonly purpose: Purpose; readonly op: WriteOp } | undefined {
    const found = this.#signIns.find(state)
    if (!found || cookie === null || !equalSecret(hashOf(cookie), found.browser)) return undefined
    const { nonce, codeVerifier, purpose } = found
    return { secrets: { state, nonce, codeVerifier }, purpose, op: this.#signIns.end(state) }
  }

  /** @returns the new value of the cookie */
  begin(visit: Omit<Visit, 'expiresAt'>): { readonly cookie: string; readonly op: WriteOp } {
    const { secret, op } = this.#visits.create(visit, VISIT_LIFETIME)
    return { cookie: secret, op }
  }

  find(cookie: string | null): Visit | undefined {
    return cookie === null ? undefined : this.#visits.find(cookie)
  }

  replace(cookie: string, { expiresAt: _, ...visit }: Visit): WriteOp {
    return this.#visits.replace(cookie, visit, VISIT_LIFETIME)
  }

  end(cookie: string): WriteOp {
    return this.#visits.end(cookie)
  }

  async sweep(): Promise<void> {
    await this.#signIns.sweep()
    await this.#visits.sweep()
  }
}

/** What a form of the visit's pages contains, so that no page of another site can send it. */
export const formToken = (cookie: string): string => toBase64url(sha256(utf8(`dojang form\0${cookie}`)))
