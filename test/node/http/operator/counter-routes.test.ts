/** The counter's routes over HTTP, on an authority with its ledger, and a wallet made of independent libraries. */
import { expect } from 'chai'
import { koreanDate } from '../../../../node/credential/dates.ts'
import type { Authenticator } from '../../../../node/http/operator/mount.ts'
import type { Actor } from '../../../../node/issuer/operators/actor.ts'
import { systemClock } from '../../../../node/lib/time.ts'
import { csvOf, people } from '../../../e2e/support/people.ts'
import { Wallet } from '../../../e2e/wallet/wallet.ts'
import { scratchDirectory } from '../../../support/scratch.ts'
import { openSite, type Site } from '../../../support/site.ts'

const clerk: Actor = { kind: 'operator', id: 'A'.repeat(22), name: '김창구', role: 'clerk', centre: 'centre-1' }
const other: Actor = { kind: 'operator', id: 'B'.repeat(22), name: '이창구', role: 'clerk', centre: 'centre-2' }
const producer: Actor = { kind: 'machine', id: 'C'.repeat(22), scopes: ['personalisation'] }

const byHeader: Authenticator = request => {
  const named = request.get('x-test-actor')
  return named === undefined ? undefined : { actor: JSON.parse(decodeURIComponent(named)) as Actor, touched: true }
}

// biome-ignore lint/suspicious/noExplicitAny: the answers are compared with their schemas by the site
type Body = any

