/** The way to the identity provider and back. */
import { toHex } from '../../lib/bytes.ts'
import type { ResidentRegister } from '../../residents/register.ts'
import type { Store } from '../../store/store.ts'
import type { Reply } from '../oid4vci/exchange.ts'
import type { Browser, BrowserCookie } from './browser.ts'
import { OnlineError } from './errors.ts'
import type { IdentityProvider, SignInSecrets } from './identity-provider.ts'
import { personOfAccount } from './matching.ts'
import type { OnlineApplication } from './setting.ts'
import type { Purpose, Visits } from './visits.ts'

export interface SignInsOptions {
  readonly setting: OnlineApplication
  readonly provider: Pick<IdentityProvider, 'begin' | 'finish'>
  readonly visits: Visits
  readonly cookie: BrowserCookie
  readonly residents: Pick<ResidentRegister, 'findByNumber' | 'findByRegisterId'>
  readonly store: Store
}

export class SignIns {
  constructor(private readonly options: SignInsOptions) {}

  /**
   * Sends the browser to the provider.
   * @throws {OnlineError} ONLINE_PROVIDER_UNREACHABLE, ONLINE_ANSWER_INVALID
   */
  async begin(purpose: Purpose, { cookie: value }: Browser): Promise<Reply> {
    const { visits, provider, cookie, store } = this.options
    const begun = visits.beginSignIn(purpose, value)
    const url = await provider.begin(begun.secrets)
    await store.commit([begun.op])
    return redirect(url, cookie.set(begun.cookie))
  }

  /**
   * The sign-in to which the provider's answer belongs. It counts once, whatever the answer says.
   * @throws {OnlineError} ONLINE_SIGN_IN_ENDED
   */
  async take(answer: URLSearchParams, browser: Browser): Promise<{ secrets: SignInSecrets; purpose: Purpose }> {
    const { visits, store } = this.options
    const states = answer.getAll('state')
    const [state = ''] = states
    const taken = states.length === 1 ? visits.takeSignIn(state, browser.cookie) : undefined
    if (!taken) throw new OnlineError({ code: 'ONLINE_SIGN_IN_ENDED' })
    await store.commit([taken.op])
    return taken
  }

  /**
   * Verifies the provider's answer, finds the person in the register, and begins their visit.
   * @returns the cookie of the visit, as headers
   * @throws {OnlineError} {ResidentsError}
   */
  async finish(
    answer: URLSearchParams,
    { secrets, purpose }: { readonly secrets: SignInSecrets; readonly purpose: Purpose },
  ): Promise<Readonly<Record<string, string>>> {
    const { provider, residents, visits, setting, cookie, store } = this.options
    const { stated, acr } = await provider.finish(answer, secrets)
    const { person } = await personOfAccount(residents, setting.person.is, stated)
    const visit = visits.begin({ person: toHex(person), acr, purpose, application: null, handout: null })
    await store.commit([visit.op])
    return cookie.set(visit.cookie)
  }
}

/** See other (RFC 9110 §15.4.4): the browser goes on with GET. */
export const redirect = (location: string, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status: 303,
  headers: { Location: location, 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer', ...headers },
  body: '',
})
