/**
 * The roll-out policy: from when, where and by whom a card may be applied for. It is data, `<data>/rollout.json`. Without
 * the file, everything is allowed everywhere.
 *
 * A phase allows applications. No phase forbids what another one allows. Days are Korean calendar days.
 * Why: docs/decisions/118.
 */
import { z } from 'zod'
import { CHANNELS } from '../../credential/card.ts'
import { isDate } from '../../credential/dates.ts'
import { parseJson } from '../../lib/json.ts'
import { municipalityOfAddress, municipalityOfCode } from '../../residents/municipality.ts'
import { IssuerError } from '../errors.ts'

const Day = z.string().refine(isDate, 'must be a day, YYYY-MM-DD')
const Text = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{M}\p{N} .,·()'-]{0,79}$/u, 'must be a name of at most 80 characters')
const Id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must consist of a-z, 0-9 and hyphens')
const Code = z
  .string()
  .refine(code => municipalityOfCode(code) === code, 'must be the five digits of a 시, 군 or 자치구, not of a 일반구')

const Municipality = z.strictObject({
  code: Code,
  /** As addresses begin. So the residents of a register without codes can be told apart too. */
  ko: Text.refine(name => municipalityOfAddress(name) === name, 'must be the full names of 시도 and 시, 군 or 구'),
  en: Text,
})

/** An office at which a clerk takes applications, such as a 주민센터. */
const Centre = z.strictObject({ id: Id, ko: Text, en: Text, municipality: Code })

const Phase = z
  .strictObject({
    from: Day,
    /** The first day on which the phase is over. Absent: it does not end. */
    until: Day.optional(),
    municipalities: z.union([z.literal('all'), z.array(Code).min(1)]),
    /** Residents of these municipalities, or anyone. */
    who: z.enum(['residents', 'anyone']),
    /**
     * For the counter: a centre of the municipality in which the applicant lives (for `anyone`: of one of these
     * municipalities), or any centre.
     */
    where: z.enum(['own-municipality', 'any-centre']),
    channels: z.array(z.enum(CHANNELS)).min(1),
    /** Ids of card definitions. Absent: all cards. */
    cards: z.array(Id).min(1).optional(),
    /** Kinds of application, such as `mobile`. Absent: all kinds. */
    kinds: z.array(Id).min(1).optional(),
  })
  .refine(({ from, until }) => until === undefined || from < until, 'the phase ends before it begins')

const Policy = z
  .strictObject({
    schema: z.literal(1),
    municipalities: z.array(Municipality),
    centres: z.array(Centre),
    phases: z.array(Phase).min(1),
  })
  .superRefine(({ municipalities, centres, phases }, context) => {
    const codes = new Set(municipalities.map(({ code }) => code))
    const named = [...centres.map(centre => centre.municipality), ...phases.flatMap(codesOf)]
    for (const code of new Set(named.filter(code => !codes.has(code)))) {
      context.addIssue({ code: 'custom', message: `${code} is not in the list of municipalities` })
    }
    for (const ids of [municipalities.map(({ code }) => code), centres.map(({ id }) => id)]) {
      for (const id of repeated(ids)) context.addIssue({ code: 'custom', message: `${id} is there twice` })
    }
  })

export type RolloutPolicy = z.infer<typeof Policy>
export type RolloutPhase = RolloutPolicy['phases'][number]
export type Municipality = RolloutPolicy['municipalities'][number]

function codesOf({ municipalities }: z.infer<typeof Phase>): readonly string[] {
  return municipalities === 'all' ? [] : municipalities
}

function repeated(ids: readonly string[]): Set<string> {
  const seen = new Set<string>()
  return new Set(ids.filter(id => seen.has(id) || !seen.add(id)))
}

/** @throws {IssuerError} ISSUER_ROLLOUT_INVALID */
export function parseRollout(text: string): RolloutPolicy {
  try {
    return Policy.parse(parseJson(text))
  } catch (cause) {
    throw invalid(cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message, cause)
  }
}

const invalid = (reason: string, cause?: unknown) =>
  new IssuerError(
    { code: 'ISSUER_ROLLOUT_INVALID', reason },
    `The roll-out policy cannot be used: ${reason}. Correct the file, and check it with \`dojang rollout check FILE\`.`,
    { cause },
  )
