/** What a holder has, for every state of the wallet's screens. All people are invented. */
import { systemClock } from '../../../node/lib/time.ts'
import { fictitiousPopulation } from '../../../node/residents/population/population.ts'
import type { Offer } from '../../../node/web/wallet/core/offer.ts'
import type { HistoryEntry, Notice } from '../../../node/web/wallet/core/records.ts'
import type { Told } from '../../../node/web/wallet/core/renewal.ts'
import type {
  AskerRegistration,
  Card,
  CardClaim,
  CardRequest,
  RequestPart,
  SharedClaim,
} from '../../../node/web/wallet/core/wallet.ts'
import type { State } from '../wallet-page/stand-in.ts'

const DAY = 86_400
const NOW = systemClock()
const [{ portrait } = { portrait: new Uint8Array() }] = fictitiousPopulation({
  count: 1,
  seed: 'wallet',
  today: '2026-01-02',
})
const PORTRAIT = `data:image/png;base64,${Buffer.from(portrait).toString('base64')}`

const claim = (path: string, ko: string, en: string, value: CardClaim['value']): CardClaim => ({
  path: [path],
  label: { ko, en },
  value,
})

const CLAIMS: readonly CardClaim[] = [
  claim('family_name', '성', 'Family name', '홍'),
  claim('given_name', '이름', 'Given name', '길동'),
  claim('birthdate', '생년월일', 'Date of birth', '1990-03-14'),
  claim('sex', '성별', 'Sex', 1),
  claim('address', '주소', 'Address', {
    formatted: '세종특별자치시 가상로 12, 101동 1203호 (가상동, 가상아파트)',
    country: 'KR',
  }),
  claim('personal_administrative_number', '주민등록번호', 'Resident registration number', '900314-1234567'),
  claim('nationalities', '국적', 'Nationality', ['KR']),
  claim('issuing_authority', '발급기관', 'Issuing authority', '가상 발급기관 (시연용)'),
  claim('date_of_issuance', '발급일', 'Date of issue', '2026-01-02'),
  claim('date_of_expiry', '만료일', 'Date of expiry', '2029-01-01'),
  { path: ['age_equal_or_over', '19'], label: { ko: '만 19세 이상', en: '19 or over' }, value: true },
]

export const card = (change: Partial<Card> = {}): Card => ({
  id: 'card-1',
  vct: 'urn:dojang:kr:resident:1',
  name: { ko: '모바일 주민등록증', en: 'Mobile Resident Card' },
  issuer: 'https://id.example.go.kr',
  organisation: '가상 발급기관 (시연용)',
  claims: CLAIMS,
  portrait: PORTRAIT,
  receivedAt: NOW - 3 * DAY,
  expiresAt: NOW + 1000 * DAY,
  keyLevel: 'software_prf',
  status: { word: 'VALID', at: NOW - 40 },
  provisional: false,
  renewable: false,
  told: null,
  renewing: false,
  ...change,
})

/** What the authority said about a card that can be renewed at home. */
export const told = (change: Partial<Told> = {}): Told => ({
  ...{ at: NOW - 60, renewFrom: NOW - 10 * DAY, where: 'home', outdated: false },
  ...{ suspendedBy: null, suspendedSince: null, walletStopped: false },
  ...change,
})

/** In its last weeks. */
export const dueCard = (change: Partial<Told> = {}, days = 60): Card =>
  card({ expiresAt: NOW + days * DAY, renewable: true, told: told(change) })

/** Of a person with a long name, whose card is suspended. */
export const longCard = card({
  id: 'card-2',
  vct: 'urn:dojang:kr:driver:1',
  name: { ko: '모바일 운전면허증', en: 'Mobile Driver’s Licence' },
  claims: CLAIMS.map(each => {
    if (each.path[0] === 'family_name') return { ...each, value: 'Wolfeschlegelsteinhausenbergerdorff' }
    return each.path[0] === 'given_name' ? { ...each, value: 'Maximiliana Alexandrina' } : each
  }),
  keyLevel: 'software',
  status: { word: 'SUSPENDED', at: NOW - 3600 },
})

export const offer = (change: Partial<Offer> = {}): Offer => ({
  issuer: {
    url: 'https://id.example.go.kr',
    name: { ko: '가상 발급기관', en: 'Fictitious authority' },
    standing: { state: 'accredited', organisation: { id: 1, name: '가상 발급기관 (시연용)' }, age: 2 },
  },
  card: {
    vct: 'urn:dojang:kr:resident:1',
    name: { ko: '모바일 주민등록증', en: 'Mobile Resident Card' },
    description: { ko: '주민등록증과 효력이 같은 모바일 신분증', en: 'The resident registration card, on a phone' },
  },
  txCode: { length: 6, numeric: true },
  signIn: null,
  ...change,
})

const shared = ({ path, label, value }: CardClaim, beyond = false): SharedClaim => ({ path, label, value, beyond })

