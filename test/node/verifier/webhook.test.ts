import { expect } from 'chai'
import { signWebhook, webhookKeys } from '../../../node/issuer/machines/webhook-signature.ts'
import { makeP256Pem, SoftwareSigner } from '../../../node/keys/signer.ts'
import { fromUtf8, textFromBase64url, textToBase64url, utf8 } from '../../../node/lib/bytes.ts'
import { VerifierError } from '../../../node/verifier/errors.ts'
import { verifyWebhook, type WebhookOptions } from '../../../node/verifier/webhook.ts'

const NOW = 1_780_000_000
const RECEIVER = '3q2-7wABAgMEBQYHCAkKCw'
const MESSAGE = { id: 'r-1', event: 'verdict', at: NOW, outcome: 'valid', reason: null }
const body = utf8(JSON.stringify(MESSAGE))
const signer = new SoftwareSigner(makeP256Pem())
const signature = signWebhook(signer, RECEIVER, body, NOW)
const given = { body, signature, keys: webhookKeys(signer), receiver: RECEIVER, clock: () => NOW }

const reasonOf = (change: Partial<WebhookOptions>): string => {
  try {
    verifyWebhook({ ...given, ...change })
  } catch (error) {
    if (error instanceof VerifierError && error.detail.code === 'VERIFIER_WEBHOOK') return error.detail.reason
    throw error
  }
  return 'accepted'
}
/** With another header, signed by the service's key. */
const withHeader = (change: object) => {
  const [header = ''] = signature.split('.')
  const changed = textToBase64url(JSON.stringify({ ...JSON.parse(textFromBase64url(header)), ...change }))
  return `${changed}..${signature.split('.')[2]}`
}

describe('a delivery of a webhook', () => {
  it('is the message of the service, as bytes or as text', () => {
    expect(verifyWebhook(given)).to.deep.equal(MESSAGE)
    expect(verifyWebhook({ ...given, body: fromUtf8(body) })).to.deep.equal(MESSAGE)
    const event = utf8('{"id":1207,"event":"status-changed","facts":{}}')
    expect(verifyWebhook({ ...given, body: event, signature: signWebhook(signer, RECEIVER, event, NOW) }).id).to.equal(
      1207,
    )
  })

  it('finds its key among others, whatever they are called', () => {
    const [key] = webhookKeys(signer).keys
    const others = [null, 'x', { kty: 'RSA' }, ...webhookKeys(new SoftwareSigner(makeP256Pem())).keys]
    expect(reasonOf({ keys: { keys: [...others, { ...key, kid: 'another name' }] } })).to.equal('accepted')
    for (const keys of [null, undefined, 'x', {}, { keys: {} }, { keys: [] }, { keys: others }]) {
      expect(reasonOf({ keys }), JSON.stringify(keys)).to.equal('key')
    }
  })

  it('that was changed, or is written in another way, is refused', () => {
    expect(reasonOf({ body: fromUtf8(body).replace('valid', 'revoked') })).to.equal('signature')
    expect(reasonOf({ body: `${fromUtf8(body)} ` })).to.equal('signature')
    expect(reasonOf({ signature: withHeader({ aud: 'another' }) })).to.equal('signature')
    expect(reasonOf({ signature: withHeader({ iat: NOW + 1 }) })).to.equal('signature')
    expect(reasonOf({ signature: `${signature.split('.')[0]}..` })).to.equal('signature')
  })

  it('of a forger is refused, also if its key is in the header', () => {
    const forger = new SoftwareSigner(makeP256Pem())
    expect(reasonOf({ signature: signWebhook(forger, RECEIVER, body, NOW) })).to.equal('key')
    const [header = '', , mark = ''] = signWebhook(forger, RECEIVER, body, NOW).split('.')
    const claimed = { ...JSON.parse(textFromBase64url(header)), kid: webhookKeys(signer).keys[0]?.kid }
    const jwk = forger.publicKey.jwk
    for (const more of [{}, { jwk }]) {
      const changed = textToBase64url(JSON.stringify({ ...claimed, ...more }))
      expect(reasonOf({ signature: `${changed}..${mark}` })).to.equal('signature')
    }
  })

  it('for another receiver is refused', () => {
    expect(reasonOf({ receiver: 'another' })).to.equal('receiver')
    expect(reasonOf({ receiver: '' })).to.equal('receiver')
  })

  it('that was kept for later is refused, and one from the future', () => {
    expect(reasonOf({ clock: () => NOW + 300 })).to.equal('accepted')
    expect(reasonOf({ clock: () => NOW + 301 })).to.equal('time')
    expect(reasonOf({ clock: () => NOW - 301 })).to.equal('time')
    expect(reasonOf({ clock: () => NOW + 11, maxAge: 10 })).to.equal('time')
  })

  it('that is none is refused, without another error', () => {
    const [header = '', , mark = ''] = signature.split('.')
    for (const bad of [
      null,
      undefined,
      '',
      '.',
      '..',
      'x..y',
      `${header}.${mark}`,
      `${header}...${mark}`,
      `${header}.eyJ9.${mark}`,
      `${header}..${mark}=`,
      withHeader({ alg: 'none' }),
      withHeader({ typ: 'JWT' }),
      withHeader({ crit: ['x'] }),
      `${'A'.repeat(200_000)}..${mark}`,
    ]) {
      expect(reasonOf({ signature: bad }), String(bad).slice(0, 60)).to.equal('malformed')
    }
    for (const text of ['', '[]', 'null', '{}', '{"id":{},"event":"x"}', '{"id":"x"}', '\uFEFF{}', '{"id":1,"id":2}']) {
      const signed = signWebhook(signer, RECEIVER, utf8(text), NOW)
      expect(reasonOf({ body: text, signature: signed }), text).to.equal('malformed')
    }
    expect(reasonOf({ body: new Uint8Array([0xff, 0xfe]) })).to.equal('malformed')
  })
})
