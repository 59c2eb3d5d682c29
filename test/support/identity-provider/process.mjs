/**
 * An OpenID Provider of the library `oidc-provider`, in a process of its own. `POST /control` sets what it does wrong: its
 * tokens are then changed and signed again with its real key, or with another one.
 * Its argument is JSON: { port, client, accounts: { <id>: { acr, claims } } }.
 */
import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { SignJWT } from 'jose'
import { Provider } from 'oidc-provider'

const { port, client, accounts } = JSON.parse(process.argv[2])
const issuer = `http://localhost:${port}`
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const { privateKey: otherKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jwk = { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256' }
const kid = createHash('sha256').update(jwk.x).digest('base64url')
/** @type {{ claims?: object, sign?: 'other' | 'none', down?: 'all' | 'token', userinfo?: object, answer?: Record<string, string> }} */
let wrong = {}
const seen = []

const provider = new Provider(issuer, {
  clients: [client],
  jwks: { keys: [{ ...jwk, kid }] },
  acrValues: ['urn:assurance:low', 'urn:assurance:high'],
  claims: {
    openid: ['sub', 'acr', 'auth_time'],
    profile: ['name', 'family_name', 'given_name', 'birthdate'],
    number: ['personal_number'],
  },
  features: { devInteractions: { enabled: false }, claimsParameter: { enabled: true } },
  pkce: { required: () => true },
  cookies: { keys: [randomUUID()] },
  interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
  // The claims are defined here, so nobody is asked to consent to them.
  async loadExistingGrant({ oidc }) {
    const grant = new provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId })
    grant.addOIDCScope('openid profile number')
    grant.addOIDCClaims(['acr', 'auth_time', 'personal_number', 'name', 'family_name', 'given_name', 'birthdate'])
    await grant.save()
    return grant
  },
  findAccount: (_ctx, id) =>
    accounts[id] && { accountId: id, claims: async () => ({ sub: id, ...accounts[id].claims }) },
})

provider.use(async (ctx, next) => {
  await next()
  if (ctx.oidc?.route === 'token' && ctx.body?.id_token && (wrong.claims || wrong.sign)) {
    ctx.body = { ...ctx.body, id_token: await changed(ctx.body.id_token) }
  }
  if (ctx.oidc?.route === 'userinfo' && wrong.userinfo) ctx.body = { ...ctx.body, ...wrong.userinfo }
  const location = ctx.response.headers.location ?? ''
  if (wrong.answer && location.startsWith(client.redirect_uris[0])) {
    const url = new URL(location)
    for (const [name, value] of Object.entries(wrong.answer)) url.searchParams.set(name, value)
    ctx.response.set('location', url.href)
  }
})

async function changed(idToken) {
  const payload = { ...JSON.parse(Buffer.from(idToken.split('.')[1], 'base64url').toString()), ...wrong.claims }
  if (wrong.sign === 'none') {
    const parts = [{ alg: 'none' }, payload].map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
    return `${parts.join('.')}.`
  }
  return new SignJWT(payload)
    .setProtectedHeader({ alg: 'ES256', kid })
    .sign(wrong.sign === 'other' ? otherKey : privateKey)
}

const handle = provider.callback()
const textOf = async request => Buffer.concat(await Array.fromAsync(request)).toString()

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, issuer)
  if (pathname === '/control') {
    if (request.method === 'POST') wrong = JSON.parse(await textOf(request))
    return response.end(JSON.stringify(seen.splice(0)))
  }
  seen.push(`${request.method} ${pathname}`)
  if (wrong.down === 'all' || (wrong.down === 'token' && pathname === '/token')) {
    return response.writeHead(503).end('down')
  }
  if (!pathname.startsWith('/interaction/')) return handle(request, response)
  if (request.method === 'GET') {
    const options = Object.keys(accounts).map(id => `<option>${id}</option>`)
    return response.setHeader('content-type', 'text/html; charset=utf-8').end(
      `<!doctype html><html lang="en"><title>Sign in</title><main><h1>Identity provider of the tests</h1>
<form method="post"><label>Account <select name="account">${options.join('')}</select></label>
<button name="act" value="sign-in">Sign in</button><button name="act" value="deny">Deny</button></form></main></html>`,
    )
  }
  const form = new URLSearchParams(await textOf(request))
  const id = form.get('account') ?? ''
  const result =
    form.get('act') === 'deny' || !accounts[id]
      ? { error: 'access_denied' }
      : { login: { accountId: id, acr: accounts[id].acr, amr: ['pki'], remember: false } }
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
})
server.listen(port, '127.0.0.1', () => console.log('listening'))
