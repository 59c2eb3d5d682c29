/**
 * The identity provider of the demo: whoever types the personal number of an invented resident is signed in as that person. It
 * works only in demo mode. What was typed stays in memory, and the URL has only a random code for it.
 */
import { toBase64url } from '../../lib/bytes.ts'
import { LruCache } from '../../lib/lru-cache.ts'
import type { Random } from '../../lib/random.ts'
import { heading, html } from '../authorization/html.ts'
import { IssuerError } from '../errors.ts'
import type { Exchange, Reply } from '../oid4vci/exchange.ts'
import { parseForm } from '../oid4vci/form.ts'
import { OnlineError } from './errors.ts'
import type { IdentityProvider, SignedIn, SignInSecrets } from './identity-provider.ts'
import { alert, both, button, form, paragraph } from './pages/parts.ts'
import type { OnlineApplication } from './setting.ts'
import { redirect } from './sign-ins.ts'

const ACR = 'urn:dojang:simulated'
const NAME = { ko: '가상 본인 확인 (시연용)', en: 'Simulated sign-in (demo)' }
/** Sign-ins in memory. */
const MOST = 1000

export const simulatedSetting = (publicUrl: string): OnlineApplication => ({
  ...{ issuer: `${publicUrl}/apply/simulated`, name: NAME, clientId: 'demo', scopes: ['openid'], acrValues: [ACR] },
  ...{ maxAge: 300, person: { claim: 'personal_number', is: 'personal_number' }, walletOrigins: [] },
})

export class SimulatedProvider implements Pick<IdentityProvider, 'begin' | 'finish'> {
  readonly #signedIn = new LruCache<string, { readonly state: string; readonly personalNumber: string }>(MOST)

  /** @throws {IssuerError} ISSUER_SIMULATOR_REFUSED outside of the demo */
  constructor(
    mode: string,
    private readonly setting: Pick<OnlineApplication, 'issuer'>,
    private readonly redirectUri: string,
    private readonly random: Random,
  ) {
    if (mode === 'demo') return
    throw new IssuerError(
      { code: 'ISSUER_SIMULATOR_REFUSED', mode },
      'The simulated identity provider works only in demo mode. Configure onlineApplication (docs/online.md).',
    )
  }

  async begin({ state }: SignInSecrets): Promise<string> {
    return `${this.setting.issuer}?${new URLSearchParams({ state })}`
  }

  page(query: URLSearchParams): Reply {
    const state = query.get('state') ?? ''
    const body = `${heading(NAME)}
${alert({
  ko: '시연용 화면입니다. 실제 주민등록번호를 입력하지 마십시오.',
  en: 'This is a demo. Do not enter a real personal number.',
})}
${paragraph({
  ko: '가상 인물의 주민등록번호를 입력하면 그 사람으로 로그인합니다. 번호는 노드를 시작한 터미널에 있습니다.',
  en: 'Enter the personal number of an invented resident to sign in as that person. The terminal of the node shows some.',
})}
${form(
  'simulated',
  { state },
  `<label for="number">${both({ ko: '주민등록번호', en: 'Personal number' })}</label>
<input id="number" name="number" inputmode="numeric" maxlength="14" required>
${button('act', 'sign-in', { ko: '로그인', en: 'Sign in' })}`,
)}`
    return html(200, '가상 본인 확인 / Simulated sign-in', body, `'self'`)
  }

  submit(exchange: Exchange): Reply {
    const { state = '', number: personalNumber = '' } = parseForm(exchange)
    const code = toBase64url(this.random(16))
    this.#signedIn.set(code, { state, personalNumber })
    return redirect(`${this.redirectUri}?${new URLSearchParams({ state, code })}`)
  }

  async finish(answer: URLSearchParams, { state }: SignInSecrets): Promise<SignedIn> {
    const code = answer.get('code') ?? ''
    const found = this.#signedIn.get(code)
    this.#signedIn.delete(code)
    if (found?.state !== state) throw new OnlineError({ code: 'ONLINE_ANSWER_INVALID', check: 'state' })
    return { stated: { person: found.personalNumber }, acr: ACR }
  }
}
