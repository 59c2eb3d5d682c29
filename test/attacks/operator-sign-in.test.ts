/** Sign-in and fresh touch with a strange passkey, another origin, a swapped answer, or an answer that is used twice. */
import { expect } from 'chai'
import { OperatorPage, signedIn } from '../support/operator-page.ts'
import { type ShiftedSite, shiftedSite } from '../support/shifted-site.ts'
import { expectRefusal, ID } from './support/operators.ts'

describe('attacks: the sign-in of operators', function () {
  this.timeout(120_000)
  let site: ShiftedSite

  before(async () => {
    site = await shiftedSite()
  })
  afterEach(() => site.back())
  after(() => site.close())

  it('refuses a strange passkey, an unverified user, another origin, and an answer that is used twice', async () => {
    const page = await signedIn(site, 'clerk')
    const stranger = new OperatorPage(site)
    expectRefusal(await stranger.signIn(), 403, 'OPERATOR_PASSKEY_REFUSED')
    const options = async () => (await stranger.send('POST', '/session/options')).body
    for (const fault of [{ verified: false }, { origin: 'http://localhost:4100' }, { rpId: 'evil.example' }]) {
      const answer = page.passkey.get(await options(), fault)
      expectRefusal(await stranger.send('POST', '/session', answer), 403, 'OPERATOR_PASSKEY_REFUSED')
    }
    const answer = page.passkey.get(await options())
    expect((await stranger.send('POST', '/session', answer)).status).to.equal(201)
    expectRefusal(await new OperatorPage(site).send('POST', '/session', answer), 403, 'OPERATOR_PASSKEY_REFUSED')
  })

  it('refuses an answer whose signature, challenge or user handle is another', async () => {
    const page = await signedIn(site, 'clerk')
    const other = await signedIn(site, 'supervisor')
    const options = async () => (await page.send('POST', '/session/options')).body
    const right = page.passkey.get(await options())
    const { response } = page.passkey.get(await options())
    const swapped = { ...right, response: { ...right.response, signature: response.signature } }
    expectRefusal(await page.send('POST', '/session', swapped), 403, 'OPERATOR_PASSKEY_REFUSED')
    const own = page.passkey.get({ ...(await options()), challenge: 'A'.repeat(43) })
    expectRefusal(await page.send('POST', '/session', own), 403, 'OPERATOR_PASSKEY_REFUSED')
    const as = page.passkey.get(await options())
    const handle = { ...as, response: { ...as.response, userHandle: other.id } }
    expectRefusal(await page.send('POST', '/session', handle), 403, 'OPERATOR_PASSKEY_REFUSED')
    // The id of another account's passkey, with the own signature.
    const named = { ...page.passkey.get(await options()), id: other.passkey.id, rawId: other.passkey.id }
    expectRefusal(await page.send('POST', '/session', named), 403, 'OPERATOR_PASSKEY_REFUSED')
  })

  describe('a touch of the passkey', () => {
    const revoke = (page: OperatorPage) => page.send('POST', `/credentials/${ID}/revoke`, { reason: 'x' })

    it('is needed after two minutes, and only the own passkey gives it', async () => {
      const page = await signedIn(site, 'clerk')
      const other = await signedIn(site, 'clerk')
      expectRefusal(await revoke(page), 404, 'ISSUER_CREDENTIAL_UNKNOWN')
      site.forward(120)
      expectRefusal(await revoke(page), 403, 'HTTP_TOUCH_NEEDED')
      const { body: options } = await page.send('POST', '/session/touch/options')
      expectRefusal(
        await page.send('POST', '/session/touch', other.passkey.get(options)),
        403,
        'OPERATOR_PASSKEY_REFUSED',
      )
      // What was signed for a sign-in is no touch.
      const { body: signIn } = await page.send('POST', '/session/options')
      expectRefusal(
        await page.send('POST', '/session/touch', page.passkey.get(signIn)),
        403,
        'OPERATOR_PASSKEY_REFUSED',
      )
      expectRefusal(await revoke(page), 403, 'HTTP_TOUCH_NEEDED')
      expect((await page.touch()).status).to.equal(200)
      expectRefusal(await revoke(page), 404, 'ISSUER_CREDENTIAL_UNKNOWN')
    })

    it('is needed for each act that the table names, for operators and not for the local command line', async () => {
      const page = await signedIn(site, 'administrator')
      site.forward(120)
      for (const [method, path] of [
        ['POST', '/operators/invitations'],
        ['POST', `/operators/${page.id}/stop`],
        ['POST', '/proposals'],
        ['POST', `/proposals/${ID}/confirm`],
        ['POST', `/proposals/${ID}/reject`],
        ['POST', '/residents/erase'],
      ] as const) {
        expectRefusal(await page.send(method, path, {}), 403, 'HTTP_TOUCH_NEEDED')
      }
    })
  })
})
