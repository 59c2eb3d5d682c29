import { expect } from 'chai'
import type { ResidentFacts } from '../../../../node/credential/subject.ts'
import { OnlineError } from '../../../../node/issuer/online/errors.ts'
import { type Claims, parseStated, personOfAccount, type Stated } from '../../../../node/issuer/online/matching.ts'
import { OnlineApplication } from '../../../../node/issuer/online/setting.ts'
import type { Resident } from '../../../../node/residents/register.ts'
import { hong } from '../../credential/support.ts'

const facts: ResidentFacts = { ...hong, familyName: '홍', givenName: '길동', birthdate: '1990-01-01' }
const resident: Resident = { person: new Uint8Array(16).fill(1), facts }

const register = {
  findByNumber: async (number: string) => (number === facts.personalNumber ? resident : undefined),
  findByRegisterId: async (id: string) => (id === 'CI-1' ? resident : undefined),
}

/** The code of the refusal, with the claim that differs. */
async function outcome(work: () => unknown): Promise<string> {
  try {
    await work()
    return 'found'
  } catch (error) {
    if (!(error instanceof OnlineError)) throw error
    const { detail } = error
    return 'claim' in detail ? `${detail.code} ${detail.claim}` : detail.code
  }
}

describe('online application: the person of an account', () => {
  const match = (more: Omit<Stated, 'person'> = {}, person = facts.personalNumber) =>
    outcome(() => personOfAccount(register, 'personal_number', { person, ...more }))

  it('is found by the identifier alone', async () => {
    expect(await match()).to.equal('found')
    expect(await match({}, '900101-1999999')).to.equal('ONLINE_PERSON_UNKNOWN')
    expect(await outcome(() => personOfAccount(register, 'register_id', { person: 'CI-1' }))).to.equal('found')
    const unknown = personOfAccount(register, 'register_id', { person: facts.personalNumber })
    expect(await outcome(() => unknown)).to.equal('ONLINE_PERSON_UNKNOWN')
  })

  it('has the name and the birthdate that the provider states', async () => {
    for (const name of ['홍길동', '홍 길동', '길동 홍', '홍길동'.normalize('NFD')]) {
      expect(await match({ name }), name).to.equal('found')
    }
    expect(await match({ family_name: '홍', given_name: '길동', birthdate: '1990-01-01' })).to.equal('found')
    for (const birthdate of ['1990', '0000-01-01']) expect(await match({ birthdate }), birthdate).to.equal('found')
  })

  it('is not whoever has the same name, or only a part of it', async () => {
    expect(await match({ name: '홍길순' })).to.equal('ONLINE_PERSON_DIFFERS name')
    expect(await match({ name: '길동' })).to.equal('ONLINE_PERSON_DIFFERS name')
    expect(await match({ name: '' })).to.equal('ONLINE_PERSON_DIFFERS name')
    expect(await match({ family_name: '김' })).to.equal('ONLINE_PERSON_DIFFERS family_name')
    expect(await match({ given_name: '홍' })).to.equal('ONLINE_PERSON_DIFFERS given_name')
    for (const birthdate of ['1990-01-02', '1991', '0000-01-02', '90-01-01', '1990-01', '1990-1-1', '']) {
      expect(await match({ name: '홍길동', birthdate }), birthdate).to.equal('ONLINE_PERSON_DIFFERS birthdate')
    }
  })
})

describe('online application: the claims of an account', () => {
  const parse = (...sources: Claims[]) => outcome(() => parseStated('ci', sources))

  it('must name the person', async () => {
    expect(await parse({ sub: 'x', name: '홍길동', birthdate: '1990-01-01' }, {})).to.equal('ONLINE_PERSON_UNKNOWN')
    expect(await parse({ ci: 'a' })).to.equal('found')
    expect(await parse({}, { ci: 'a' })).to.equal('found')
  })

  it('must be the same in the ID token and at the UserInfo endpoint', async () => {
    expect(await parse({ ci: 'a' }, { ci: 'b' })).to.equal('ONLINE_PERSON_DIFFERS ci')
    expect(await parse({ ci: 'a', name: '홍길동' }, { ci: 'a', name: '홍길순' })).to.equal('ONLINE_PERSON_DIFFERS name')
    expect(
      parseStated('ci', [
        { ci: 'a', birthdate: '1990' },
        { ci: 'a', name: '홍길동' },
      ]),
    ).to.deep.equal({
      ...{ person: 'a', name: '홍길동', birthdate: '1990' },
    })
  })

  it('must be texts: merged accounts state several', async () => {
    expect(await parse({ ci: ['a', 'b'] })).to.equal('ONLINE_PERSON_DIFFERS ci')
    expect(await parse({ ci: null })).to.equal('ONLINE_PERSON_DIFFERS ci')
    expect(await parse({ ci: 'a', name: { ko: '홍길동' } })).to.equal('ONLINE_PERSON_DIFFERS name')
    expect(await parse({ ci: 'a'.repeat(401) })).to.equal('ONLINE_PERSON_DIFFERS ci')
  })

  it('do not come from the prototype of an object', async () => {
    expect(await outcome(() => parseStated('constructor', [{ sub: 'x' }]))).to.equal('ONLINE_PERSON_UNKNOWN')
  })
})

describe('online application: the setting', () => {
  const good = {
    issuer: 'https://login.example',
    name: { ko: '본인확인', en: 'Sign-in' },
    clientId: 'dojang',
    acrValues: ['high'],
    person: { claim: 'ci', is: 'register_id' },
  }
  const accepted = (change: object) => OnlineApplication.safeParse({ ...good, ...change }).success

  it('demands https, an assurance level, and a claim that names one person', () => {
    expect(accepted({})).to.equal(true)
    expect(accepted({ issuer: 'http://localhost:5000' })).to.equal(true)
    expect(accepted({ issuer: 'http://login.example' })).to.equal(false)
    expect(accepted({ issuer: 'https://login.example/?x=1' })).to.equal(false)
    expect(accepted({ acrValues: [] })).to.equal(false)
    expect(accepted({ acrValues: ['a b'] })).to.equal(false)
    expect(accepted({ person: { claim: 'name', is: 'name_and_birthdate' } })).to.equal(false)
    expect(accepted({ scopes: ['profile'] })).to.equal(false)
    expect(accepted({ maxAge: 86_400 })).to.equal(false)
    expect(accepted({ walletOrigins: ['https://wallet.example/cb'] })).to.equal(false)
  })
})
