/** What a register of residents must answer. docs/register-api.json is made from these schemas. */
import { z } from 'zod'

/** Residents in one answer to a search. */
export const MOST_FOUND = 20

/** The register's own identifier of a person. It never changes and never names another person. */
export const RegisterId = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/)
  .describe('never changes, and is never given to another person')

export const Search = z
  .union([
    z.strictObject({ personalNumber: z.string() }),
    z.strictObject({ id: RegisterId }),
    z.strictObject({ name: z.string(), birthdate: z.string() }),
  ])
  .describe('by one of these: personal number, identifier, or full name and birthdate')

const RegisteredResident = z.object({
  id: RegisterId,
  /** Column name → value. Names and rules are those of the CSV register. */
  columns: z
    .record(z.string().max(64), z.string().max(8192))
    .refine(columns => Object.keys(columns).length <= 64, 'too many columns')
    .describe('values by column name, as in the CSV register: personal_number, family_name, given_name, address, …'),
})
export type RegisteredResident = z.infer<typeof RegisteredResident>

export const Found = z.object({ residents: z.array(RegisteredResident).max(MOST_FOUND) })
