/**
 * A web shop that sells to people from 19 on: it asks for a card and gets a verdict. The wallet is on the same device or on
 * another. Settings: AUTHORITY (its public URL), PROFILE_KEY (thumbprint of its profile key), SHOP (the public URL of this
 * server), KEY and CERTIFICATE (the files of the registered key), PORT.
 */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { askerFromPem, openVerifier, requestCard } from 'dojang-verifier'
import express from 'express'

const { AUTHORITY, PROFILE_KEY, SHOP, KEY = 'shop.pem', CERTIFICATE = 'shop.crt', PORT = '3000' } = process.env
const { verifier } = await openVerifier(AUTHORITY, PROFILE_KEY)
const asker = await askerFromPem(readFileSync(KEY, 'utf8'), readFileSync(CERTIFICATE, 'utf8'))

/** By the id in the addresses for the wallet. Whoever sees the QR code knows it. */
const checks = new Map()
/** By the secret in the cookie of the browser that began the check. Only this browser may read the result. */
const browsers = new Map()

const app = express()
app.use(express.static(new URL('public', import.meta.url).pathname))

app.post('/check', express.json(), async (request, response) => {
  // Anybody can begin a check, and each takes memory until it is over.
  if (checks.size >= 1000)
    return response.status(503).json({ message: 'Too many checks at once. Try again in a minute.' })
  const [id, secret] = [randomUUID(), randomUUID()]
  const isSameDevice = request.body?.device === 'same'
  const check = await requestCard({
    ...{ verifier, asker, preset: 'age' },
    requestUri: `${SHOP}/wallet/${id}/request`,
    responseUri: `${SHOP}/wallet/${id}/response`,
    ...(isSameDevice ? { redirectUri: `${SHOP}/back.html` } : {}),
  })
  checks.set(id, check)
  browsers.set(secret, check)
  setTimeout(() => checks.delete(id) && browsers.delete(secret), 15 * 60_000).unref()
  response.cookie('check', secret, { httpOnly: true, sameSite: 'lax', secure: SHOP.startsWith('https:') })
  response.json({ link: check.link })
})

/** Null until the wallet has answered. After a redirect, the page sends the response code. */
app.post('/result', express.json(), (request, response) => {
  const secret = /(?:^|; )check=([\w-]+)/.exec(request.get('cookie') ?? '')?.[1]
  const check = browsers.get(secret)
  if (!check) return response.status(404).json({ message: 'There is no check in this browser.' })
  try {
    const verdict = check.result(request.body?.code)
    response.json(verdict && { outcome: verdict.outcome, sentence: verdict.sentence, nextStep: verdict.nextStep })
  } catch (error) {
    response.status(403).json({ message: error.message })
  }
})

/** The two addresses for the wallet, which may be a page of another origin. */
app.use('/wallet', (_request, response, next) => {
  response.set('Access-Control-Allow-Origin', '*').set('Cache-Control', 'no-store')
  next()
})
const send = (response, { status, type, body }) =>
  response.status(status).set('Content-Type', type).send(Buffer.from(body))
const form = express.urlencoded({ extended: false, limit: '300kb' })

app.all('/wallet/:id/request', form, async (request, response) => {
  const check = checks.get(request.params.id)
  if (!check) return response.sendStatus(404)
  send(response, await check.requestObject(request.body))
})

app.post('/wallet/:id/response', form, async (request, response) => {
  const check = checks.get(request.params.id)
  if (!check) return response.sendStatus(404)
  send(response, await check.respond(request.body ?? {}))
})

app.listen(Number(PORT), '127.0.0.1', () => console.log(`The shop is open at ${SHOP}`))
