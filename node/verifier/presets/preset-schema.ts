/**
 * The form of a preset file. The JSON Schema for editors (docs/preset.schema.json) is generated from it. Rules that concern
 * several members are in `preset-file.ts`.
 * Why: docs/decisions/145-presets-are-files.md.
 */
import { z } from 'zod'

/** The least restrictive form; `preset-file.ts` refuses what a holder could misread. */
const Text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^\P{C}+$/u)
const Texts = (max: number) => z.strictObject({ ko: Text(max), en: Text(max) })

const Name = z.string().regex(/^[!-~]{1,64}$/)
const Path = z.array(Name).min(1).max(4)

const Card = z.strictObject({
  card: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,31}$/)
    .meta({ description: "The id of the card's definition, and of its query." }),
  vct: z
    .string()
    .max(200)
    .regex(/^urn:[a-z0-9][a-z0-9-]{0,31}(?::[a-z0-9][a-z0-9._-]*)+$/)
    .meta({ description: "The card's type." }),
  claims: z.array(Path).min(1).max(32).meta({
    description: 'Paths of claims. Without portrait and anchor, which the members of these names request.',
  }),
})

export const PresetFileSchema = z
  .strictObject({
    $schema: z.string().max(300).optional(),
    id: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,31}$/)
      .meta({ description: "The preset's name on the command line and over HTTP." }),
    name: Texts(60).meta({ description: 'What the holder and the clerk see.' }),
    purpose: Texts(120).meta({ description: 'What the holder reads before they agree.' }),
    cards: z.array(Card).min(1).max(16).meta({ description: 'The holder may present any one of these cards.' }),
    portrait: z
      .enum(['in_person', 'never'])
      .meta({ description: 'in_person: requested if the holder is present, for comparison.' }),
    anchor: z.enum(['always', 'if_distrusted']).meta({
      description: 'Whether the receipt is required. A claim that may identify somebody needs always.',
    }),
    maxAge: z
      .int()
      .min(30)
      .max(604_800)
      .meta({ description: 'Seconds: the oldest copy of the ledger on which a good status counts.' }),
    oneWay: z
      .boolean()
      .meta({ description: 'Whether a presentation without a challenge is acceptable. It can be relayed.' }),
    record: z
      .enum(['nothing', 'check'])
      .meta({ description: 'check: a signed record of the check may be stored, without claims.' }),
    condition: z
      .strictObject({ path: Path, equals: z.boolean() })
      .optional()
      .meta({ description: 'A claim that must have this value. It is not part of the request.' }),
  })
  .meta({ title: 'Dojang preset' })

/** The published JSON Schema. */
export const presetJsonSchema = () => z.toJSONSchema(PresetFileSchema, { io: 'input' })
