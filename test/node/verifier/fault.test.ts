/**
 * An unexpected error at any step of a check is an internal fault: the verdict is `unknown/internal_fault`, the fault
 * is reported, and the report contains nothing of the presentation.
 */
import { expect } from 'chai'
import type { P256PublicKey } from '../../../node/lib/crypto.ts'
import { type CheckInput, check } from '../../../node/verifier/check.ts'
import { IssuerKeys } from '../../../node/verifier/issuer-keys.ts'
import { DEFAULT_POLICY, REMOTE_WINDOW } from '../../../node/verifier/policy.ts'
import { TokenStatusLists } from '../../../node/verifier/status/source.ts'
import type { CheckName, Verdict } from '../../../node/verifier/verdict.ts'
import { Verifier } from '../../../node/verifier/verifier.ts'
import type { LedgerView, PinnedView } from '../../../node/verifier/view.ts'
import { hong } from '../credential/support.ts'
import {
  AUDIENCE,
  cardOn,
  issuer,
  keyOf,
  listToken,
  MemoryView,
  NONCE,
  NOW,
  noFaults,
  present,
  profile,
} from './support.ts'

/** Quotes the card, as a library's message might. */
const fault = (): never => {
  throw new TypeError(`cannot read ${hong.familyName}${hong.givenName}`)
}
const failing = async (): Promise<never> => fault()

interface Report {
  readonly facts: Record<string, unknown>
  readonly message: string
}

async function run(
  change: (input: CheckInput) => Partial<CheckInput>,
): Promise<{ verdict: Verdict; reports: Report[] }> {
  const view = new MemoryView()
  const reports: Report[] = []
  const input: CheckInput = {
    presentation: present(cardOn(view)),
    expected: { audience: AUDIENCE, nonce: NONCE, window: REMOTE_WINDOW },
    policy: DEFAULT_POLICY,
    profile,
    view,
    keys: new IssuerKeys(),
    statusLists: null,
    now: NOW,
    warn: (facts, message) => reports.push({ facts, message }),
  }
  const { verdict, disclosed } = await check({ ...input, ...change(input) })
  if (verdict.outcome !== 'valid') expect(disclosed).to.equal(null)
  return { verdict, reports }
}

const onLedger = (change: Partial<PinnedView>) => (input: CheckInput) => ({
  view: { pin: async () => ({ ...(await input.view.pin()), ...change }) } satisfies LedgerView,
})

/** An object that fails when this member is read. */
const broken = <T extends object>(object: T, member: keyof T): T =>
  Object.defineProperty({ ...object }, member, { get: fault, enumerable: true })

function keysWith(key: Partial<P256PublicKey>): IssuerKeys {
  const real = new IssuerKeys().of(issuer.x5c[0] ?? '')
  const keys = new IssuerKeys()
  keys.of = () => ({ ...real, key: { ...real.key, spki: real.key.spki, jwk: real.key.jwk, ...key } as P256PublicKey })
  return keys
}

function failingKeys(): IssuerKeys {
  const keys = new IssuerKeys()
  keys.of = fault
  return keys
}

const condition = { query: null, path: ['age_equal_or_over', '19'], equals: true }

const STEPS: Readonly<Record<string, readonly [CheckName, (input: CheckInput) => Partial<CheckInput>]>> = {
  'the view is pinned': ['view', () => ({ view: { pin: failing } })],
  'the view fails outright': ['view', () => ({ view: { pin: fault } })],
  'the certificate is read': ['readable', () => ({ keys: failingKeys() })],
  'the signature is checked': ['readable', () => ({ keys: keysWith({ verify: fault }) })],
  'the audience is compared': ['key_binding', ({ expected }) => ({ expected: broken(expected, 'audience') })],
  'the nonce is compared': ['key_binding', ({ expected }) => ({ expected: broken(expected, 'nonce') })],
  'the time is compared': ['key_binding', ({ expected }) => ({ expected: broken(expected, 'window') })],
  'the accreditation is asked for': ['issuer', onLedger({ accreditation: failing })],
  'the accreditation is answered with nothing': ['issuer', onLedger({ accreditation: async () => undefined as never })],
  'the receipt is looked up': ['anchor', onLedger({ anchor: failing })],
  'the receipt is compared with the profile': ['anchor', () => ({ profile: broken(profile, 'contracts') })],
  'the status is asked for': ['status', onLedger({ status: failing })],
  'the status list is asked for': ['status', () => ({ statusLists: { statusOf: failing } })],
  'the policy is read': ['anchor', ({ policy }) => ({ policy: broken(policy, 'anchor') })],
  'the claims are matched': ['claims', ({ policy }) => ({ policy: broken(policy, 'query') })],
  'the conditions are judged': [
    'claims',
    ({ policy }) => ({ policy: { ...policy, conditions: [broken(condition, 'path')] } }),
  ],
}

describe('an unexpected error in a check', () => {
  it('does not occur in a check that succeeds', async () => {
    const { verdict, reports } = await run(() => ({}))
    expect(keyOf(verdict)).to.equal('valid')
    expect(reports).to.deep.equal([])
  })

  for (const [when, [name, change]] of Object.entries(STEPS)) {
    it(`when ${when}, is an internal fault, not a finding about the card`, async () => {
      const { verdict, reports } = await run(change)
      expect(keyOf(verdict), JSON.stringify(verdict)).to.equal('unknown/internal_fault')
      const checks = [...verdict.checks, ...verdict.credentials.flatMap(credential => credential.checks)]
      expect(checks.find(one => one.name === name)).to.deep.equal({
        name,
        result: 'not_checked',
        facts: { fault: true },
      })
      expect(checks.filter(({ result }) => result === 'failed')).to.deep.equal([])
      expect(reports.map(({ facts }) => [facts.check, facts.error])).to.deep.equal([[name, 'TypeError']])
      const report = JSON.stringify(reports)
      expect(report).to.include('fault.test.ts').and.not.include(hong.familyName).and.not.include(hong.givenName)
    })
  }

  it('does not hide a finding about the card', async () => {
    const { verdict } = await run(({ view }) => {
      ;(view as MemoryView).statuses.set(77, 'INVALID')
      return { statusLists: { statusOf: failing } }
    })
    expect(keyOf(verdict)).to.equal('revoked')
  })

  it('in the source of a status list does not count as an answer of the list', async () => {
    const fetched = (change: object) => {
      const port = { fetch: async () => listToken(), inflate: failing, ...change }
      return run(() => ({ statusLists: new TokenStatusLists(port) }))
    }
    // Errors of the list's address, and of the compressed data, are not internal faults.
    for (const change of [{}, { fetch: failing }, { fetch: async () => 'no list' }]) {
      const { verdict, reports } = await fetched(change)
      expect(keyOf(verdict)).to.equal('valid')
      expect(reports).to.deep.equal([])
    }
    const { verdict } = await fetched({ inflate: async () => undefined as never })
    expect(keyOf(verdict)).to.equal('unknown/internal_fault')
  })

  it('is reported on the console if there is no port', async () => {
    const told: unknown[][] = []
    const error = console.error
    console.error = (...words: unknown[]) => void told.push(words)
    try {
      const verifier = new Verifier({ profile, view: { pin: failing }, clock: () => NOW })
      expect(keyOf(await verifier.verify('', { nonce: NONCE, audience: AUDIENCE }))).to.equal('unknown/internal_fault')
    } finally {
      console.error = error
    }
    expect(told).to.have.lengthOf(1)
  })

  it('fails every other test of this room', () => {
    expect(() => noFaults({}, 'x')).to.throw('x')
  })
})
