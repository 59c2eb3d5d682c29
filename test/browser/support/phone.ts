/**
 * A phone of another maker: it holds a real card, reads what a screen shows by its picture, and shows its own codes. It
 * asks nobody for consent. The wallet of this project has tests of its own.
 */
import { createPrivateKey, randomBytes, sign } from 'node:crypto'
import type { Browser, Page } from 'playwright-core'
import { create } from 'qrcode'
import { present } from '../../../node/credential/sd-jwt/present.ts'
import { toBase64url, utf8 } from '../../../node/lib/bytes.ts'
import { encryptJwe } from '../../../node/lib/jose/jwe.ts'
import { systemClock } from '../../../node/lib/time.ts'
import { framesOf } from '../../../node/verifier/in-person/frames.ts'
import { oneWayAudience, oneWayMessage } from '../../../node/verifier/in-person/one-way.ts'
import { awaitRequest, openRelay, sendAnswer } from '../../../node/verifier/in-person/relay-client.ts'
import { makeRendezvous } from '../../../node/verifier/in-person/rendezvous.ts'
import { answerMessage, parseRequestMessage } from '../../../node/verifier/in-person/two-way.ts'
import { parseRequestObject } from '../../../node/verifier/oid4vp/wallet-side/request-object.ts'
import { verifyRequestObject } from '../../../node/verifier/oid4vp/wallet-side/verify-request.ts'
import { type Preset, queryOf } from '../../../node/verifier/presets/preset.ts'
import type { Card } from '../../e2e/wallet/home.ts'
import { newContext } from './chromium.ts'
import { readCode } from './read-code.ts'

const FRAMES = 90
const RATE = 12

export class Phone {
  private constructor(
    readonly page: Page,
    readonly card: Card,
  ) {}

  static async with(browser: Browser, card: Card): Promise<Phone> {
    const page = await (await newContext(browser, 'ko', 'phone')).newPage()
    // A name that the compiler of the tests refers to.
    await page.addInitScript('globalThis.__name = each => each')
    await page.goto('about:blank')
    await page.setContent(
      '<body style="margin:0;background:#fff"><canvas style="display:block;width:390px;margin-top:160px"></canvas>',
    )
    return new Phone(page, card)
  }

  /** Reads the code on a screen, still or animated, from its pictures. */
  read(screen: Page): Promise<Uint8Array> {
    return readCode(screen.locator('.qr'))
  }

  /** The answer to a request that was read. */
  async answer(message: Uint8Array): Promise<Uint8Array> {
    const { request, vpToken } = await this.#answerTo(message)
    return answerMessage(request, { vpToken })
  }

  async #answerTo(message: Uint8Array) {
    const request = verifyRequestObject(parseRequestObject(await parseRequestMessage(message)), {
      ...{ clientId: null, walletNonce: null, posted: false, haip: false, now: systemClock() },
    })
    const asked = request.query.credentials.find(({ meta }) => meta.vct_values.includes(this.card.vct))
    if (asked === undefined) throw new Error('the request asks for no such card')
    const shown = await this.#present(asked.claims?.map(({ path }) => path) ?? [], request.clientId, request.nonce)
    return { request, vpToken: { [asked.id]: [shown] } }
  }

  /** Posts the answer to the address in the request, as a wallet with a network may (`direct_post.jwt`). */
  async post(message: Uint8Array): Promise<void> {
    const { request, vpToken } = await this.#answerTo(message)
    const content = { vp_token: vpToken, state: request.state }
    const response = await encryptJwe(utf8(JSON.stringify(content)), request.encryption)
    const body = new URLSearchParams({ response })
    const { status } = await fetch(request.responseUri ?? '', { method: 'POST', body })
    if (status !== 200) throw new Error(`the answer was not taken: ${status}`)
  }

  /** A presentation that nobody asked for. */
  async oneWay(preset: Preset, at = systemClock()): Promise<Uint8Array> {
    const asked = queryOf(preset, { inPerson: true }).credentials.find(({ meta }) =>
      meta.vct_values.includes(this.card.vct),
    )
    const nonce = toBase64url(randomBytes(16))
    const paths = asked?.claims?.map(({ path }) => path) ?? []
    const shown = await this.#present(paths, oneWayAudience(preset.id), nonce, at)
    return oneWayMessage(preset, nonce, { [asked?.id ?? '']: [shown] })
  }

  /** Shows a rendezvous code and answers the first checker that comes. */
  async rendezvous(relay: string): Promise<{ readonly done: Promise<void> }> {
    const ports = { fetcher: fetch, random: (length: number) => new Uint8Array(randomBytes(length)) }
    const own = makeRendezvous(relay, ports.random)
    await openRelay(own, ports)
    await this.#draw([own.code])
    const met = async () => sendAnswer(own, await this.answer(await awaitRequest(own, ports)), ports)
    return { done: met() }
  }

  /** Shows a message until `blank`. */
  async show(message: Uint8Array): Promise<void> {
    const frames = framesOf(message)
    await this.#draw(Array.from({ length: frames.count === 1 ? 1 : FRAMES }, (_, i) => frames.text(i)))
  }

  blank = (): Promise<void> => this.#draw([])

  async #draw(texts: readonly string[]): Promise<void> {
    const codes = texts.map(text => {
      const { data, size } = create(text, { errorCorrectionLevel: 'L' }).modules
      return { size, data: [...data] }
    })
    await this.page.evaluate(play, { codes, rate: RATE })
  }

  #present(
    paths: readonly (readonly (string | number | null)[])[],
    audience: string,
    nonce: string,
    iat = systemClock(),
  ) {
    const key = createPrivateKey({ key: { ...this.card.key }, format: 'jwk' })
    const signed = (data: Uint8Array) => sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' })
    return present(this.card.credential, { disclose: paths, audience, nonce, iat, sign: signed })
  }
}

interface Played {
  readonly codes: readonly { readonly size: number; readonly data: readonly (boolean | number)[] }[]
  readonly rate: number
}

/** Runs in the page: shows one code after the other. */
function play({ codes, rate }: Played): void {
  const held = window as unknown as { timer?: ReturnType<typeof setInterval> }
  clearInterval(held.timer)
  const canvas = document.querySelector('canvas') as HTMLCanvasElement
  canvas.style.imageRendering = 'pixelated'
  const context = canvas.getContext('2d') as CanvasRenderingContext2D
  let at = 0
  const draw = () => {
    const code = codes[at++ % codes.length]
    const size = (code?.size ?? 13) + 8
    if (canvas.width !== size) canvas.width = size
    if (canvas.height !== size) canvas.height = size
    context.fillStyle = '#fff'
    context.fillRect(0, 0, size, size)
    context.fillStyle = '#000'
    if (code === undefined) return
    for (let y = 0; y < code.size; y++) {
      for (let x = 0; x < code.size; x++) if (code.data[y * code.size + x]) context.fillRect(x + 4, y + 4, 1, 1)
    }
  }
  draw()
  if (codes.length > 1) held.timer = setInterval(draw, 1000 / rate)
}
