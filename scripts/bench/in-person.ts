/**
 * What a card shown in person takes, without a browser: the bytes of each message by preset and mode, with real cards, keys and
 * certificates, and the frames until a reader has them, from random starts and with every tenth frame lost. The time of cameras
 * and screens is not in it.
 */
import { randomBytes } from 'node:crypto'
import { present } from '../../node/credential/sd-jwt/present.ts'
import { makeLeafCertificate, makeRootCertificate, toX5c } from '../../node/keys/certificates.ts'
import { makeP256Pem, SoftwareSigner } from '../../node/keys/signer.ts'
import { makeTillCertificate } from '../../node/keys/till-certificate.ts'
import { toBase64url } from '../../node/lib/bytes.ts'
import { randomBelow } from '../../node/lib/random.ts'
import { DAY } from '../../node/lib/time.ts'
import { InPersonCheck } from '../../node/verifier/in-person/check.ts'
import { CODE_SIZES, FrameReader, framesOf } from '../../node/verifier/in-person/frames.ts'
import { oneWayAudience, oneWayMessage } from '../../node/verifier/in-person/one-way.ts'
import { makeRendezvous } from '../../node/verifier/in-person/rendezvous.ts'
import { answerMessage, parseRequestMessage } from '../../node/verifier/in-person/two-way.ts'
import { parseRequestObject } from '../../node/verifier/oid4vp/wallet-side/request-object.ts'
import { allPresets } from '../../node/verifier/presets/all.ts'
import { type Preset, policyOf, queryOf } from '../../node/verifier/presets/preset.ts'
import { requestPolicyOf } from '../../node/verifier/presets/request-policy.ts'
import type { Verifier } from '../../node/verifier/verifier.ts'
import { holder, issueOne, now, random } from './credential.ts'

export interface Shown {
  readonly preset: string
  readonly what: 'request' | 'answer' | 'answer without portrait' | 'one-way'
  readonly bytes: number
  readonly fragments: number
  /** Until a reader has it. */
  readonly median: number
  readonly p95: number
}

/** As large as a card may have it. */
const PORTRAIT = 4096
const RUNS = 200
const LOSS = 10

export async function measureInPerson(): Promise<{ readonly shown: readonly Shown[]; readonly code: number }> {
  const card = issueOne(PORTRAIT)
  const asker = await makeTill()
  const shown: Shown[] = []
  for (const preset of allPresets.filter(({ cards }) => cards.some(({ card: id }) => id === 'resident'))) {
    const request = await requestOf(preset, asker)
    shown.push(framesFor(preset, 'request', request))
    const withPortrait = await answerTo(preset, request, card, true)
    shown.push(framesFor(preset, 'answer', withPortrait))
    if (preset.portrait === 'in_person') {
      shown.push(framesFor(preset, 'answer without portrait', await answerTo(preset, request, card, false)))
    }
    if (preset.oneWay) shown.push(framesFor(preset, 'one-way', await oneWayOf(preset, card)))
  }
  return { shown, code: makeRendezvous('https://mobile-id.example.go.kr/relay', random).code.length }
}

type Till = Awaited<ReturnType<typeof makeTill>>

async function makeTill() {
  const [authority, registered, till] = [1, 2, 3].map(() => new SoftwareSigner(makeP256Pem())) as [
    SoftwareSigner,
    SoftwareSigner,
    SoftwareSigner,
  ] // prettier-ignore
  const root = await makeRootCertificate(authority, 'Root of the authority', now - DAY, random)
  const subject = {
    commonName: '한국은행',
    url: 'https://bank.example.co.kr',
    notBefore: now - DAY,
    notAfter: now + 365 * DAY,
  }
  const certificate = toX5c(await makeLeafCertificate(authority, root, registered, subject, random))
  const content = { key: till.publicKey, name: '종로지점 3번 창구', notBefore: now - 60, notAfter: now + 7 * DAY }
  const leaf = await makeTillCertificate(registered, certificate, content, random)
  return { x5c: [leaf, certificate], sign: (data: Uint8Array) => till.sign(data) }
}

async function requestOf(preset: Preset, asker: Till): Promise<Uint8Array> {
  // Nothing is judged here.
  const verifier = undefined as unknown as Verifier
  const policy = policyOf(preset, { inPerson: true })
  const requestPolicy = requestPolicyOf(preset)
  return (await InPersonCheck.begin({ asker, policy, requestPolicy, verifier, clock: () => now, random })).message
}

const claimsOf = (preset: Preset, inPerson: boolean) =>
  (queryOf(preset, { inPerson, card: 'resident' }).credentials[0]?.claims ?? []).map(({ path }) => path)

async function answerTo(preset: Preset, message: Uint8Array, card: string, portrait: boolean): Promise<Uint8Array> {
  const request = parseRequestObject(await parseRequestMessage(message))
  const { clientId: audience, nonce } = request
  const disclose = claimsOf(preset, portrait)
  const shown = await present(card, { disclose, nonce, audience, iat: now, sign: holder.sign })
  return answerMessage(request, { vpToken: { resident: [shown] } })
}

async function oneWayOf(preset: Preset, card: string): Promise<Uint8Array> {
  const nonce = toBase64url(randomBytes(16))
  const audience = oneWayAudience(preset.id)
  const shown = await present(card, { disclose: claimsOf(preset, true), nonce, audience, iat: now, sign: holder.sign })
  return oneWayMessage(preset, nonce, { resident: [shown] })
}

function framesFor({ id }: Preset, what: Shown['what'], bytes: Uint8Array): Shown {
  const frames = framesOf(bytes)
  const counts = Array.from({ length: RUNS }, () => {
    const reader = new FrameReader()
    const start = randomBelow(random, 1000)
    for (let frame = 0; ; frame++) {
      if (randomBelow(random, LOSS) === 0) continue
      if (reader.add(frames.text(start + frame)).complete) return frame + 1
    }
  }).sort((a, b) => a - b)
  const at = (share: number) => counts[Math.floor(RUNS * share)] as number
  return { preset: id, what, bytes: bytes.length, fragments: frames.count, median: at(0.5), p95: at(0.95) }
}

export function inPersonLines({ shown, code }: Awaited<ReturnType<typeof measureInPerson>>): string {
  const { framesPerSecond } = CODE_SIZES.normal
  const seconds = (frames: number) => (frames / framesPerSecond).toFixed(1)
  const lines = shown.map(({ preset, what, bytes, fragments, median, p95 }) => {
    const size = `${String(bytes).padStart(6)} B  ${String(fragments).padStart(3)} fragments`
    const time = `${String(median).padStart(3)} frames, p95 ${String(p95).padStart(3)}: ${seconds(median)} s, p95 ${seconds(p95)} s`
    return `  ${`${preset}, ${what}`.padEnd(44)} ${size}  ${time}`
  })
  return [
    ...lines,
    `  ${'rendezvous, the phone’s code'.padEnd(44)} ${String(code).padStart(6)} characters, one code`,
  ].join('\n')
}
