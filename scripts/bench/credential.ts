/**
 * Measures issuing and verifying a resident card in this process, in CPU time of one core, relative to the plain P-256
 * operation. The two alternate in small slices, so that a busy machine slows both equally.
 *
 * The plain operation is Node's with `ieee-p1363`, the form of JWS. The node itself uses DER and converts it, which is
 * cheaper (docs/decisions/098); the lines `sign` and `check` show by how much.
 */
import { generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto'
import { importP256 } from '#crypto'
import { verifyReceipt } from '../../node/credential/anchor.ts'
import { parseCard } from '../../node/credential/card-file.ts'
import residentFile from '../../node/credential/cards/resident.json' with { type: 'json' }
import { claimsOf } from '../../node/credential/claims.ts'
import { completeCredential } from '../../node/credential/complete.ts'
import { verifyCredential } from '../../node/credential/credential.ts'
import { cardValidity } from '../../node/credential/dates.ts'
import { createCredentialHeader } from '../../node/credential/header.ts'
import { prepareCredential } from '../../node/credential/prepare.ts'
import { receiptFor } from '../../node/credential/receipt.ts'
import { createKeyBinding, verifyKeyBinding } from '../../node/credential/sd-jwt/key-binding.ts'
import { parseSdJwt } from '../../node/credential/sd-jwt/parse.ts'
import { buildTree } from '../../node/credential/tree.ts'
import { SoftwareSigner } from '../../node/keys/signer.ts'
import { toBase64url, utf8 } from '../../node/lib/bytes.ts'
import type { P256Jwk } from '../../node/lib/crypto.ts'
import type { Random } from '../../node/lib/random.ts'
import { issuePurpose } from '../../node/proof/registries/purpose.ts'

export interface CredentialBench {
  readonly name: string
  /** CPU microseconds per run. */
  readonly micros: number
  readonly perSecond: number
  /** CPU microseconds of the plain operation, measured at the same time. */
  readonly raw: number
  readonly ratio: number
  /** The ratio must not fall below this; null where the figure is only reported. */
  readonly budget: number | null
}

export const random: Random = length => randomBytes(length)

function makeKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signer = new SoftwareSigner(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
  const options = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
  return {
    jwk: importP256(publicKey.export({ format: 'jwk' }) as unknown as P256Jwk).jwk,
    nodeKey: { key: publicKey, dsaEncoding: 'ieee-p1363' } as const,
    plainSign: (data: Uint8Array): Uint8Array => sign('sha256', data, options),
    sign: (data: Uint8Array): Uint8Array => signer.sign(data),
  }
}

const issuer = makeKey()
const issuerKey = importP256(issuer.jwk)
export const holder = makeKey()
export const now = 1_780_000_000
const iss = 'https://id.example.kr'
const { card } = parseCard(residentFile, 'resident.json')
const place = { chainId: 20260, log: `0x${'ab'.repeat(20)}`, org: 1, purpose: issuePurpose(card.vct) } as const
/** A chain of two certificates of the usual size: the signing key's and its issuer's. */
const header = createCredentialHeader([
  Buffer.alloc(480, 7).toString('base64'),
  Buffer.alloc(440, 9).toString('base64'),
])
const { exp, ...dates } = cardValidity(card, now)
const tag = toBase64url(random(16))

const facts = (portraitBytes: number) => ({
  familyName: '홍',
  givenName: '길동',
  birthdate: '1999-02-28',
  sex: 'M' as const,
  address: '서울특별시 종로구 세종대로 209, 101동 202호',
  municipality: '11110',
  personalNumber: '990228-1000000',
  portrait: new Uint8Array(portraitBytes).map((_, i) => [0xff, 0xd8, 0xff][i] ?? (i * 31) % 256),
  licence: null,
  veteran: null,
  columns: new Map(),
})

function prepare(resident: ReturnType<typeof facts>) {
  const input = {
    card,
    claims: claimsOf(card, resident, { ...dates, issuingAuthority: '서울특별시 종로구청장' }),
    holder: holder.jwk,
    iss,
    header,
    iat: now,
    exp,
    status: { list: 4_294_967_297n, idx: 77_123, uri: `${iss}/status-lists/4294967297` },
    entry: { keyStorage: 'software' as const, walletProvider: null, subjectTag: tag, installationTag: tag },
  }
  return prepareCredential(input, random)
}

/** Issues a batch, from the register's facts to finished cards, including tree and receipts. */
function issue(resident: ReturnType<typeof facts>, count: number): string[] {
  const prepared = Array.from({ length: count }, () => prepare(resident))
  const tree = buildTree(
    prepared.map(({ leaf }) => leaf),
    random,
  )
  return prepared.map((one, i) =>
    completeCredential(one, receiptFor(tree, tree.leafIndexes[i] as number, place, one.entryHash), issuer.sign),
  )
}

/** One finished card with a portrait of so many bytes. */
export const issueOne = (portraitBytes: number): string => issue(facts(portraitBytes), 1)[0] as string

function present(text: string): string {
  const binding = createKeyBinding(text, { audience: 'x509_hash:abc', nonce: 'nonce-of-128-bits-length', iat: now })
  return binding.complete(holder.sign(binding.signingInput))
}

function checkSignature(text: string) {
  return verifyCredential(parseSdJwt(text), issuerKey)
}

function checkBinding(text: string) {
  const credential = checkSignature(text)
  const holderKey = importP256(credential.holder)
  const { audience, nonce, iat } = verifyKeyBinding(credential.sdJwt, holderKey)
  if (audience !== 'x509_hash:abc' || nonce !== 'nonce-of-128-bits-length' || iat !== now) throw new Error('not bound')
  return credential
}

/** Runs per slice: enough for each slice to contain its share of garbage collection. */
const SLICE = 240

/**
 * CPU microseconds per run of each, alternating for `seconds` of CPU time in total. The median of the slices is used, because
 * other processes disturb the caches in some slices.
 */
function race(seconds: number, raw: () => void, ours: () => void, oursPerRun = 1): { raw: number; ours: number } {
  const slices: { raw: number[]; ours: number[] } = { raw: [], ours: [] }
  let spent = 0
  const slice = (which: 'raw' | 'ours', run: () => void, perRun: number) => {
    const before = process.cpuUsage()
    for (let i = 0; i < SLICE / perRun; i++) run()
    const { user, system } = process.cpuUsage(before)
    slices[which].push((user + system) / SLICE)
    spent += user + system
  }
  for (let i = 0; i < (2 * SLICE) / oursPerRun; i++) ours()
  while (spent < seconds * 1e6 || slices.ours.length < 5) {
    slice('raw', raw, 1)
    slice('ours', ours, oursPerRun)
  }
  return { raw: median(slices.raw), ours: median(slices.ours) }
}

function median(values: number[]): number {
  values.sort((a, b) => a - b)
  return values[values.length >> 1] as number
}

/** @param seconds CPU seconds for each line */
export function measureCredential(seconds = 2): CredentialBench[] {
  const plain = facts(200)
  const pictured = facts(3000)
  const [card0] = issue(plain, 1) as [string]
  const [card1] = issue(pictured, 1) as [string]
  const bound = present(card0)
  const signingInput = utf8(card0.slice(0, card0.lastIndexOf('.', card0.indexOf('~'))))
  const signature = issuer.sign(signingInput)
  const rawSign = () => void issuer.plainSign(signingInput)
  const rawVerify = () => void verify('sha256', signingInput, issuer.nodeKey, signature)
  const results: CredentialBench[] = []
  const run = (name: string, budget: number | null, raw: () => void, ours: () => void, perRun = 1) => {
    const times = race(seconds, raw, ours, perRun)
    results.push({
      name,
      micros: times.ours,
      perSecond: 1e6 / times.ours,
      raw: times.raw,
      ratio: times.raw / times.ours,
      budget,
    })
  }
  run('issue, 16 disclosures and the anchor, in batches of 16', 0.27, rawSign, () => void issue(plain, 16), 16)
  run('issue, a batch of one', null, rawSign, () => void issue(plain, 1))
  run('issue, with a portrait of 3 kB', null, rawSign, () => void issue(pictured, 16), 16)
  run('verify, issuer signature', 0.45, rawVerify, () => void checkSignature(card0))
  run('verify, with key binding', 0.28, rawVerify, () => void checkBinding(bound))
  run('verify, with the receipt', null, rawVerify, () => void verifyReceipt(checkSignature(card0)))
  run('verify, with a portrait of 3 kB', null, rawVerify, () => void checkSignature(card1))
  run('sign, as the node does it', null, rawSign, () => void issuer.sign(signingInput))
  run('check a signature, as the node does it', null, rawVerify, () => void issuerKey.verify(signingInput, signature))
  return results
}

/** Measures, prints a line for each figure, and returns the figures. */
function benchCredential(seconds = 2): CredentialBench[] {
  const results = measureCredential(seconds)
  for (const { name, micros, perSecond, raw, ratio, budget } of results) {
    const verdict = budget === null ? '' : `  at least ${budget}: ${ratio >= budget ? 'met' : 'MISSED'}`
    console.log(
      `${name.padEnd(56)}${micros.toFixed(1).padStart(8)} us ${perSecond.toFixed(0).padStart(7)}/s` +
        `  raw ${raw.toFixed(1).padStart(6)} us  ratio ${ratio.toFixed(2)}${verdict}`,
    )
  }
  return results
}

if (import.meta.main) benchCredential()
