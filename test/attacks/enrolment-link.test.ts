/** The one-time link of an operator: used twice, late, by two at once, with a wrong authenticator. */
import { expect } from 'chai'
import { codeOf, OperatorPage } from '../support/operator-page.ts'
import { type ShiftedSite, shiftedSite } from '../support/shifted-site.ts'
import { expectRefusal, HOUR, inviteClerk, journalOf } from './support/operators.ts'

describe('attacks: the enrolment link', function () {
  this.timeout(120_000)
  let site: ShiftedSite

  before(async () => {
    site = await shiftedSite()
  })
  afterEach(() => site.back())
  after(() => site.close())

  it('works once', async () => {
    const { enrolmentUrl } = await inviteClerk(site)
    const [first, second] = [new OperatorPage(site), new OperatorPage(site)]
    const late = second.passkey.create((await second.enrolmentOptions(enrolmentUrl)).body.options)
    expect((await first.enrol(enrolmentUrl)).status).to.equal(201)
    expectRefusal(await second.enrolmentOptions(enrolmentUrl), 410, 'OPERATOR_ENROLMENT_ENDED')
    expectRefusal(await second.sendEnrolment(enrolmentUrl, late), 410, 'OPERATOR_ENROLMENT_ENDED')
    expect((await first.signIn()).status).to.equal(201)
    expectRefusal(await second.signIn(), 403, 'OPERATOR_PASSKEY_REFUSED')
  })

  it('makes one account when two use it at the same moment', async () => {
    const { enrolmentUrl, operator } = await inviteClerk(site)
    const pages = [new OperatorPage(site), new OperatorPage(site)]
    const made = await Promise.all(
      pages.map(async page => page.passkey.create((await page.enrolmentOptions(enrolmentUrl)).body.options)),
    )
    const answers = await Promise.all(pages.map((page, at) => page.sendEnrolment(enrolmentUrl, made[at])))
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([201, 410])
    const enrolled = (await journalOf(site)).filter(
      one => one.event === 'operator.enrolled' && one.operator === operator.id,
    )
    expect(enrolled).to.have.length(1)
  })

  it('ends after 24 hours, and when the account is stopped', async () => {
    const { enrolmentUrl } = await inviteClerk(site)
    site.forward(24 * HOUR - 60)
    expect((await new OperatorPage(site).enrolmentOptions(enrolmentUrl)).status).to.equal(200)
    site.forward(60)
    expectRefusal(await new OperatorPage(site).enrolmentOptions(enrolmentUrl), 410, 'OPERATOR_ENROLMENT_ENDED')
    site.back()
    const stopped = await inviteClerk(site)
    await site.authority.accounts.stop(stopped.operator.id, 'local')
    expectRefusal(await new OperatorPage(site).enrolmentOptions(stopped.enrolmentUrl), 410, 'OPERATOR_ENROLMENT_ENDED')
  })

  it('is neither in the log nor in the journal', async () => {
    const { enrolmentUrl } = await inviteClerk(site)
    const code = codeOf(enrolmentUrl)
    await new OperatorPage(site).enrol(enrolmentUrl)
    expect(site.logged()).to.include('"route":"/operator/enrolments"').and.not.include(code)
    expect(JSON.stringify(await journalOf(site))).not.to.include(code)
  })

  it('needs an authenticator that verified its user, for this origin and RP ID, and a fresh challenge', async () => {
    const { enrolmentUrl } = await inviteClerk(site)
    const page = new OperatorPage(site)
    const faults = [{ verified: false }, { origin: 'http://localhost:4100' }, { rpId: 'evil.example' }]
    for (const fault of faults) {
      const { body } = await page.enrolmentOptions(enrolmentUrl)
      expectRefusal(
        await page.sendEnrolment(enrolmentUrl, page.passkey.create(body.options, fault)),
        403,
        'OPERATOR_PASSKEY_REFUSED',
      )
    }
    const { body } = await page.enrolmentOptions(enrolmentUrl)
    site.forward(301)
    expectRefusal(
      await page.sendEnrolment(enrolmentUrl, page.passkey.create(body.options)),
      403,
      'OPERATOR_PASSKEY_REFUSED',
    )
    site.back()
    // The challenge of another account.
    const other = (await new OperatorPage(site).enrolmentOptions((await inviteClerk(site)).enrolmentUrl)).body
    expectRefusal(
      await page.sendEnrolment(enrolmentUrl, page.passkey.create(other.options)),
      403,
      'OPERATOR_PASSKEY_REFUSED',
    )
    expect((await page.enrol(enrolmentUrl)).status).to.equal(201)
  })

  it('a passkey that is enrolled in two accounts would open both: the second enrolment is refused', async () => {
    const page = new OperatorPage(site)
    const answers = []
    for (let account = 0; account < 2; account++) {
      const { enrolmentUrl } = await inviteClerk(site)
      const { body } = await page.enrolmentOptions(enrolmentUrl)
      answers.push(await page.sendEnrolment(enrolmentUrl, page.passkey.create(body.options)))
    }
    expect(answers.map(({ status }) => status)).to.deep.equal([201, 403])
  })

  it('nor are two accounts opened by one passkey that is enrolled in both at the same moment', async () => {
    const page = new OperatorPage(site)
    const links = [await inviteClerk(site), await inviteClerk(site)].map(({ enrolmentUrl }) => enrolmentUrl)
    const made: [string, unknown][] = []
    for (const link of links) made.push([link, page.passkey.create((await page.enrolmentOptions(link)).body.options)])
    const answers = await Promise.all(made.map(([link, passkey]) => page.sendEnrolment(link, passkey)))
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([201, 403])
  })
})
