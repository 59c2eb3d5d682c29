/**
 * The page that shows a request to a browser, for web sites that have none of their own:
 *
 *   site ─▶ browser opens the page, which is bound to it ─┬─▶ wallet on this device ─▶ back to the page, with a code ─┐
 *                                                         └─▶ wallet on another, by QR code and two digits ───────────┤
 *   site ◀── response code in the redirect, which the site exchanges ◀─────────────────────────────────────────────────┘
 *
 * The page is for the first browser that opens it: a cookie proves that later. An answer from the same device also needs the
 * code that the wallet gives to the browser that it opens, so a link that was sent to somebody else ends there.
 * Why: docs/decisions/164.
 */
import { sha256 } from '#crypto'
import { equalSecret } from '../../keys/secret.ts'
import { toBase64url, utf8 } from '../../lib/bytes.ts'
import type { Random } from '../../lib/random.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { responseCodeWrong, sessionUnknown, VerifierError } from '../errors.ts'
import type { Preset } from '../presets/preset.ts'
import type { Sentences } from '../verdict.ts'
import type { Session, Sessions } from './session.ts'
import type { Verdicts } from './verdicts.ts'
import { matchDigits } from './wallet-side/match-digits.ts'

export interface HostedPagesOptions {
  readonly sessions: Sessions
  readonly verdicts: Verdicts
  readonly random: Random
  /** The link to a request. */
  readonly linkOf: (session: Session, device: Device) => string
  readonly presetOf: (session: Session) => Preset
}

export type Device = 'same' | 'other'

/** What the page shows. */
export interface OpenedPage {
  readonly url: string
  /** Who asks and what for, as the preset says it. The wallet shows the name in the registry. */
  readonly name: Sentences
  readonly purpose: Sentences
  /** For a wallet on this device. */
  readonly here: string
  /** For a QR code. */
  readonly elsewhere: string
  readonly expiresAt: UnixSeconds
}

/**
 * `answered`: on this device; the browser that the wallet opens goes on. `done`: the browser goes back to the site. `over`:
 * nobody answered in time.
 */
export type PageState =
  | { readonly state: 'open'; readonly digits: readonly string[] }
  | { readonly state: 'answered' }
  | { readonly state: 'done' | 'over'; readonly returnUrl: string }

type PageSession = Session & Required<Pick<Session, 'page'>>

/** Wallets that fetched one request, as far as their digits are remembered. */
const MAX_FETCHES = 4

export class HostedPages {
  /** By the id of the request. Lost in a restart: then the page shows no digits until a wallet fetches again. */
  readonly #digits = new Map<string, readonly string[]>()

  constructor(private readonly options: HostedPagesOptions) {}

  /** A wallet fetched the request with this nonce. */
  fetched({ id, page, nonce }: Session, walletNonce: string): void {
    if (!page) return
    const digits = matchDigits(nonce, walletNonce)
    const before = this.#digits.get(id) ?? []
    if (!before.includes(digits) && before.length < MAX_FETCHES) this.#digits.set(id, [...before, digits])
  }

  forget(ids: readonly string[]): void {
    for (const id of ids) this.#digits.delete(id)
  }

  /**
   * @param cookie of an earlier visit
   * @returns also a new cookie, for the first browser
   * @throws {VerifierError} VERIFIER_SESSION_UNKNOWN, VERIFIER_OTHER_BROWSER
   */
  open(pageId: string, cookie?: string): Promise<{ readonly page: OpenedPage; readonly cookie?: string }> {
    const id = requestIdOf(pageId)
    return this.options.verdicts.exclusively(id, async () => {
      const { page, ...session } = this.#existing(id)
      const shown = this.#shown({ page, ...session })
      if (page.browser !== null) {
        requireBrowser(page.browser, cookie)
        return { page: shown }
      }
      const made = toBase64url(this.options.random(32))
      await this.options.sessions.commit({ ...session, page: { ...page, browser: digestOf(made) } })
      return { page: shown, cookie: made }
    })
  }

  /** Waits at most `waitMs` for a verdict. @throws {VerifierError} VERIFIER_SESSION_UNKNOWN, VERIFIER_OTHER_BROWSER */
  async state(pageId: string, cookie: string | undefined, waitMs: number): Promise<PageState> {
    const id = requestIdOf(pageId)
    requireBrowser(this.#existing(id).page.browser, cookie)
    await this.options.verdicts.settled(id, waitMs)
    const { verdict, redirect, page } = this.#existing(id)
    if (!verdict) return { state: 'open', digits: this.#digits.get(id) ?? [] }
    if (verdict.reason === 'timed_out') return { state: 'over', returnUrl: redirect?.uri ?? '' }
    return page.answeredOn === 'same' ? { state: 'answered' } : { state: 'done', returnUrl: returnUrlOf(redirect) }
  }

  /**
   * The browser that the wallet opened.
   * @throws {VerifierError} VERIFIER_SESSION_UNKNOWN, VERIFIER_OTHER_BROWSER, VERIFIER_RESPONSE_CODE
   */
  walletReturned(pageId: string, cookie: string | undefined, code: string): { readonly returnUrl: string } {
    const { verdict, redirect, page } = this.#existing(requestIdOf(pageId))
    requireBrowser(page.browser, cookie)
    if (!verdict || !equalSecret(code, page.walletCode)) throw responseCodeWrong()
    return { returnUrl: returnUrlOf(redirect) }
  }

  #shown(session: PageSession): OpenedPage {
    const { linkOf, presetOf } = this.options
    const { name, purpose } = presetOf(session)
    const { expiresAt, page } = session
    return {
      url: page.url,
      name,
      purpose,
      expiresAt,
      here: linkOf(session, 'same'),
      elsewhere: linkOf(session, 'other'),
    }
  }

  #existing(id: string): PageSession {
    const session = this.options.sessions.get(id)
    if (!session?.page) throw sessionUnknown()
    return { ...session, page: session.page }
  }
}

/** The id of the page is a secret of the site and the browser. The id of the request is in the QR code. */
export const requestIdOf = (pageId: string): string => digestOf(`page ${pageId}`).slice(0, 22)

const digestOf = (text: string): string => toBase64url(sha256(utf8(text)))

const returnUrlOf = (redirect: Session['redirect']): string => `${redirect?.uri}#response_code=${redirect?.code}`

function requireBrowser(browser: string | null, cookie: string | undefined): void {
  if (browser !== null && cookie !== undefined && equalSecret(digestOf(cookie), browser)) return
  throw new VerifierError(
    { code: 'VERIFIER_OTHER_BROWSER' },
    'This page was opened in another browser, which alone may go on. Begin again at the web site.',
  )
}
