import { expect } from 'chai'
import { makeAuthority, parsed, type TestAuthority } from './authority.ts'
import { expectChallenge, expectError, Wallet } from './wallet.ts'

describe('notification endpoint', () => {
  let authority: TestAuthority
  let wallet: Wallet
  let applicationId: string
  let token: string
  let id: string

  beforeEach(async () => {
    authority = await makeAuthority()
    wallet = new Wallet(authority)
    const offer = await authority.offer()
    applicationId = offer.applicationId
    token = await wallet.token(offer)
    id = String(parsed(await wallet.requestCredential(token)).notification_id)
  })

  it('records each event once, even if it is sent several times', async () => {
    const accepted = { notification_id: id, event: 'credential_accepted', extra: 1 }
    for (let i = 0; i < 3; i++) expect(await wallet.notify(token, accepted)).to.include({ status: 204, body: '' })
    expect((await wallet.notify(token, { notification_id: id, event: 'credential_deleted' })).status).to.equal(204)
    expect(authority.notified).to.deep.equal([
      [applicationId, 'credential_accepted'],
      [applicationId, 'credential_deleted'],
    ])
    const received = (await authority.journal()).filter(({ event }) => event === 'notification.received')
    expect(received.map(({ notified }) => notified)).to.deep.equal(['credential_accepted', 'credential_deleted'])
  })

  it('does not store the description that the wallet sends', async () => {
    const said = { notification_id: id, event: 'credential_failure', event_description: 'NEEDLE'.repeat(1000) }
    expect((await wallet.notify(token, said)).status, 'however many they are').to.equal(204)
    const texts: string[] = []
    for await (const [, value] of authority.store.range(new Uint8Array([0]), new Uint8Array([0xff]))) {
      texts.push(Buffer.from(value).toString('latin1'))
    }
    expect(texts.join()).to.contain('credential_failure').and.not.contain('NEEDLE')
  })

  it('refuses an id of another token: invalid_notification_id', async () => {
    const event = 'credential_accepted'
    expectError(await wallet.notify(token, { notification_id: 'x', event }), 'invalid_notification_id')
    const other = await wallet.token(await authority.offer())
    expectError(await wallet.notify(other, { notification_id: id, event }), 'invalid_notification_id')
    expect(authority.notified).to.deep.equal([])
  })

  it('refuses a malformed request: invalid_notification_request', async () => {
    const bodies = [
      {},
      { notification_id: id },
      { event: 'credential_accepted' },
      { notification_id: id, event: 'lost' },
      { notification_id: 7, event: 'credential_accepted' },
    ]
    for (const body of bodies) expectError(await wallet.notify(token, body), 'invalid_notification_request')
    const form = await wallet.notify(token, {}, { contentType: 'application/x-www-form-urlencoded' })
    expectError(form, 'invalid_notification_request')
  })

  it('requires the access token', async () => {
    const body = { notification_id: id, event: 'credential_accepted' }
    expectChallenge(await wallet.notify('x'.repeat(43), body), 'invalid_token')
    expect((await wallet.notify(token, body, { authorization: undefined })).status).to.equal(401)
  })
})
