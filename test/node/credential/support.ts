import { generateKeyPairSync, randomBytes, sign as signWith } from 'node:crypto'
import { expect } from 'chai'
import { importP256 } from '#crypto'
import type { CardDefinition, ColumnValue } from '../../../node/credential/card.ts'
import { claimsOf } from '../../../node/credential/claims.ts'
import { completeCredential } from '../../../node/credential/complete.ts'
import { cardValidity } from '../../../node/credential/dates.ts'
import { CredentialError, type CredentialFailure } from '../../../node/credential/errors.ts'
import { createCredentialHeader } from '../../../node/credential/header.ts'
import type { CredentialInput } from '../../../node/credential/payload.ts'
import { type EntryInput, prepareCredential } from '../../../node/credential/prepare.ts'
import { receiptFor } from '../../../node/credential/receipt.ts'
import type { ResidentFacts } from '../../../node/credential/subject.ts'
import { buildTree } from '../../../node/credential/tree.ts'
import { toBase64url } from '../../../node/lib/bytes.ts'
import type { P256Jwk, P256PublicKey } from '../../../node/lib/crypto.ts'
import type { Sign } from '../../../node/lib/jose/jws.ts'
import type { Random } from '../../../node/lib/random.ts'
import { issuePurpose } from '../../../node/proof/registries/purpose.ts'
import { resident as residentCard } from '../../support/cards.ts'

export const random: Random = length => new Uint8Array(randomBytes(length))

export interface TestKey {
  readonly publicKey: P256PublicKey
  readonly jwk: P256Jwk
  readonly sign: Sign
}

export function makeKey(): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const imported = importP256(publicKey.export({ format: 'jwk' }) as unknown as P256Jwk)
  const options = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
  return { publicKey: imported, jwk: imported.jwk, sign: data => new Uint8Array(signWith('sha256', data, options)) }
}

export const issuer = makeKey()
export const holder = makeKey()

/** 1 x 1, enough to be a JPEG by its first bytes; as long as a real portrait. */
export const portrait = new Uint8Array(3000).map((_, i) => [0xff, 0xd8, 0xff][i] ?? (i * 31) % 256)

export const hong: ResidentFacts = {
  familyName: '홍',
  givenName: '길동',
  birthdate: '2006-02-28',
  sex: 'M',
  address: '서울특별시 종로구 세종대로 209, 101동 "202"호',
  municipality: '11110',
  personalNumber: '060228-3000000',
  portrait,
  licence: {
    number: '11-25-123456-70',
    privileges: [
      { category: '1종 보통', issued: '2025-03-01', conditions: ['A'] },
      { category: '2종 소형', issued: '2025-05-01', conditions: [] },
    ],
  },
  veteran: { number: '10-123456', category: '국가유공자', disabilityGrade: null },
  columns: new Map(),
}

/** Hong with the facts of every card; for the foreigner's card with an alien registration number. */
export const entitledTo = ({ id }: CardDefinition): ResidentFacts => ({
  ...hong,
  ...(id === 'foreigner' && { personalNumber: '060228-7000000' }),
  columns: new Map<string, ColumnValue>([
    ['foreigner_nationality', ['VN']],
    ['residence_status', '영주(F-5)'],
    ['disability_type', '지체장애'],
    ['disability_severity', '심한 장애'],
  ]),
})

export const NOW = 1_780_000_000
export const ISS = 'https://id.example.kr'
export const place = (card: CardDefinition) => ({
  chainId: 20260,
  log: '0x00112233445566778899aabbccddeeff00112233' as const,
  org: 1,
  purpose: issuePurpose(card.vct),
})

const tag = () => toBase64url(random(16))

export function input(
  card: CardDefinition = residentCard,
  change: Partial<CredentialInput> = {},
): CredentialInput & { entry: EntryInput } {
  const iat = Math.floor(NOW / 3600) * 3600
  const { exp, ...dates } = cardValidity(card, iat)
  return {
    card,
    claims: claimsOf(card, entitledTo(card), { ...dates, issuingAuthority: '서울특별시 종로구청장' }),
    holder: holder.jwk,
    iss: ISS,
    header: createCredentialHeader(['MIIBleaf', 'MIIBintermediate']),
    iat,
    exp,
    status: { list: (1n << 32n) | 7n, idx: 131_071, uri: `${ISS}/status-lists/4294967303` },
    entry: { keyStorage: 'software', walletProvider: null, subjectTag: tag(), installationTag: tag() },
    ...change,
  }
}

/** One card, anchored in a batch of its own and completed. */
export function issueOne(card: CardDefinition = residentCard, change: Partial<CredentialInput> = {}) {
  const prepared = prepareCredential(input(card, change), random)
  const tree = buildTree([prepared.leaf], random)
  const receipt = receiptFor(tree, tree.leafIndexes[0] as number, place(card), prepared.entryHash)
  return { prepared, tree, receipt, text: completeCredential(prepared, receipt, issuer.sign) }
}

/** Runs, expects a CredentialError of that code, and gives its detail. */
export function refusal<const C extends CredentialFailure['code']>(
  code: C,
  run: () => unknown,
): Extract<CredentialFailure, { code: C }> {
  try {
    run()
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error
    expect(error.code, error.message).to.equal(code)
    return error.detail as Extract<CredentialFailure, { code: C }>
  }
  throw new Error(`${code} expected, nothing was refused`)
}
