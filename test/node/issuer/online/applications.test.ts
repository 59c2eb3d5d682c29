import { expect } from 'chai'
import type { ResidentFacts } from '../../../../node/credential/subject.ts'
import { IssuerError } from '../../../../node/issuer/errors.ts'
import { OnlineApplications } from '../../../../node/issuer/online/applications.ts'
import { Consents } from '../../../../node/issuer/online/consents.ts'
import { OnlineError } from '../../../../node/issuer/online/errors.ts'
import { GuardianCodes } from '../../../../node/issuer/online/guardian-codes.ts'
import type { RolloutRefusal } from '../../../../node/issuer/rollout/rollout.ts'
import { type Hex, toHex } from '../../../../node/lib/bytes.ts'
import { DAY } from '../../../../node/lib/time.ts'
import { cardNamed, ownCards, resident as residentCard } from '../../../support/cards.ts'
import { hong } from '../../credential/support.ts'
import { MASTER, makeAuthority, type TestAuthority } from '../oid4vci/authority.ts'

const disability = cardNamed('disability')
const PROVIDER = 'https://login.example'

const personOf = (n: number) => new Uint8Array(16).fill(n)
const idOf = (n: number): Hex => toHex(personOf(n))
const [CHILD, PARENT, STRANGER, ADULT] = [1, 2, 3, 4]

const facts = new Map<number, ResidentFacts>([
  [PARENT, { ...hong, personalNumber: '800101-2990002' }],
  [STRANGER, { ...hong, personalNumber: '800101-2990003' }],
  [ADULT, { ...hong, personalNumber: '800101-2990004' }],
  [
    CHILD,
    {
      ...hong,
      birthdate: '2011-01-01',
      personalNumber: '110101-3990001',
      guardians: ['800101-2990002', '700101-1990009'],
      columns: new Map([
        ['disability_type', '청각장애'],
        ['disability_severity', '심하지 않은 장애'],
      ]),
    },
  ],
])

async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'allowed'
  } catch (error) {
    if (error instanceof OnlineError || error instanceof IssuerError) return error.code
    throw error
  }
}

