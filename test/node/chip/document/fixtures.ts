/** The documents in test/fixtures/chip. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseCountrySigner } from '../../../../node/chip/document/trust.ts'
import type { ChipCheck } from '../../../../node/chip/document/verify.ts'
import type { ChipReading } from '../../../../node/chip/image.ts'

export interface Fixture {
  readonly name: string
  readonly at: number
  readonly country_signer: string
  readonly security_object: string
  readonly data_groups: Readonly<Record<string, string>>
  readonly challenge: string
  readonly active_authentication: string
}

const FIXTURES = join(import.meta.dirname, '../../../fixtures/chip/documents.json')
export const fixtures = JSON.parse(readFileSync(FIXTURES, 'utf8')) as readonly Fixture[]

/** Those that the tests expect to be refused are named after their flaw. */
const FLAWED = ['sha1', 'secp256k1', 'other-type']
export const acceptedFixtures = fixtures.filter(({ name }) => !FLAWED.includes(name))

export const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64'))

export function documentOf(fixture: Fixture): { reading: ChipReading; check: ChipCheck } {
  const { at } = fixture
  const countrySigner = parseCountrySigner(bytes(fixture.country_signer))
  return {
    reading: {
      securityObject: bytes(fixture.security_object),
      dataGroups: new Map(Object.entries(fixture.data_groups).map(([group, file]) => [Number(group), bytes(file)])),
      activeAuthentication: bytes(fixture.active_authentication),
    },
    check: { challenge: bytes(fixture.challenge), anchors: [{ countrySigner, from: at, until: at + 1 }], at },
  }
}
