/** A resident's entry as it is sealed: uint32be length ‖ JSON of all but the portrait ‖ the portrait's bytes. */
import type { ResidentFacts } from '../credential/subject.ts'
import { concat, fromUtf8, readU32be, u32be, utf8 } from '../lib/bytes.ts'

/** The same facts always give the same bytes: that is how a change is told. */
export function encodeResident(facts: ResidentFacts): Uint8Array {
  const { licence, veteran } = facts
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
    }),
  )
  return concat(u32be(json.length), json, facts.portrait)
}

/** Of bytes that came out of a seal, and so are ours. */
export function decodeResident(bytes: Uint8Array): ResidentFacts {
  const end = 4 + readU32be(bytes)
  const facts = JSON.parse(fromUtf8(bytes.subarray(4, end))) as Omit<ResidentFacts, 'portrait'>
  return { ...facts, portrait: bytes.slice(end) }
}
