/**
 * Answers the counter's requests in place of a node, for states that a real node reaches only by chance or by a fault:
 * an answer that overtakes another, a lost connection, a second clerk. The types are those of the screens.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Page, Route } from 'playwright-core'
import type { CodeDelivery } from '../../../node/credential/application.ts'
import type { Credential, Found, Listed, Names, Resident, Suspension } from '../../../node/web/counter/api/answers.ts'
import type { Application } from '../../../node/web/counter/flow/application.ts'
import type { Role } from '../../../node/web/counter/passkey.ts'
import { builtScreens } from './built-screens.ts'

export const ORIGIN = 'http://counter.test'
const NOW = Math.floor(Date.now() / 1000)

export const PERSON = 'p'.repeat(22)
export const APPLICATION = 'a'.repeat(22)
export const CARD = 'c'.repeat(22)

const PORTRAIT =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAMAAAAECAIAAADETxJQAAAAEElEQVR4nGM4d+0WBDHg' +
  'YgEAomkWkZ1cHm0AAAAASUVORK5CYII='

export const application = (change: Partial<Application> = {}): Application => ({
  applicationId: APPLICATION,
  version: 1,
  state: 'applied',
  card: 'resident',
  kind: 'mobile',
  chip: null,
  fee: 0,
  times: { applied: NOW - 30 },
  txCodesLeft: 5,
  lineVerified: false,
  redemption: null,
  refusal: null,
  job: null,
  credentialId: null,
  block: null,
  ...change,
})

export const redemption = {
  walletName: '모바일 신분증 (Dojang Wallet)',
  walletVerified: true,
  digits: '07',
  showsDigits: true,
  at: NOW,
  confirmedAt: null,
}

export const credential = (change: Partial<Credential> = {}): Credential => ({
  credentialId: CARD,
  card: 'resident',
  status: 'VALID',
  issuedAt: NOW - 86_400 * 400,
  expiresAt: NOW + 86_400 * 600,
  renewableFrom: NOW + 86_400 * 510,
  outdated: false,
  asOf: { block: 1234, time: NOW - 2 },
  suspension: null,
  heldSince: null,
  ...change,
})

export const SUSPENSION: Suspension = {
  report: `0x${'5'.repeat(64)}`,
  block: 1201,
  time: NOW - 3600,
  by: `operator:${PERSON}`,
  operator: '남궁슬기로운',
  reason: 'lost',
}

export const listed = (maskedName: string, change: Partial<Listed> = {}): Listed => ({
  ...application(),
  person: PERSON,
  at: NOW - 60,
  maskedName,
  ...change,
})

const REFUSED = {
  code: 'ISSUER_NOT_YET',
  where: null,
  from: '2027-07-01',
  text: {
    ko: '2027년 7월 1일부터 주소지 관할 기초 지자체의 주민센터에서 신청하실 수 있습니다.',
    en: 'You can apply at any community centre of your own municipality from 1 July 2027.',
  },
}

const NO_FACTS = {
  code: 'ISSUER_FACTS_MISSING',
  where: null,
  from: null,
  text: {
    ko: '이 신분증에 적을 정보가 등록부에 없습니다: 보훈번호, 보훈대상 구분.',
    en: 'The register does not have what this card states: veteran number, category.',
  },
}

/** Long words everywhere: nothing of them may break the page. */
export const resident = (change: Partial<Resident> = {}): Resident => ({
  name: '황보금슬기로운황보금슬기로운 (皇甫琴)',
  birthdate: '1960-01-25',
  address: '전라남도 신안군 흑산면 가거도길 1234-56, 가거도아파트 101동 1203호 (가거도리)',
  maskedNumber: '600125-2******',
  municipality: '전라남도 신안군',
  portrait: PORTRAIT,
  outdated: false,
  credentials: [],
  applications: [],
  canApply: [
    { card: 'resident', kind: 'mobile', fee: 0, consent: false, allowed: true, refusal: null },
    { card: 'resident', kind: 'ic-exchange', fee: 5000, consent: true, allowed: true, refusal: null },
    { card: 'driver', kind: 'mobile', fee: 0, consent: false, allowed: false, refusal: REFUSED },
    { card: 'veteran', kind: 'mobile', fee: 0, consent: false, allowed: false, refusal: NO_FACTS },
  ],
  ...change,
})

const CARDS = [
  { id: 'resident', name: { ko: '모바일 주민등록증', en: 'Mobile resident card' } },
  { id: 'driver', name: { ko: '모바일 운전면허증', en: 'Mobile driver’s licence' } },
  { id: 'veteran', name: { ko: '모바일 국가보훈등록증', en: 'Mobile veteran’s card' } },
]

