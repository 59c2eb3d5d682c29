/** A test environment: an issuer with a real certificate, a ledger in memory, a holder, and a verifier. */

import { randomBytes } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { keccak256, sha256 } from '#crypto'
import type { CardDefinition } from '../../../node/credential/card.ts'
import { claimsOf } from '../../../node/credential/claims.ts'
import { completeCredential } from '../../../node/credential/complete.ts'
import { cardValidity } from '../../../node/credential/dates.ts'
import { createCredentialHeader } from '../../../node/credential/header.ts'
import { prepareCredential } from '../../../node/credential/prepare.ts'
import { encodeReceipt, type Receipt, receiptFor } from '../../../node/credential/receipt.ts'
import { createKeyBinding } from '../../../node/credential/sd-jwt/key-binding.ts'
import { parseSdJwt } from '../../../node/credential/sd-jwt/parse.ts'
import { setStatus } from '../../../node/credential/status-list.ts'
import { createStatusListToken } from '../../../node/credential/status-token.ts'
import type { ResidentFacts } from '../../../node/credential/subject.ts'
import { signTemporary } from '../../../node/credential/temporary.ts'
import { buildTree } from '../../../node/credential/tree.ts'
import { makeLeafCertificate, makeRootCertificate, toX5c } from '../../../node/keys/certificates.ts'
import { makeP256Pem, SoftwareSigner } from '../../../node/keys/signer.ts'
import { type Hex, toBase64url, toHex, utf8 } from '../../../node/lib/bytes.ts'
import { signJws } from '../../../node/lib/jose/jws.ts'
import { DAY, HOUR } from '../../../node/lib/time.ts'
import type { Warn } from '../../../node/lib/warn.ts'
import type { Interval } from '../../../node/proof/registries/interval.ts'
import { issuePurpose } from '../../../node/proof/registries/purpose.ts'
import type { AnchorRecord, KeyRecord } from '../../../node/proof/registries/records.ts'
import type { CredentialStatus, StatusName } from '../../../node/proof/registries/status.ts'
import type { TrustProfile } from '../../../node/verifier/context.ts'
import { DEFAULT_POLICY, type Policy } from '../../../node/verifier/policy.ts'
import type { Verdict } from '../../../node/verifier/verdict.ts'
import { Verifier } from '../../../node/verifier/verifier.ts'
import type {
  Accreditation,
  Answer,
  LedgerView,
  PinnedView,
  RegisteredOrganisation,
  StatusEntry,
  UnknownReason,
} from '../../../node/verifier/view.ts'
import { resident } from '../../support/cards.ts'
import { presentSdJwt } from '../../support/present-sd-jwt.ts'
import { hong } from '../credential/support.ts'

export const NOW = 1_780_000_000
export const ISS = 'http://issuer.example:4100'
export const ORG = 1
export const LIST = (1n << 32n) | 1n
export const LIST_URI = `${ISS}/status-lists/${LIST}`
export const profile: TrustProfile & { contracts: { anchorLog: { address: Hex } } } = {
  chainId: 20260,
  contracts: { anchorLog: { address: '0x00112233445566778899aabbccddeeff00112233' } },
}
const random = (length: number) => new Uint8Array(randomBytes(length))
const YEAR = 365 * DAY
const authority = new SoftwareSigner(makeP256Pem())
const root = await makeRootCertificate(authority, 'Test root', NOW - YEAR, random)

export interface TestIssuer {
  readonly signer: SoftwareSigner
  readonly x5c: readonly string[]
}

export async function makeIssuer(url = ISS): Promise<TestIssuer> {
  const signer = new SoftwareSigner(makeP256Pem())
  const subject = { commonName: 'Test issuer', url, notBefore: NOW - YEAR, notAfter: NOW + 5 * YEAR }
  return { signer, x5c: [toX5c(await makeLeafCertificate(authority, root, signer, subject, random))] }
}

/** One issuer, used by most tests. */
export const issuer = await makeIssuer()

/** The records of the ledger, which a test can change. Answers as the given kind of view. */
export class MemoryView implements LedgerView {
  readonly keys = new Map<Hex, KeyRecord>()
  readonly organisations = new Map<number, RegisteredOrganisation>()
  readonly grants = new Map<string, Interval>()
  readonly receipts = new Map<Hex, AnchorRecord>()
  readonly statuses = new Map<number, StatusName>()
  capacity = 131_072
  time = NOW - 5
  current = true
  why: UnknownReason | null = null
  /** Methods that cannot tell, while the rest can. */
  readonly blind = new Set<'anchor' | 'status'>()
  readonly asked: string[] = []

