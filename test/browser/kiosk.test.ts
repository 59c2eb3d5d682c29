/** The kiosk in Chromium: every step and every fault, in front of a stand-in for the issuer and for the reader program. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import express from 'express'
import { pino } from 'pino'
import type { Browser, Page } from 'playwright-core'
import { createDg2 } from '../../node/chip/document/face.ts'
import { portraitForChip } from '../../node/chip/document/portrait.ts'
import { imageDevice } from '../../node/chip/reader/image-device.ts'
import { formatSessionCode } from '../../node/chip/session-code.ts'
import { createApplication } from '../../node/http/app.ts'
import { kioskSettings } from '../../node/http/kiosk-settings.ts'
import { createReaderDesk } from '../../node/http/reader-desk.ts'
import { kioskPage } from '../../node/http/web-policy.ts'
import { webRoutes } from '../../node/http/web-routes.ts'
import { fromBase64url, toBase64url } from '../../node/lib/bytes.ts'
import { NUMBER as CARD_NUMBER, testImage } from '../node/chip/support/image.ts'
import { population } from '../node/residents/support.ts'
import { freePort } from '../support/free-port.ts'
import { random } from '../support/world.ts'
import { builtScreens } from './support/built-screens.ts'
import {
  expectUsable,
  type Language,
  launchOrSkip,
  newContext,
  newPage,
  picture,
  type Size,
  views,
} from './support/chromium.ts'

type Answer = readonly [status: number, body: object]

const SECRET = 'A'.repeat(43)
const TOKEN = 'T'.repeat(43)
const NUMBER = '123456'

describe('browser: the kiosk', function () {
  this.timeout(120_000)
  let browser: Browser
  let site: Server
  let reader: Server
  let url: string
  let readerPort: number
  /** What the stand-ins answer next. */
  let read: object[]
  let document: Answer
  let face: Answer
  let hasFace: boolean
  let simulatedCard: boolean

  const dg2 = toBase64url(createDg2(portraitForChip(population(1)[0]?.portrait ?? new Uint8Array())))
  const reading = {
    security_object: 'YQ',
    data_groups: { 1: 'YQ', 2: dg2, 11: 'YQ', 15: 'YQ' },
    active_authentication: 'YQ',
  }
  const good = [{ progress: { read: 50, total: 100 } }, { reading }]

  before(async function () {
    browser = await launchOrSkip(this)
    await builtScreens()
    const port = await freePort()
    url = `http://127.0.0.1:${port}`
    const app = createApplication(pino({ level: 'silent' }))
    const settings = (faceUrl: string | null) => kioskSettings({ publicUrl: url, mode: 'demo', faceUrl })
    const [withFace, without] = [settings(`${url}/demo/face`), settings(null)]
    app.use('/kiosk', (request, response, next) => (hasFace ? withFace : without)(request, response, next))
    app.use('/kiosk', webRoutes('kiosk', kioskPage(url, null)))
    app.use(express.json({ limit: 500_000 }))
    app.post('/chip/sessions/:id/document', (_request, response) => void response.status(document[0]).json(document[1]))
    app.post('/demo/face', (_request, response) => void response.json({ assertion: 'x' }))
    app.post('/chip/sessions/:id/face', (_request, response) => void response.status(face[0]).json(face[1]))
    site = await new Promise<Server>(resolve => {
      const server = app.listen(port, '127.0.0.1', () => resolve(server))
    })
    reader = createServer((request, response) => {
      const headers = {
        'access-control-allow-origin': url,
        'access-control-allow-headers': 'authorization, content-type',
        'access-control-allow-private-network': 'true',
      }
      if (request.method === 'OPTIONS') return void response.writeHead(204, headers).end()
      if (request.url === '/status') {
        const status = { reader: 'stand-in', card: 'present', reading: false, simulated: simulatedCard }
        return void response
          .writeHead(200, { ...headers, 'content-type': 'application/json' })
          .end(JSON.stringify(status))
      }
      response.writeHead(200, { ...headers, 'content-type': 'application/x-ndjson' })
      for (const line of read) response.write(`${JSON.stringify(line)}\n`)
      response.end()
    })
    await new Promise<void>(resolve => reader.listen(0, '127.0.0.1', resolve))
    readerPort = (reader.address() as AddressInfo).port
  })
  after(async () => {
    await browser?.close()
    site?.close()
    reader?.close()
  })
  beforeEach(() => {
    read = good
    document = [200, { next: 'face', attempts_left: 3 }]
    face = [200, { credential_offer: 'openid-credential-offer://?credential_offer_uri=x' }]
    hasFace = true
    simulatedCard = true
  })

  const code = (authority = url) => formatSessionCode({ authority, session: SECRET, nonce: SECRET, key: SECRET })

  for (const [language, size] of views(2)) {
    const t = (ko: string, en: string) => (language === 'ko' ? ko : en)
    const opened = async (port = readerPort) => {
      const context = await newContext(browser, language as Language, size as Size)
      const page = await newPage(context, [`http://127.0.0.1:${port}`])
      await page.goto(`${url}/kiosk/#reader=${port}&token=${TOKEN}`)
      return { page, close: () => context.close() }
    }
    const seen = async (page: Page, name: string, heading: string) => {
      await page.getByRole('heading', { name: heading }).first().waitFor()
      await expectUsable(page, name)
      await picture(page, `kiosk-${name}-${language}-${size}`)
    }
    const paste = async (page: Page, text: string) => {
      await page.getByLabel(t('카메라를 쓸 수 없으면', 'Without a camera')).fill(text)
      await page.getByRole('button', { name: t('이 코드로 계속', 'Go on with this code') }).click()
    }
    const begin = (page: Page) => page.getByRole('button', { name: t('시작하기', 'Begin') }).click()
    const readCard = async (page: Page) => {
      await page.getByLabel(t('카드 접근 번호', 'Card access number')).fill(NUMBER)
      await page.getByRole('button', { name: t('카드 읽기', 'Read the card') }).click()
    }
    const toNumber = async (page: Page) => {
      await begin(page)
      await paste(page, code())
      await page.getByLabel(t('카드 접근 번호', 'Card access number')).waitFor()
    }
    const sameFace = (page: Page) =>
      page.getByRole('button', { name: t('같은 얼굴로 해 보기', 'Try with the same face') }).click()
    const otherFace = (page: Page) =>
      page.getByRole('button', { name: t('다른 얼굴로 해 보기', 'Try with another face') }).click()

    it(`leads from the code on the phone to the offer: ${language}, ${size}`, async () => {
      const { page, close } = await opened()
      await seen(page, 'welcome', t('IC 주민등록증으로', 'Get a mobile card'))
      await page.getByText(t('실제 카드 대신', 'A file stands')).waitFor()
      await begin(page)
      await seen(page, 'code', t('휴대전화의 QR', 'Show the code'))
      await paste(page, 'https://example.org')
      await seen(page, 'code-other', t('휴대전화의 QR', 'Show the code'))
      await page.getByText(t('다른 QR입니다', 'This is another code')).waitFor()
      await paste(page, code('https://other.example'))
      await page.getByText(t('다른 발급기관', 'for another authority')).waitFor()
      await paste(page, code())
      await seen(page, 'number', t('카드를 올려놓고', 'Lay the card'))
      await page.getByRole('button', { name: t('카드 읽기', 'Read the card') }).click()
      await page.getByText(t('숫자 여섯 자리를 입력하세요', 'Type six digits')).waitFor()
      await readCard(page)
      await seen(page, 'face', t('카메라를 보세요', 'Look into the camera'))
      face = [422, { code: 'ISSUER_FACE_NOT_MATCHED', left: 2 }]
      await otherFace(page)
      await page.getByText(t('2번 더', '2 tries left')).waitFor()
      await seen(page, 'face-failed', t('카메라를 보세요', 'Look into the camera'))
      face = [200, { credential_offer: 'openid-credential-offer://?credential_offer_uri=x' }]
      await sameFace(page)
      await seen(page, 'done', t('휴대전화에서 계속하세요', 'Go on with your phone'))
      await page.getByRole('button', { name: t('마치기', 'Finish') }).click()
      await page.getByRole('heading', { name: t('IC 주민등록증으로', 'Get a mobile card') }).waitFor()
      await close()
    })

    it(`says what is wrong with the card or the reader, and keeps the session: ${language}, ${size}`, async () => {
      const { page, close } = await opened()
      await toNumber(page)
      for (const [problem, name, text] of [
        [{ code: 'CHIP_ACCESS_REFUSED', triesLeft: 4 }, 'wrong-number', t('4번 더', '4 tries left')],
        [{ code: 'CHIP_NO_CARD' }, 'no-card', t('카드가 없습니다', 'There is no card')],
        [{ code: 'CHIP_CARD_GONE' }, 'card-gone', t('너무 일찍', 'too early')],
        [{ code: 'CHIP_ANSWER_INVALID' }, 'card-fault', t('읽지 못했습니다', 'could not be read')],
        [{ code: 'CHIP_ACCESS_BLOCKED' }, 'blocked', t('카드가 잠겼습니다', 'The card is locked')],
        [{ code: 'CHIP_READER_FAILED' }, 'no-reader', t('판독기가 응답하지', 'reader does not answer')],
      ] as const) {
        read = [{ problem: { title: 'x', ...problem } }]
        await readCard(page)
        await page.getByText(text).first().waitFor()
        await seen(page, name, t('카드를 올려놓고', 'Lay the card'))
      }
      await close()
    })

    it(`says when nothing is connected, and goes on when it is: ${language}, ${size}`, async () => {
      const { page, close } = await opened(await freePort())
      await toNumber(page)
      await readCard(page)
      await page.getByText(t('판독기가 응답하지', 'reader does not answer')).first().waitFor()
      await close()
    })

    it(`ends with the reason when the issuer refuses: ${language}, ${size}`, async () => {
      for (const [refused, name, text] of [
        ['ISSUER_CHIP_NOT_PRESENT', 'not-present', t('지금 유효한 주민등록증이', 'not the card that is valid')],
        ['CHIP_SIGNER_UNTRUSTED', 'not-genuine', t('칩을 확인할 수 없습니다', 'could not be verified')],
        ['ISSUER_CHIP_SESSION_UNKNOWN', 'over', t('시간이 지났거나', 'too old')],
        ['ISSUER_NOT_YET', 'not-yet', t('지역이나 기간', 'this way yet')],
        ['ISSUER_CHIP_TO_COUNTER', 'counter', t('세 번 확인되지', 'three times')],
      ] as const) {
        const { page, close } = await opened()
        document = [422, { code: refused }]
        await toNumber(page)
        await readCard(page)
        await page.getByText(text).waitFor()
        await seen(page, name, t('여기서는 계속할 수', 'You cannot go on'))
        await close()
      }
    })

    it(`serves nobody without a face provider: ${language}, ${size}`, async () => {
      hasFace = false
      const { page, close } = await opened()
      await page.getByText(t('얼굴 확인 기관이 설정되지', 'No face provider')).waitFor()
      await seen(page, 'no-provider', t('IC 주민등록증으로', 'Get a mobile card'))
      expect(await page.getByRole('button', { name: t('시작하기', 'Begin') }).count()).to.equal(0)
      await close()
    })
  }

  it('reads a card by the reader program itself, after a wrong number', async () => {
    const image = testImage({ files: new Map([[0x0102, fromBase64url(dg2)]]) })
    const device = imageDevice(image, { mode: 'demo', random })
    const log = pino({ level: 'silent' })
    const program = createServer(createReaderDesk({ device, origin: url, token: TOKEN, random, log }))
    await new Promise<void>(resolve => program.listen(0, '127.0.0.1', resolve))
    const { port } = program.address() as AddressInfo
    const context = await newContext(browser, 'en', 'desk')
    try {
      const page = await newPage(context, [`http://127.0.0.1:${port}`])
      await page.goto(`${url}/kiosk/#reader=${port}&token=${TOKEN}`)
      await page.getByText('A file stands').waitFor()
      await page.getByRole('button', { name: 'Begin' }).click()
      await page
        .getByLabel('Without a camera')
        .fill(formatSessionCode({ authority: url, session: SECRET, nonce: SECRET, key: SECRET }))
      await page.getByRole('button', { name: 'Go on with this code' }).click()
      for (const [number, next] of [
        ['000000', '9 tries left'],
        [CARD_NUMBER, 'Look into the camera'],
      ] as const) {
        await page.getByLabel('Card access number').fill(number)
        await page.getByRole('button', { name: 'Read the card' }).click()
        await page.getByText(next).first().waitFor()
      }
    } finally {
      await context.close()
      program.close()
    }
  })
})