export class StandIn {
  role: Role = 'clerk'
  found: readonly Found[] = []
  day: readonly Listed[] = []
  resident: Resident = resident()
  application: Application = application()
  /** While set, requests get no answer, as with a pulled cable. */
  offline = false
  /** The next act is refused with this code. */
  refuse: string | null = null
  /** The next act of this name is refused, with words for the clerk. */
  refuseAct: { readonly act: string; readonly code: string; readonly text: Names } | null = null
  /** What `/readyz` says about the cards that are issued now. */
  cards: 'anchored' | 'temporary' = 'anchored'
  /** Whether text messages can be sent. */
  messages = true
  readonly #sent = new Map<string, unknown>()
  readonly #waiting: (() => void)[] = []
  #build = ''

  async serve(page: Page): Promise<void> {
    this.#build = await builtScreens()
    await page.route(`${ORIGIN}/**`, route => this.#answer(route))
  }

  /** Something happened to the application: the screen that waits is told. */
  change(change: Partial<Application>): void {
    this.application = { ...this.application, ...change, version: this.application.version + 1 }
    for (const wake of this.#waiting.splice(0)) wake()
  }

  /** The body of the last request whose path ends so. */
  sent(act: string): unknown {
    return this.#sent.get(act)
  }

  async #answer(route: Route): Promise<void> {
    const url = new URL(route.request().url())
    if (url.pathname.startsWith('/counter')) return this.#file(route, url.pathname)
    if (this.offline) return route.abort('internetdisconnected')
    if (url.pathname === '/readyz') return send(route, { cards: this.cards }, this.cards === 'temporary' ? 503 : 200)
    const path = url.pathname.replace('/operator/', '')
    const method = route.request().method()
    if (method === 'POST') this.#sent.set(path.split('/').at(-1) ?? '', route.request().postDataJSON())
    if (method === 'POST' && this.refuse !== null) {
      const code = this.refuse
      this.refuse = null
      return send(route, { code, title: code, detail: `The node refused it: ${code}.` }, 409)
    }
    if (method === 'POST' && this.refuseAct && path.endsWith(`/${this.refuseAct.act}`)) {
      const { code, text } = this.refuseAct
      this.refuseAct = null
      return send(route, { code, title: code, detail: `The node refused it: ${code}.`, text }, 409)
    }
    return send(route, await this.#body(path, method, url))
  }

  async #body(path: string, method: string, url: URL): Promise<unknown> {
    const operator = { id: PERSON, name: '김서윤', role: this.role, centre: '4691025000' }
    if (path === 'session') return { operator, lang: 'ko', expiresAt: NOW + 9999, touchedAt: NOW }
    if (path === 'lines') return { messages: this.messages }
    if (path === 'cards') return { cards: CARDS }
    if (path === 'residents/search') return { residents: this.found }
    if (path.endsWith('/reveal')) return { personalNumber: '600125-2123456' }
    if (path.startsWith('residents/')) return this.resident
    if (path.startsWith('credentials/')) return { transaction: SUSPENSION.report, block: 1302, time: NOW }
    if (path === 'applications' && method === 'GET') return { applications: this.day }
    if (path === 'applications') this.application = application()
    if (path.endsWith('/identity')) this.change({ state: 'identity_checked' })
    if (path.endsWith('/line')) this.change({ lineVerified: true })
    if (path.endsWith('/offer')) return this.#offer()
    if (path.endsWith('/same-phone')) this.change({ redemption: { ...redemption, confirmedAt: NOW } })
    if (path.endsWith('/stop')) this.change({ state: 'identity_checked', redemption: null })
    if (path.endsWith('/cancel')) this.change({ state: 'cancelled', redemption: null })
    const seen = url.searchParams.get('seen')
    if (seen === String(this.application.version)) await new Promise<void>(wake => this.#waiting.push(wake))
    return this.application
  }

  #offer() {
    this.change({ state: 'offered', redemption: null })
    const uri = encodeURIComponent(`http://localhost:4100/oid4vci/offers/${'x'.repeat(22)}`)
    const { delivery } = this.sent('offer') as { delivery: CodeDelivery }
    return {
      applicationId: APPLICATION,
      delivery,
      offerUrl: `openid-credential-offer://?credential_offer_uri=${uri}`,
      walletLink: `http://localhost:4103/wallet/offer?credential_offer_uri=${uri}`,
      txCode: delivery === 'line' ? null : '493027',
      expiresAt: Math.floor(Date.now() / 1000) + 300,
    }
  }

  #file(route: Route, path: string): Promise<void> {
    const file = join(this.#build, path)
    const isFile = /\.\w+$/.test(path) && existsSync(file)
    return route.fulfill({ path: isFile ? file : join(this.#build, 'counter', 'index.html') })
  }
}

const send = (route: Route, body: unknown, status = 200): Promise<void> =>
  route.fulfill({ status, contentType: 'application/json', body: JSON.stringify(body) }).catch(() => undefined)
