/**
 * A server that a verifier service tells of verdicts. It fetches each result once, with its API key, and writes the outcome.
 * Settings: SERVICE (the public URL of the verifier service), API_KEY, PORT.
 */
import { createServer } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { verifyWebhook } from 'dojang-verifier'

const { SERVICE, API_KEY, PORT = '3001' } = process.env
const [receiver] = API_KEY.split('.')
/** Requests whose result was fetched. A notice is sent again until it is answered, and can be sent again by whoever saw it. */
const known = new Set()
let keys = null

async function keysOfService() {
  keys = await (await fetch(`${SERVICE}/webhooks/jwks.json`)).json()
  return keys
}

/** The service may have a new key: its keys are fetched again, once. */
async function verified(body, signature) {
  try {
    return verifyWebhook({ body, signature, keys: keys ?? (await keysOfService()), receiver })
  } catch (error) {
    if (error.detail?.reason !== 'key') throw error
    return verifyWebhook({ body, signature, keys: await keysOfService(), receiver })
  }
}

createServer(async (request, response) => {
  try {
    const { id } = await verified(await buffer(request), request.headers['dojang-signature'])
    if (!known.has(id)) {
      const headers = { authorization: `Bearer ${API_KEY}` }
      const { verdict } = await (await fetch(`${SERVICE}/verifier/requests/${id}`, { headers })).json()
      known.add(id)
      console.log(`${id} ${verdict.outcome}`)
    }
    response.writeHead(204).end()
  } catch (error) {
    // Whatever it was, a genuine notice comes again.
    console.log(`refused: ${error.detail?.reason ?? error.message}`)
    response.writeHead(400).end()
  }
}).listen(Number(PORT), '127.0.0.1', () => console.log(`Listening at http://127.0.0.1:${PORT}`))