export const registered: AskerRegistration = {
  state: 'registered',
  organisation: '가상은행',
  service: { ko: '비대면 계좌 개설', en: 'Opening an account' },
  purposes: [{ ko: '계좌를 만드는 사람이 본인인지 확인', en: 'To check who opens the account' }],
  certificate: 'own',
  age: 120,
}

const [family, given, birthdate, , address, number] = CLAIMS as [
  CardClaim,
  CardClaim,
  CardClaim,
  CardClaim,
  CardClaim,
  CardClaim,
  ...CardClaim[],
]

export function request(registration: AskerRegistration, change: Partial<CardRequest> = {}): CardRequest {
  const claims = [
    ...[family, given, birthdate].map(each => shared(each)),
    { path: ['portrait'], label: { ko: '사진', en: 'Portrait' }, value: PORTRAIT, beyond: false },
    ...[number, address].map(each => shared(each, true)),
  ]
  const part: RequestPart = {
    query: 'id',
    vcts: ['urn:dojang:kr:resident:1'],
    candidates: [
      { cardId: 'card-1', claims },
      { cardId: 'card-2', claims: claims.slice(0, 3) },
    ],
    lack: null,
  }
  return {
    asker: { registration, host: 'bank.example.kr' },
    // From when it is asked for: the pages of other tests may have taken minutes since this file was loaded.
    expiresAt: systemClock() + 600,
    groups: [{ required: true, options: [{ parts: [part], possible: true }] }],
    answerable: true,
    digits: null,
    ...change,
  }
}

/** An asker that nobody registered, who asks for a name. */
export const unregistered = request(
  { state: 'unregistered', reason: 'key_unknown' },
  {
    groups: [
      {
        required: true,
        options: [{ parts: [{ query: 'id', vcts: [], candidates: [], lack: 'withheld' }], possible: false }],
      },
    ],
    answerable: false,
  },
)

export const ageOnly = (registration: AskerRegistration): CardRequest =>
  request(registration, {
    groups: [
      {
        required: true,
        options: [
          {
            parts: [
              {
                query: 'age',
                vcts: [],
                candidates: [{ cardId: 'card-1', claims: CLAIMS.slice(-1).map(each => shared(each)) }],
                lack: null,
              },
            ],
            possible: true,
          },
        ],
      },
    ],
  })

export const history: readonly HistoryEntry[] = [
  {
    id: 'h3',
    at: NOW - 180,
    act: 'shared',
    party: '가상은행',
    host: 'bank.example.kr',
    purposes: [{ ko: '계좌를 만드는 사람이 본인인지 확인', en: 'To check who opens the account' }],
    cards: [
      {
        vct: 'urn:dojang:kr:resident:1',
        name: { ko: '모바일 주민등록증', en: 'Mobile Resident Card' },
        claims: [family, number].map(({ path, label }, index) => ({ path, label, beyond: index === 1 })),
      },
    ],
  },
  { id: 'h2', at: NOW - 7200, act: 'declined', party: null, host: 'shop.example.kr', purposes: [], cards: [] },
  {
    id: 'h1',
    at: NOW - 3 * DAY,
    act: 'received',
    party: '가상 발급기관 (시연용)',
    host: 'id.example.go.kr',
    purposes: [],
    cards: [
      { vct: 'urn:dojang:kr:resident:1', name: { ko: '모바일 주민등록증', en: 'Mobile Resident Card' }, claims: [] },
    ],
  },
]

export const notices: readonly Notice[] = [
  { kind: 'revoked', cardId: 'card-1', since: NOW - 600 },
  { kind: 'suspended', cardId: 'card-2', since: NOW - 3600, by: null },
  { kind: 'suspended', cardId: 'card-2', since: NOW - 3600, by: 'telecom' },
  { kind: 'wallet_stopped', cardId: 'card-2' },
  { kind: 'renewal_unfinished', cardId: 'card-1' },
  { kind: 'outdated', cardId: 'card-1', where: 'home' },
  { kind: 'expires_soon', cardId: 'card-1', expiresAt: NOW + 80 * DAY, days: 80, where: 'home' },
  { kind: 'expires_soon', cardId: 'card-1', expiresAt: NOW + 20 * DAY, days: 20, where: 'counter' },
  { kind: 'expires_soon', cardId: 'card-1', expiresAt: NOW + 5 * DAY, days: 5, where: null },
  { kind: 'status_old', cardId: 'card-1', at: NOW - 5 * DAY },
  { kind: 'not_persistent' },
  { kind: 'clock', ahead: false },
]

export const state = (change: Partial<State> = {}): State => ({
  cards: [],
  protection: { level: 'software_prf', persistent: true },
  offer: null,
  moreOffers: [],
  chip: { at: 'document' },
  page: null,
  request: null,
  history: [],
  notices: [],
  knowledge: {
    ledger: { state: 'proved', block: 1234, time: NOW - 2, age: 2 },
    online: true,
    clock: 'right',
  },
  redirectUri: null,
  fails: {},
  waits: [],
  called: [],
  ...change,
})
