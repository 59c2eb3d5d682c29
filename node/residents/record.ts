/** The encoding of a resident before encryption: uint32be length ‖ JSON of all facts but the portrait ‖ portrait bytes. */
import type { ColumnValue } from '../credential/card.ts'
import type { ResidentFacts } from '../credential/subject.ts'
import { concat, fromUtf8, readU32be, u32be, utf8 } from '../lib/bytes.ts'

/** The same facts always give the same bytes, so that a change can be detected by comparison. */
export function encodeResident(facts: ResidentFacts): Uint8Array {
  const { licence, veteran, guardians = [], columns, document } = facts
  const json = utf8(
    JSON.stringify({
      familyName: facts.familyName,
      givenName: facts.givenName,
      birthdate: facts.birthdate,
      sex: facts.sex,
      address: facts.address,
      municipality: facts.municipality,
      personalNumber: facts.personalNumber,
      licence: licence && {
        number: licence.number,
        privileges: licence.privileges.map(({ category, issued, conditions }) => ({ category, issued, conditions })),
      },
      veteran: veteran && {
        number: veteran.number,
        category: veteran.category,
        disabilityGrade: veteran.disabilityGrade,
      },
      // Absent if there are none, as in the records of older versions.
      ...(guardians.length > 0 && { guardians }),
      ...(columns.size > 0 && { columns: [...columns].sort(([a], [b]) => (a < b ? -1 : 1)) }),
      ...(document && { document: { number: document.number, chip: document.chip } }),
    }),
  )
  return concat(u32be(json.length), json, facts.portrait)
}

type StoredFacts = Omit<ResidentFacts, 'portrait' | 'columns'> & {
  readonly columns?: readonly (readonly [string, ColumnValue])[]
}

/** Parses decrypted bytes, which this program has written itself. */
export function decodeResident(bytes: Uint8Array): ResidentFacts {
  const end = 4 + readU32be(bytes)
  const { columns = [], ...facts } = JSON.parse(fromUtf8(bytes.subarray(4, end))) as StoredFacts
  return { ...facts, columns: new Map(columns), portrait: bytes.slice(end) }
}