  constructor(issuers: readonly TestIssuer[] = [issuer]) {
    const live = { from: NOW - YEAR, until: NOW + YEAR }
    for (const { signer } of issuers) {
      this.keys.set(signer.keyId, { org: ORG, ...live, distrustedFrom: null, uses: 3 })
    }
    this.organisations.set(ORG, { id: ORG, name: '행정안전부', issuerHash: toHex(keccak256(utf8(ISS))), ...live })
    for (const card of ['resident', 'driver', 'veteran']) this.grants.set(issuePurpose(`urn:dojang:kr:${card}:1`), live)
  }

  async pin(): Promise<PinnedView> {
    const { why, time, current } = this
    const answer = <T>(name: 'accreditation' | 'anchor' | 'status', value: T): Answer<T> => {
      this.asked.push(name)
      if (why) return { known: false, why }
      if (name !== 'accreditation' && this.blind.has(name)) return { known: false, why: 'not_covered' }
      return { known: true, value, asOf: { block: 7, time }, how: 'rpc' }
    }
    return {
      how: 'rpc',
      asOf: why ? null : { block: 7, time },
      currentAt: why ? null : time,
      current: why ? false : current,
      accreditation: async (keyId, purpose): Promise<Answer<Accreditation>> => {
        const key = this.keys.get(keyId) ?? null
        const organisation = key && (this.organisations.get(key.org) ?? null)
        return answer('accreditation', { key, organisation, grant: this.grants.get(purpose) ?? null })
      },
      anchor: async (_org, _purpose, at) => answer('anchor', this.receipts.get(at) ?? null),
      status: async (list, index): Promise<Answer<StatusEntry | null>> => {
        const there = list === LIST && index < this.capacity
        return answer('status', there ? { org: ORG, status: this.statuses.get(index) ?? 'VALID' } : null)
      },
    }
  }

  anchored(receipt: Receipt, change: Partial<AnchorRecord> = {}): void {
    this.receipts.set(receipt.root, { time: NOW - HOUR, batch: 1, count: receipt.size, disowned: false, ...change })
  }
}

export interface IssueOptions {
  readonly card?: CardDefinition
  readonly facts?: ResidentFacts
  readonly by?: TestIssuer
  readonly iss?: string
  readonly iat?: number
  readonly exp?: number
  readonly index?: number
  readonly uri?: string
  readonly holder?: SoftwareSigner
  readonly log?: Hex
}

export const holder = new SoftwareSigner(makeP256Pem())
export const otherHolder = new SoftwareSigner(makeP256Pem())

function inputOf(options: IssueOptions) {
  const { card = resident, facts = hong, by = issuer, iss = ISS, index = 77, uri = LIST_URI } = options
  const iat = options.iat ?? Math.floor((NOW - HOUR) / 3600) * 3600
  const { exp, ...dates } = cardValidity(card, iat)
  const tag = () => toBase64url(random(16))
  return {
    card,
    claims: claimsOf(card, facts, { ...dates, issuingAuthority: '서울특별시 종로구청장' }),
    holder: (options.holder ?? holder).publicKey.jwk,
    iss,
    header: createCredentialHeader(by.x5c),
    iat,
    exp: options.exp ?? exp,
    status: { list: LIST, idx: index, uri },
    entry: { keyStorage: 'software' as const, walletProvider: null, subjectTag: tag(), installationTag: tag() },
  }
}

/** A card with its receipt, not on the ledger yet: `view.anchored(receipt)` puts it there. */
export function issue(options: IssueOptions = {}): { text: string; receipt: Receipt } {
  const { card = resident, by = issuer, log = profile.contracts.anchorLog.address } = options
  const prepared = prepareCredential(inputOf(options), random)
  const tree = buildTree([prepared.leaf], random)
  const place = { chainId: profile.chainId, log, org: ORG, purpose: issuePurpose(card.vct) }
  const receipt = receiptFor(tree, tree.leafIndexes[0] ?? 0, place, prepared.entryHash)
  return { text: completeCredential(prepared, receipt, data => by.signer.sign(data)), receipt }
}