describe("the counter's routes", function () {
  this.timeout(120_000)
  const residents = people(6)
  const [someone, second, third] = residents as [(typeof residents)[0], (typeof residents)[0], (typeof residents)[0]]
  let site: Site

  before(async () => {
    site = await openSite({}, { authenticators: [byHeader], checkAnswers: true })
    const answer = await fetch(`${site.operatorUrl}/operator/residents/import`, {
      method: 'POST',
      headers: { 'x-test-actor': as({ ...clerk, role: 'administrator' }), 'content-type': 'text/csv' },
      body: csvOf(residents) as BodyInit,
    })
    expect(await answer.text()).to.include('"report"')
  })
  after(() => site.close())

  const as = (actor: Actor) => encodeURIComponent(JSON.stringify(actor))
  const ask = async (
    method: string,
    path: string,
    body?: unknown,
    actor: Actor = clerk,
    status = 200,
  ): Promise<Body> => {
    const response = await fetch(`${site.operatorUrl}/operator${path}`, {
      method,
      headers: { 'x-test-actor': as(actor), 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    expect(response.status, `${method} ${path}: ${text}`).to.equal(status)
    return JSON.parse(text)
  }
  const get = (path: string, actor?: Actor, status?: number) => ask('GET', path, undefined, actor, status)
  const post = (path: string, body: unknown = {}, actor?: Actor, status?: number) =>
    ask('POST', path, body, actor, status)

  const personOf = async ({ personalNumber }: { personalNumber: string }): Promise<string> =>
    (await post('/residents/search', { personalNumber })).residents[0].person
  const nameOf = ({ familyName, givenName }: { familyName: string; givenName: string }) => familyName + givenName
  const identity = { document: 'passport', documentNumber: 'M 1234-5678', means: ['face-compared'] }

  async function identified(resident: typeof someone, wanted: object = { card: 'resident', kind: 'mobile' }) {
    const { applicationId, version } = await post(
      ...(['/applications', { person: await personOf(resident), ...wanted }, clerk, 201] as const),
    )
    return await post(`/applications/${applicationId}/identity`, { version, ...identity })
  }

  it('find a person by number, or by the whole name and birthdate, with a masked number', async () => {
    const { personalNumber, birthdate } = someone
    const byNumber = await post('/residents/search', { personalNumber })
    const [found] = byNumber.residents
    expect(found.maskedNumber).to.equal(`${personalNumber.slice(0, 8)}******`)
    expect(JSON.stringify(byNumber)).not.to.include(personalNumber)
    const spaced = { name: `${someone.familyName}  ${someone.givenName}`, birthdate }
    expect((await post('/residents/search', spaced)).residents).to.deep.include(found)
    for (const nobody of [
      { name: nameOf(someone).slice(0, -1), birthdate },
      { name: nameOf(someone), birthdate: '1901-01-01' },
      { personalNumber: '000101-3000000' },
      { personalNumber: 'x' },
    ]) {
      expect((await post('/residents/search', nobody)).residents).to.deep.equal([])
    }
    await post('/residents/search', { personalNumber, name: 'x' }, clerk, 400)
  })

  it('show a person, and the whole number only when asked, with an entry in the journal', async () => {
    const person = await personOf(someone)
    const shown = await get(`/residents/${person}`)
    expect(shown).to.include({ name: nameOf(someone), address: someone.address, outdated: false })
    expect(shown.portrait).to.match(/^data:image\//)
    expect(JSON.stringify(shown)).not.to.include(someone.personalNumber)
    expect(shown.canApply.find(({ kind }: Body) => kind === 'mobile')).to.include({ allowed: true, refusal: null })
    expect(await post(`/residents/${person}/reveal`)).to.deep.equal({ personalNumber: someone.personalNumber })
    await post(`/residents/${person}/reveal`, {}, { ...clerk, role: 'call-centre' }, 403)
    const entries = []
    for await (const [, entry] of site.authority.journal.entries()) entries.push(entry)
    const [revealed, ...more] = entries.filter(({ event }) => event === 'resident.number-revealed')
    expect(more).to.deep.equal([])
    expect(revealed).to.include({ by: `operator:${clerk.id}` })
    expect(JSON.stringify(entries)).not.to.include(someone.personalNumber)
    await get(`/residents/${'A'.repeat(22)}`, clerk, 404)
  })

  it('show nothing of a person without an entry that says who looked, once in ten minutes', async () => {
    const looked = async () => {
      const found: Body[] = []
      for await (const [, entry] of site.authority.journal.entries()) {
        if (entry.event === 'resident.viewed') found.push(entry)
      }
      return found
    }
    const before = (await looked()).length
    const colleague: Actor = { ...clerk, id: 'D'.repeat(22) }
    const { personalNumber, birthdate } = third
    const { person } = (await post('/residents/search', { name: nameOf(third), birthdate }, colleague)).residents[0]
    await post('/residents/search', { personalNumber }, colleague)
    await Promise.all([1, 2, 3].map(() => get(`/residents/${person}`, colleague)))
    const [entry, ...more] = (await looked()).slice(before)
    expect(more).to.deep.equal([])
    expect(entry).to.include({
      by: `operator:${colleague.id}`,
      person: `0x${Buffer.from(person, 'base64url').toString('hex')}`,
    })
    expect(JSON.stringify(entry)).not.to.include(nameOf(third)).and.not.include(personalNumber)
    await get(`/residents/${person}`, { ...colleague, role: 'auditor' }, 403)
    await get(`/residents/${person}`, { ...colleague, id: 'E'.repeat(22), role: 'call-centre' })
    expect(await looked()).to.have.length(before + 2)
    await post('/credentials/search', { personalNumber }, { ...colleague, id: 'G'.repeat(22), role: 'call-centre' })
    expect(await looked()).to.have.length(before + 3)
  })

  it('lead from an application to a card: identity, offer, redemption, same phone', async () => {
    const checked = await identified(someone)
    const id = checked.applicationId
    expect(checked).to.include({ state: 'identity_checked', kind: 'mobile', card: 'resident', redemption: null })
    const offer = await post(`/applications/${id}/offer`, { version: checked.version }, clerk, 201)
    const offered = await get(`/applications/${id}`)
    const seen = get(`/applications/${id}?wait=20&seen=${offered.version}`)
    const wallet = new Wallet(scratchDirectory('counter-wallet'))
    const session = await wallet.redeem(offer.offerUrl, offer.txCode)
    const redeemed = await seen
    expect(redeemed).to.include({ state: 'offered', version: offered.version + 1, txCodesLeft: 5 })
    expect(redeemed.redemption.digits).to.match(/^\d\d$/)
    expect(JSON.stringify(redeemed)).not.to.match(/token/)
    const collected = wallet.collect(session)
    const confirmed = await post(`/applications/${id}/same-phone`, { version: redeemed.version })
    expect(confirmed.redemption.confirmedAt).to.be.a('number')
    expect((await collected).card.credential).to.be.a('string')
    let shown = confirmed
    while (shown.block === null) shown = await get(`/applications/${id}?wait=20&seen=${shown.version}`)
    expect(shown).to.include({ state: 'issued' })
    expect(confirmed.installation).to.equal(null)
    expect(shown.installation).to.include({ walletProvider: null, keyStorage: 'software', lineVerified: false })
    const person = await get(`/residents/${await personOf(someone)}`)
    expect(person.credentials).to.have.length(1)
    expect(person.credentials[0]).to.include({ credentialId: shown.credentialId, status: 'VALID', outdated: false })
    expect(person.credentials[0].asOf.block).to.be.at.least(shown.block)
    expect(person.applications[0]).to.include({ applicationId: id })

    const card = `/credentials/${shown.credentialId}`
    const suspended = await post(`${card}/suspend`, { reason: 'lost' })
    const [locked] = (await get(`/residents/${await personOf(someone)}`)).credentials
    const { transaction: report, block, time } = suspended
    expect(locked.suspension).to.include({ report, block, time, by: `operator:${clerk.id}`, reason: 'lost' })
    const identity = { document: 'passport', means: ['face-compared'] }
    // Nobody unlocks without an identity check, or without naming the report.
    await post(`${card}/reinstate`, { reason: 'found', closes: report }, clerk, 422)
    await post(`${card}/reinstate`, { reason: 'found', identity }, clerk, 422)
    await post(`${card}/reinstate`, { reason: 'found', identity, closes: `0x${'0'.repeat(64)}` }, clerk, 409)
    await post(`${card}/reinstate`, { reason: 'found', identity, closes: report })
    const [open] = (await get(`/residents/${await personOf(someone)}`)).credentials
    expect(open).to.include({ status: 'VALID', suspension: null })
  })

  it('tell that a card is outdated when the register has another address, and not for another reason', async () => {
    const [facts] = (await site.authority.residents.findByName(nameOf(someone), someone.birthdate, 1)).map(
      ({ facts }) => facts,
    )
    if (!facts) throw new Error('not found')
    const shown = async () => {
      const { outdated, credentials } = await get(`/residents/${await personOf(someone)}`)
      return [outdated, credentials[0].outdated]
    }
    await site.authority.residents.store([{ ...facts, municipality: '9999900000' }])
    expect(await shown()).to.deep.equal([false, false])
    await site.authority.residents.store([{ ...facts, address: '세종특별자치시 가상로 999' }])
    expect(await shown()).to.deep.equal([true, true])
    await site.authority.residents.store([facts])
    expect(await shown()).to.deep.equal([false, false])
  })

  it("verify a line without its number in the answer, and refuse another's with words for the applicant", async () => {
    const csv = (lines: string) => ({
      method: 'POST',
      headers: { 'x-test-actor': as({ ...clerk, role: 'administrator' }), 'content-type': 'text/csv' },
      body: `line_number,personal_number\n${lines}`,
    })
    const rows = `010-1234-5678,${second.personalNumber}\n010-9876-5432,${third.personalNumber}\n`
    const imported = await fetch(`${site.operatorUrl}/operator/lines/import`, csv(rows))
    expect(await imported.text()).to.include('"added":2')
    const { applicationId: id, version, lineVerified } = await identified(second)
    expect(lineVerified).to.equal(false)
    const theirs = await post(`/applications/${id}/line`, { version, line: '010-9876-5432' }, clerk, 409)
    expect(theirs).to.include({ code: 'ISSUER_LINE_NOT_OWN' })
    expect(theirs.text).to.have.all.keys('ko', 'en')
    const unknown = await post(`/applications/${id}/line`, { version, line: '01000000000' }, clerk, 404)
    expect(unknown).to.include({ code: 'ISSUER_LINE_UNKNOWN' })
    const malformed = await post(`/applications/${id}/line`, { version, line: '<script>5432' }, clerk, 400)
    expect(JSON.stringify([theirs, unknown, malformed])).not.to.match(/5432/)
    const verified = await post(`/applications/${id}/line`, { version, line: '01012345678' })
    expect(verified).to.include({ lineVerified: true, version: version + 1 })
    expect(JSON.stringify(verified)).not.to.match(/5678|lineTag/)
    await post(`/applications/${id}/cancel`, { version: verified.version, reason: 'applicant' })
  })

  it('refuse an act of a clerk who saw an older version, with the present state', async () => {
    const { applicationId: id, version } = await identified(second)
    const foreign = await post(`/applications/${id}/cancel`, { version, reason: 'applicant' }, other, 422)
    expect(foreign).to.include({ code: 'ISSUER_OTHER_CENTRE' })
    await post(`/applications/${id}/cancel`, { version, reason: 'applicant' }, { ...clerk, id: 'C'.repeat(22) })
    const late = await post(`/applications/${id}/offer`, { version }, clerk, 409)
    expect(late).to.include({ code: 'ISSUER_APPLICATION_CHANGED', state: 'cancelled', version: version + 1 })
    await post(`/applications/${id}/offer`, {}, clerk, 400)
  })

  it("list the day's applications with masked names, for a clerk those of their centre", async () => {
    const today = await get('/applications')
    expect(today.day).to.equal(koreanDate(systemClock()))
    expect(today.applications.length).to.be.greaterThan(1)
    expect(JSON.stringify(today)).not.to.include(nameOf(someone))
    const ended = today.applications.find(({ state }: Body) => state === 'cancelled')
    expect(ended.maskedName).to.equal(`${second.familyName}*${second.givenName.slice(1)}`)
    expect((await get('/applications', other)).applications).to.deep.equal([])
    expect((await get('/applications', { ...other, role: 'supervisor' })).applications).to.deep.equal(
      today.applications,
    )
    expect((await get('/applications?day=2020-01-01')).applications).to.deep.equal([])
    await get('/applications?day=yesterday', clerk, 400)
  })

  it('give the data of a plastic card to the card producer alone, and to no log', async () => {
    const { applicationId: id, job } = await identified(third, { card: 'resident', kind: 'ic-exchange', chip: true })
    expect(job).to.equal('queued')
    const listed = await get('/personalisation/jobs', producer)
    expect(listed.jobs.map(({ jobId }: Body) => jobId)).to.deep.equal([id])
    const personal = [third.personalNumber, nameOf(third), third.address]
    for (const value of personal) expect(JSON.stringify(listed)).not.to.include(value)
    await post(`/personalisation/jobs/${id}/take`, {}, clerk, 403)
    await post(`/personalisation/jobs/${id}/take`, {}, { kind: 'local' }, 403)
    await post(`/personalisation/jobs/${id}/take`, {}, { ...producer, scopes: ['offers'] }, 403)
    const { lease, data } = await post(`/personalisation/jobs/${id}/take`, {}, producer)
    expect(data).to.include({ personalNumber: third.personalNumber, name: nameOf(third), address: third.address })
    await post(`/personalisation/jobs/${id}/done`, { lease: 'A'.repeat(43) }, producer, 409)
    await post(`/personalisation/jobs/${id}/done`, { lease }, producer)
    expect(await get(`/applications/${id}`)).to.include({ state: 'issued', job: 'done', credentialId: null })
    for (const value of [...personal, data.portrait, lease]) expect(site.logged()).not.to.include(value)
  })

  it('refuse a kind that the card does not have, a chip on a phone, and a number of no document', async () => {
    const person = await personOf(second)
    for (const wanted of [
      { card: 'driver', kind: 'ic-first', chip: true },
      { card: 'resident', kind: 'ic-first' },
      { card: 'resident', kind: 'mobile', chip: false },
    ]) {
      expect(await post('/applications', { person, ...wanted }, clerk, 422)).to.include({ code: 'ISSUER_KIND_REFUSED' })
    }
    const { applicationId: id, version } = await post(
      ...(['/applications', { person, card: 'resident', kind: 'mobile' }, clerk, 201] as const),
    )
    const at = `/applications/${id}/identity`
    await post(at, { version, document: 'none', documentNumber: 'M1', means: ['face-compared'] }, clerk, 400)
    await post(at, { version, document: 'passport', means: [] }, clerk, 400)
    await post(at, { version, document: 'passport', documentNumber: '<script>', means: ['face-compared'] }, clerk, 400)
  })

  it('invite nobody for a centre that the roll-out policy does not have', async () => {
    const administrator: Actor = {
      kind: 'operator',
      id: 'F'.repeat(22),
      name: '박관리',
      role: 'administrator',
      centre: null,
    }
    const invite = (centre: string | null, status: number) =>
      post('/operators/invitations', { name: '정창구', role: 'clerk', centre }, administrator, status)
    await invite('whatever', 201)
    const file = JSON.stringify({
      schema: 1,
      municipalities: [{ code: '11110', ko: '서울특별시 종로구', en: 'Jongno-gu, Seoul' }],
      centres: [{ id: 'jongno-1', ko: '가상1동 주민센터', en: 'Gasang 1-dong', municipality: '11110' }],
      phases: [
        { from: '2024-12-27', municipalities: 'all', who: 'anyone', where: 'any-centre', channels: ['counter'] },
      ],
    })
    await post('/rollout', { file }, administrator)
    const accounts = async () => (await get('/operators', administrator)).operators.length
    const before = await accounts()
    expect(await invite('jongno-2', 422)).to.include({ code: 'OPERATOR_CENTRE_UNKNOWN' })
    expect(await accounts()).to.equal(before)
    expect((await invite('jongno-1', 201)).operator.centre).to.equal('jongno-1')
    await invite(null, 201)
  })
})