describe('online applications', () => {
  let authority: TestAuthority
  let online: OnlineApplications
  let consents: Consents
  let codes: GuardianCodes
  let register: Map<string, ResidentFacts>
  let early: RolloutRefusal | null

  beforeEach(async () => {
    authority = await makeAuthority()
    const { store, applications, offers } = authority
    const clock = () => authority.now
    register = new Map([...facts].map(([n, one]) => [toHex(personOf(n)), one]))
    early = null
    codes = new GuardianCodes(store, MASTER, clock)
    const residents = {
      find: async (person: Uint8Array) => {
        const found = register.get(toHex(person))
        return found && { person, facts: found }
      },
    }
    const shared = { provider: PROVIDER, cards: ownCards, store, residents, applications, codes, clock }
    online = new OnlineApplications({
      ...{ ...shared, offers, issuingAuthority: '행정안전부' },
      rollout: { refusalOf: () => early },
      gate: { requireOpen: () => undefined },
    })
    consents = new Consents(shared)
  })

  const visit = (n: number) => ({ person: idOf(n), acr: 'high', application: null })
  const standing = async (n: number, card = disability) => (await online.standingOf(idOf(n), card)).standing
  const granted = (n: number, card = disability) =>
    online.grant(visit(n), card, ({ ref }, application) => ({ value: { ref, application }, ops: [] }))
  const events = async () =>
    (await authority.journal()).map(({ event }) => event).filter(event => !/^journal/.test(event))

  /** The code that the child gives to a guardian. */
  const ask = async () => {
    await online.askGuardian(visit(CHILD), disability)
    return codes.shown(await standing(CHILD)) ?? ''
  }

  it('make the application, its identity check, its offer and the result in one commit', async () => {
    const before = await authority.store.commit([])
    const { application, ref } = await granted(ADULT, residentCard)
    expect((await authority.store.commit([])) - before).to.equal(1)
    expect(authority.applications.require(application)).to.deep.include({
      ...{ state: 'offered', channel: 'online', offer: ref, person: idOf(ADULT), guardian: null },
      identity: { by: PROVIDER, how: 'online', acr: 'high' },
    })
    expect(await events()).to.deep.equal([
      ...['application.applied', 'application.identity_checked', 'application.offered'],
    ])
    const checked = (await authority.journal()).find(({ event }) => event === 'application.identity_checked')
    expect(checked).to.include({ by: PROVIDER, how: 'online', acr: 'high' })
  })

  it('leave nothing behind if the result cannot be made', async () => {
    const failing = online.grant(visit(ADULT), residentCard, () => {
      throw new OnlineError({ code: 'ONLINE_SIGN_IN_ENDED' })
    })
    expect(await refusal(failing)).to.equal('ONLINE_SIGN_IN_ENDED')
    expect(await events()).to.deep.equal([])
  })

  it("are refused with the policy's sentence, and to whoever may not have the card", async () => {
    const text = {
      ko: '2027년 1월 1일부터 온라인으로 신청하실 수 있습니다.',
      en: 'You can apply online from 1 January 2027.',
    }
    early = { code: 'ISSUER_NOT_YET', where: '온라인으로', from: '2027-01-01', text }
    expect(await standing(ADULT, residentCard)).to.deep.equal({ kind: 'refused', text })
    expect(await refusal(granted(ADULT, residentCard))).to.equal('ONLINE_SIGN_IN_ENDED')
    early = null
    expect(await standing(CHILD, residentCard)).to.include({ kind: 'refused' })
    register.delete(toHex(personOf(ADULT)))
    expect(await refusal(granted(ADULT, residentCard))).to.equal('ONLINE_PERSON_UNKNOWN')
    expect(await events()).to.deep.equal([])
  })

  it('have an offer that nobody can redeem with a transaction code', async () => {
    const { ref } = await granted(ADULT, residentCard)
    const { offers } = authority
    for (const tried of [
      offers.redeem(ref, { jkt: '', txCode: '' }, () => ({ ops: [], value: null })),
      offers.verifyTxCode(ref, '000000', () => ({ ops: [], value: null })),
    ]) {
      expect(await tried.catch(error => error.code)).to.equal('OFFER_ENDED')
    }
    const other = offers.confirmSignedIn(ref, idOf(STRANGER), () => ({ ops: [], value: null }))
    expect(await other.catch(error => error.code)).to.equal('OFFER_ENDED')
    expect(await offers.confirmSignedIn(ref, idOf(ADULT), () => ({ ops: [], value: 'own' }))).to.equal('own')
  })

  describe('that need a guardian', () => {
    it('wait, are offered to nobody, and go on after the consent without a new application', async () => {
      expect(await standing(CHILD)).to.deep.equal({ kind: 'consent', refused: false })
      expect(await refusal(granted(CHILD))).to.equal('ONLINE_SIGN_IN_ENDED')
      const code = await ask()
      const waiting = await standing(CHILD)
      const id = waiting.kind === 'waiting' ? waiting.application.id : ''
      expect(await refusal(authority.offers.create(id))).to.equal('ISSUER_GUARDIAN_UNDECIDED')
      expect((await consents.find(code.toUpperCase().replaceAll('-', ' '), idOf(PARENT))).applicant.facts).to.equal(
        facts.get(CHILD),
      )
      await consents.decide(code, idOf(PARENT), 'high', 'agreed')
      expect((await granted(CHILD)).application).to.equal(id)
      expect(await events()).to.deep.equal([
        ...[
          'application.applied',
          'application.identity_checked',
          'application.guardian_agreed',
          'application.offered',
        ],
      ])
      const agreed = (await authority.journal()).find(({ event }) => event === 'application.guardian_agreed')
      expect(agreed).to.include({ guardian: idOf(PARENT), by: PROVIDER, acr: 'high', application: id })
    })

    it('take no consent of a stranger, of the applicant, of somebody erased, or twice', async () => {
      const code = await ask()
      for (const [n, refused] of [
        [STRANGER, 'ONLINE_NOT_GUARDIAN'],
        [CHILD, 'ONLINE_NOT_GUARDIAN'],
      ] as const) {
        expect(await refusal(consents.find(code, idOf(n)))).to.equal(refused)
        expect(await refusal(consents.decide(code, idOf(n), 'high', 'agreed'))).to.equal(refused)
      }
      const parent = register.get(toHex(personOf(PARENT))) as ResidentFacts
      register.delete(toHex(personOf(PARENT)))
      expect(await refusal(consents.decide(code, idOf(PARENT), 'high', 'agreed'))).to.equal('ONLINE_PERSON_UNKNOWN')
      register.set(toHex(personOf(PARENT)), parent)
      const decisions = (['agreed', 'refused'] as const).map(one => consents.decide(code, idOf(PARENT), 'high', one))
      expect(await Promise.all(decisions.map(refusal))).to.deep.equal(['allowed', 'ONLINE_CONSENT_ENDED'])
      expect(await refusal(consents.find(code, idOf(PARENT)))).to.equal('ONLINE_CONSENT_ENDED')
    })

    it('take no consent of whoever was a guardian before, or has erased the applicant', async () => {
      const code = await ask()
      const child = register.get(toHex(personOf(CHILD))) as ResidentFacts
      register.set(toHex(personOf(CHILD)), { ...child, guardians: ['700101-1990009'] })
      expect(await refusal(consents.decide(code, idOf(PARENT), 'high', 'agreed'))).to.equal('ONLINE_NOT_GUARDIAN')
      register.delete(toHex(personOf(CHILD)))
      expect(await refusal(consents.decide(code, idOf(PARENT), 'high', 'agreed'))).to.equal('ONLINE_CONSENT_ENDED')
    })

    it('are refused by the guardian, and can ask again', async () => {
      await consents.decide(await ask(), idOf(PARENT), 'high', 'refused')
      expect(await standing(CHILD)).to.deep.equal({ kind: 'consent', refused: true })
      const [application] = await authority.applications.ofPerson(personOf(CHILD))
      expect(application).to.include({ state: 'refused', refusal: 'guardian_refused' })
    })

    it('get a new code when the old one has ended, which then opens nothing', async () => {
      const first = await ask()
      expect(await ask(), 'while it is in force').to.equal(first)
      authority.now += 7 * DAY
      expect(await standing(CHILD)).to.include({ kind: 'waiting', over: true })
      expect(await refusal(consents.find(first, idOf(PARENT)))).to.equal('ONLINE_CONSENT_ENDED')
      const second = await ask()
      expect(second)
        .to.match(/^(?:[2-9a-hjkmnp-z]{4}-){3}[2-9a-hjkmnp-z]{4}$/)
        .and.not.equal(first)
      expect(await refusal(consents.find(second, idOf(PARENT)))).to.equal('allowed')
      expect(await refusal(consents.find(first, idOf(PARENT)))).to.equal('ONLINE_CONSENT_ENDED')
      await codes.sweep()
      expect(await refusal(consents.find(second, idOf(PARENT)))).to.equal('allowed')
    })

    it('have thirty days after the consent', async () => {
      await consents.decide(await ask(), idOf(PARENT), 'high', 'agreed')
      authority.now += 30 * DAY
      expect(await standing(CHILD)).to.deep.equal({ kind: 'consent', refused: false })
    })

    it('go to a counter if the register names no guardian', async () => {
      const { guardians: _, ...child } = register.get(toHex(personOf(CHILD))) as ResidentFacts
      register.set(toHex(personOf(CHILD)), child)
      expect(await standing(CHILD)).to.include({ kind: 'refused' })
    })
  })
})
