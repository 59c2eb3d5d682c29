/**
 * The form of a card definition file. The JSON Schema for editors (docs/card.schema.json) is generated from it. Rules
 * that concern several members are in `card-file.ts`.
 * Why: docs/decisions/105-cards-are-files.md.
 */
import { z } from 'zod'
import { APPLICATION_KINDS, BUILT_IN_SOURCES, CHANNELS, CLAIM_KINDS, COLUMN_TYPES, KEY_STORAGES } from './card.ts'

const TEXT_LIMIT = 200
const Text = z
  .string()
  .min(1)
  .max(TEXT_LIMIT)
  .regex(/^\P{C}+$/u)
const Texts = z.strictObject({ ko: Text, en: Text })

/** Never an index of a plain object in this program. Refused all the same, for programs that read what is issued. */
const NOT_A_PROTOTYPE_NAME =
  '(?!(?:constructor|prototype|hasOwnProperty|isPrototypeOf|propertyIsEnumerable|toLocaleString|toString|valueOf)$)'
const named = (pattern: string) => z.string().regex(new RegExp(`^${NOT_A_PROTOTYPE_NAME}${pattern}$`))

const COLUMN = '[a-z][a-z0-9_]{0,39}'
const ColumnName = named(COLUMN)
const ClaimName = named('[a-z][a-z0-9_]{0,63}')
/** A claim inside another one may be a number, as in `age_equal_or_over/19`. */
const InnerClaimName = named('(?:[a-z][a-z0-9_]{0,63}|[1-9][0-9]{0,2})')

const Age = z.int().min(0).max(150)

const Claim = z.strictObject({
  path: z
    .union([z.tuple([ClaimName]), z.tuple([ClaimName, InnerClaimName])])
    .meta({ description: "The claim's name, or the name of its parent and its own." }),
  disclosure: z
    .enum(['always', 'selective'])
    .meta({ description: 'selective: shown only if the holder agrees. always: every verifier sees it.' }),
  kind: z.enum(CLAIM_KINDS).meta({ description: "How the claim's value is shown." }),
  required: z.boolean().meta({ description: 'If false, a value that the register lacks becomes null.' }),
  source: z
    .union([z.enum(BUILT_IN_SOURCES), z.templateLiteral(['column:', z.string().regex(new RegExp(`^${COLUMN}$`))])])
    .meta({ description: 'A built-in fact, or column:<name> for a column of this card.' }),
  display: Texts,
})

const Column = z.strictObject({
  name: ColumnName,
  type: z.enum(COLUMN_TYPES).meta({ description: 'How a cell is parsed. A list is separated by semicolons.' }),
  display: Texts.meta({ description: 'Names that the first line of a register file may use, too.' }),
})

export const CardFileSchema = z
  .strictObject({
    $schema: z.string().max(300).optional(),
    id: named('[a-z][a-z0-9-]{0,31}').meta({
      description: "The card's name on the command line, and its OpenID4VCI credential configuration id.",
    }),
    vct: z
      .string()
      .max(200)
      .regex(/^urn:[a-z0-9][a-z0-9-]{0,31}(?::[a-z0-9][a-z0-9._-]*)+$/)
      .meta({ description: 'The type. A changed definition needs another one, because cards name the hash of it.' }),
    display: z.strictObject({ name: Texts, description: Texts }),
    issuingAuthority: Texts.nullable().default(null).meta({ description: 'Default: the authority of the install.' }),
    claims: z.array(Claim).min(1).max(64),
    validity: z.strictObject({
      years: z.int().min(1).max(10),
      renewalDays: z.int().min(1).max(365).default(90).meta({
        description: 'So many days before it expires, a card can be renewed, and its wallet reminds the holder.',
      }),
    }),
    channels: z.array(z.enum(CHANNELS)).min(1),
    applications: z
      .array(z.strictObject({ kind: z.enum(APPLICATION_KINDS), fee: z.int().min(0).max(10_000_000) }))
      .min(1)
      .meta({ description: 'What one can apply for, and the fee in won.' }),
    minimumAge: Age.meta({ description: 'In completed years.' }),
    consent: z
      .strictObject({ underAge: Age.nullable().default(null), column: ColumnName.nullable().default(null) })
      .nullable()
      .default(null)
      .meta({
        description:
          'When a guardian has to consent: for applicants younger than underAge, and at any age where the boolean column is true.',
      }),
    minimumKeyStorage: z.enum(KEY_STORAGES),
    columns: z
      .array(Column)
      .max(32)
      .default([])
      .meta({ description: 'The columns that a register file needs for this card.' }),
  })
  .meta({ title: 'Dojang card definition' })

/** The published JSON Schema. */
export const cardJsonSchema = () => z.toJSONSchema(CardFileSchema, { io: 'input' })
