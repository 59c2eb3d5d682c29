/**
 * Plays a phone with a native application that can read chips, as a process of its own: it uses the HTTP interface, a
 * software card for the IC card that is held to the phone, and the face provider of the demo.
 *
 *   node --import tsx test/e2e/support/chip-phone.ts <public URL> <image of the chip> <wallet directory> [same|other|photo]
 *
 * Prints one line of JSON: the card's claims and the session, with which it can be renewed; or the code of what was refused.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { chipChallenge } from '../../../node/chip/document/challenge.ts'
import { parseDg2 } from '../../../node/chip/document/face.ts'
import { decodeImage } from '../../../node/chip/image-file.ts'
import { readChip } from '../../../node/chip/reader/read-chip.ts'
import { readingToJson } from '../../../node/chip/reader/reading-json.ts'
import { SoftwareCard } from '../../../node/chip/software-card/software-card.ts'
import { fromBase64url, toBase64url } from '../../../node/lib/bytes.ts'
import { thumbprint } from '../../../node/lib/jose/jwk.ts'
import { makeKey, publicOf, signJwt } from '../wallet/keys.ts'
import { Wallet } from '../wallet/wallet.ts'

const RESIDENT = 'urn:dojang:kr:resident:1'
/** The capture of the simulated provider: whether somebody alive stands there, then the picture. */
const FACES = {
  same: (portrait: Uint8Array) => Uint8Array.of(1, ...portrait),
  other: () => Uint8Array.of(1, 2, 3),
  photo: (portrait: Uint8Array) => Uint8Array.of(0, ...portrait),
}

class Refused extends Error {
  constructor(readonly code: string) {
    super(code)
  }
}

const [url = '', imagePath = '', home = '', face = 'same'] = process.argv.slice(2)
const wallet = new Wallet(home)
const key = wallet.home.dpopKey(makeKey)
let nonce: string | undefined

try {
  process.stdout.write(`${JSON.stringify(await getCard())}\n`)
} catch (error) {
  if (!(error instanceof Refused)) throw error
  process.stdout.write(`${JSON.stringify({ refused: error.code })}\n`)
}

async function getCard() {
  const opened = await proved('/chip/sessions', { vct: RESIDENT })
  const session = `/chip/sessions/${opened.session}`
  const reading = await read(String(opened.nonce))
  const accepted = await post(`${session}/document`, readingToJson(reading))
  const portrait = parseDg2(reading.dataGroups.get(2) ?? new Uint8Array()).bytes
  for (let left = Number(accepted.attempts_left); ; left--) {
    const capture = toBase64url(FACES[face as keyof typeof FACES](portrait))
    const question = { session: opened.session, capture, portrait: toBase64url(portrait) }
    try {
      await post(`${session}/face`, await post('/demo/face', question))
      break
    } catch (error) {
      if (left <= 1 || !(error instanceof Refused) || error.code !== 'ISSUER_FACE_NOT_MATCHED') throw error
    }
  }
  const { credential_offer: offer } = await proved(`${session}/offer`, {})
  const issuance = await wallet.redeem(String(offer))
  return { claims: (await wallet.collect(issuance)).claims, session: issuance }
}

async function read(nonceOfSession: string) {
  const image = decodeImage(readFileSync(imagePath, 'utf8'))
  const random = (length: number) => new Uint8Array(randomBytes(length))
  const card = new SoftwareCard(image, random)
  try {
    const challenge = chipChallenge(fromBase64url(nonceOfSession), fromBase64url(thumbprint(publicOf(key))))
    return await readChip(card, { cardAccessNumber: image.cardAccessNumber, challenge, random })
  } finally {
    await card.close()
  }
}

/** With a DPoP proof. The first answer brings the nonce. */
async function proved(path: string, body: object, tries = 2): Promise<Record<string, unknown>> {
  const payload = {
    jti: toBase64url(randomBytes(16)),
    htm: 'POST',
    htu: url + path,
    iat: Math.floor(Date.now() / 1000),
  }
  const header = { alg: 'ES256', typ: 'dpop+jwt', jwk: publicOf(key) }
  const dpop = signJwt(key, header, { ...payload, ...(nonce !== undefined && { nonce }) })
  const response = await send(path, body, { dpop })
  nonce = response.headers.get('dpop-nonce') ?? nonce
  const answer = (await response.json()) as Record<string, unknown>
  if (answer.error === 'use_dpop_nonce' && tries > 1) return proved(path, body, tries - 1)
  if (!response.ok) throw new Refused(String(answer.code ?? answer.error))
  return answer
}

async function post(path: string, body: object): Promise<Record<string, unknown>> {
  const response = await send(path, body)
  const answer = (await response.json()) as Record<string, unknown>
  if (!response.ok) throw new Refused(String(answer.code))
  return answer
}

function send(path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}
