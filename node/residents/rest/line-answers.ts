/** What a telecom must answer. docs/lines-api.json is made from these schemas. */
import { z } from 'zod'

const RequestId = z
  .string()
  .regex(/^[\w-]{22}$/)
  .describe('random; the answer repeats it')

export const Line = z
  .string()
  .regex(/^\+821\d{8,9}$/)
  .describe('the number of a mobile line, with the country code and without spaces: +821012345678')

export const OwnerQuestion = z
  .strictObject({
    request: RequestId,
    line: Line,
    personalNumber: z.string().describe('resident registration number, with the hyphen: 900314-1234567'),
  })
  .describe('whether the line is registered in the name of this person')

export const OwnerAnswer = z.object({
  request: RequestId,
  line: Line,
  owner: z
    .enum(['person', 'another', 'unknown'])
    .describe(
      '`person`: registered in the name of this person; `another`: of somebody else; `unknown`: no such line here',
    ),
  telecom: z
    .int()
    .min(1)
    .max(0xffff_ffff)
    .optional()
    .describe(
      'with `person`: whose customer the line is, as the number of the telecom in the trust registry. Only that telecom may ' +
        'report the line lost',
    ),
})
export type OwnerAnswer = z.infer<typeof OwnerAnswer>
