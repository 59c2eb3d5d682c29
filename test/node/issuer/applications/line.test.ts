/** The verified line of an application, and the attack: a line that is another person's. */
import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { thumbprint } from '../../../../node/lib/jose/jwk.ts'
import { failureOf } from '../../../support/failure.ts'
import { population } from '../../residents/support.ts'
import { Wallet } from '../oid4vci/wallet.ts'
import { CLERK, type Desk, openDesk } from './desk.ts'

const MINE = '010-1234-5678'
const THEIRS = '010-9876-5432'

describe("the applicant's line", () => {
  let desk: Desk
  let id: string
  let version: number

  beforeEach(async () => {
    desk = await openDesk()
    const another = population(41)[40]
    if (!another) throw new Error('no other person')
    await desk.residents.store([another])
    const found = await desk.residents.findByNumber(another.personalNumber)
    if (!found) throw new Error('not stored')
    const owned = [
      { line: '+821012345678', person: desk.person },
      { line: '+821098765432', person: found.person },
    ]
    await desk.residents.lines.put(owned, randomBytes)
    const identified = await desk.identified()
    id = identified.id
    version = identified.version
  })

  const application = () => desk.authority.applications.require(id)
  const verify = (line: string) => desk.acts.line(id, version, line, CLERK)

  it('is recorded as a tag, in the commit of its journal entry', async () => {
    expect(application().lineTag).to.equal(null)
    const changed = await verify(MINE)
    expect(changed.lineTag).to.match(/^0x[0-9a-f]{32}$/)
    expect(application()).to.deep.include({ lineTag: changed.lineTag, version: version + 1, state: 'identity_checked' })
    const entries = await desk.authority.journal()
    expect(entries.at(-1)).to.include({ event: 'application.line_verified', application: id, by: CLERK.by })
    expect(JSON.stringify([entries, application()])).not.to.match(/1234-?5678/)
  })

  it('and the key of the wallet that got the card go into its order', async () => {
    const { lineTag } = await verify(MINE)
    const offer = await desk.acts.offer(id, desk.version(id), CLERK)
    const wallet = new Wallet(desk.authority)
    const token = await wallet.token(offer)
    await desk.acts.samePhone(id, desk.version(id), CLERK)
    expect((await wallet.requestCredential(token)).status).to.equal(200)
    const dpopKey = thumbprint(wallet.dpopKey.jwk)
    expect(desk.authority.issuing.orders[0]).to.include({ lineTag, dpopKey, keyStorage: 'software' })
  })

  it("is refused if it is another's or unknown, with words for the applicant and without the number", async () => {
    for (const [line, code] of [
      [THEIRS, 'ISSUER_LINE_NOT_OWN'],
      ['010-0000-0000', 'ISSUER_LINE_UNKNOWN'],
      ['toString', 'ISSUER_LINE_UNKNOWN'],
    ] as const) {
      const failure = await failureOf(verify(line))
      expect(failure.code).to.equal(code)
      const { text } = failure.detail as { text: { ko: string; en: string } }
      expect(text.ko).to.match(/번호/)
      expect(text.en).to.match(/line/)
      expect(`${failure.message}${JSON.stringify(failure.detail)}`).not.to.match(/5432|0000-|toString/)
    }
    expect(application()).to.include({ lineTag: null, version })
  })

  it('is verified before the offer, for the version that the clerk saw, and for a mobile card only', async () => {
    await desk.acts.offer(id, version, CLERK)
    expect((await failureOf(verify(MINE))).code).to.equal('ISSUER_APPLICATION_CHANGED')
    version = desk.version(id)
    expect((await failureOf(verify(MINE))).code).to.equal('ISSUER_APPLICATION_STATE')
    const plastic = await desk.acts.apply(
      { person: desk.person, card: 'resident', kind: 'ic-first', chip: true },
      CLERK,
    )
    const failed = await failureOf(desk.acts.line(plastic.id, plastic.version, MINE, CLERK))
    expect(failed.detail).to.include({ code: 'ISSUER_APPLICATION_STATE', step: 'line' })
  })
})