/** A card signed with the issuer's key that shows another card's receipt. `completeCredential` refuses to create it. */
export function issueWithReceiptOf(other: Receipt, version = 1): string {
  const prepared = prepareCredential(inputOf({}), random)
  const bytes = encodeReceipt(other)
  bytes[0] = version
  const anchor = toBase64url(utf8(JSON.stringify([prepared.anchorSalt, 'anchor', toBase64url(bytes)])))
  const payload = prepared.payload.slice()
  payload.set(utf8(hash(anchor)), prepared.placeholderOffset)
  const input = `${prepared.header.text}.${toBase64url(payload)}`
  return `${input}.${toBase64url(issuer.signer.sign(utf8(input)))}~${prepared.disclosures}${anchor}~`
}

/** A card that states that it is not anchored yet. */
export function issueWithoutAnchor(options: IssueOptions = {}): string {
  const { entry: _, ...input } = inputOf(options)
  const by = options.by ?? issuer
  return signTemporary({ ...input, exp: input.iat + 2 * DAY }, data => by.signer.sign(data), random)
}

/** A card in force: issued, and anchored in the view. */
export function cardOn(view: MemoryView, options: IssueOptions = {}): string {
  const { text, receipt } = issue(options)
  view.anchored(receipt)
  return text
}

export interface PresentOptions {
  /** Names, or `parent/name`; default: all. */
  readonly show?: readonly string[]
  readonly audience?: string
  readonly nonce?: string
  readonly iat?: number
  readonly by?: SoftwareSigner
  /** Further members of the key binding. */
  readonly claims?: object
}

export const AUDIENCE = 'x509_hash:test'
export const NONCE = 'n-0S6_WzA2Mj-n-0S6_WzA2Mj'

/** The presentation that a wallet creates from a card. */
export function present(card: string, options: PresentOptions = {}): string {
  const { show, audience = AUDIENCE, nonce = NONCE, iat = NOW, by = holder, claims } = options
  const shown = presentSdJwt(parseSdJwt(card), path => !show || show.includes(path.join('/')))
  if (claims) {
    const payload = { iat, aud: audience, nonce, sd_hash: hash(shown), ...claims }
    return `${shown}${signJws({ typ: 'kb+jwt' }, payload, data => by.sign(data))}`
  }
  const binding = createKeyBinding(shown, { audience, nonce, iat })
  return binding.complete(by.sign(binding.signingInput))
}

/** For a status list that only the card's own key may sign. */
export const trusting = ({ signer: { publicKey, keyId } }: TestIssuer) => ({
  key: { key: publicKey, keyId },
  trusts: async (signer: Hex) => signer === keyId,
})

/** An internal fault fails the test, unless the test passes a port for it. */
export const noFaults: Warn = (facts, message) => {
  throw new Error(`${message}: ${JSON.stringify(facts)}`)
}

export function verifierOf(view: LedgerView, now = NOW, warn = noFaults): Verifier {
  return new Verifier({ profile, view, clock: () => now, warn })
}

export interface VerdictOptions {
  readonly policy?: Partial<Policy>
  readonly now?: number
  readonly nonce?: string
  readonly warn?: Warn
}

export function verdictOn(
  view: LedgerView,
  presentation: string | Record<string, readonly string[]>,
  { policy = {}, now = NOW, nonce = NONCE, warn = noFaults }: VerdictOptions = {},
) {
  const options = { nonce, audience: AUDIENCE, policy: { ...DEFAULT_POLICY, ...policy } }
  return verifierOf(view, now, warn).verify(presentation, options)
}

/** `forged/bad_signature`: what tests compare. */
export const keyOf = ({ outcome, reason }: Pick<Verdict, 'outcome' | 'reason'>): string =>
  reason === null ? outcome : `${outcome}/${reason}`

export const hash = (text: string): string => toBase64url(sha256(utf8(text)))

interface ListOptions {
  readonly uri?: string
  /** Of the credential at index 77. */
  readonly status?: number
  readonly iat?: number
  readonly exp?: number
  readonly ttl?: number
  /** Bytes of the list. */
  readonly size?: number
  readonly by?: typeof issuer
}

/** A status list, signed. */
export function listToken({
  by = issuer,
  uri = LIST_URI,
  status = 0,
  size = 32_768,
  ...times
}: ListOptions = {}): string {
  const list = new Uint8Array(size)
  setStatus(list, 77, status as CredentialStatus)
  const compressed = new Uint8Array(deflateSync(list))
  const input = { iat: NOW, exp: NOW + 600, ttl: 60, ...times, uri, compressed, x5c: by.x5c }
  return createStatusListToken(input, data => by.signer.sign(data))
}
