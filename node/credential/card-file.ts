/** Parses a card definition: a JSON text whose members, sources and columns are all known. */
import type { z } from 'zod'
import { parseJson } from '../lib/json.ts'
import { ParseError } from '../lib/parse-error.ts'
import {
  BUILT_IN_SOURCES,
  type BuiltInSource,
  type CardDefinition,
  type ClaimDefinition,
  COLUMN_PREFIX,
  claimName,
} from './card.ts'
import { CardFileSchema } from './card-schema.ts'
import { KIND_OF_SOURCE } from './claim-readers.ts'
import { builtInColumn, KIND_OF_COLUMN, namesOfColumn } from './columns.ts'
import { CredentialError } from './errors.ts'

/** A card with the file that defines it, for messages. */
export interface CardFile {
  readonly file: string
  readonly card: CardDefinition
}

/** Bytes, and UTF-16 units, of a card definition. */
export const CARD_FILE_LIMIT = 65_536

/** Members of an SD-JWT VC that mean something else than a claim about the holder. */
const RESERVED = new Set([
  'iss',
  'sub',
  'aud',
  'iat',
  'nbf',
  'exp',
  'jti',
  'cnf',
  'vct',
  'status',
  'anchor',
  'anchor_pending',
  'alg',
  'typ',
])

/** The only card that is also a plastic card with a chip. */
const WITH_CHIP = 'urn:dojang:kr:resident:1'

/** @throws {CredentialError} CREDENTIAL_CARD_INVALID */
export function parseCardFile(text: string, file: string): CardFile {
  if (text.length > CARD_FILE_LIMIT) {
    throw invalidCard(file, '', `the file is larger than ${CARD_FILE_LIMIT} bytes`)
  }
  try {
    return parseCard(parseJson(text, { maxLength: CARD_FILE_LIMIT }), file)
  } catch (error) {
    if (error instanceof ParseError) throw invalidCard(file, '', error.message)
    throw error
  }
}

/** @throws {CredentialError} CREDENTIAL_CARD_INVALID */
export function parseCard(value: unknown, file: string): CardFile {
  const parsed = CardFileSchema.safeParse(value)
  if (!parsed.success) throw fromIssue(file, parsed.error.issues[0])
  const { $schema: _, ...card } = parsed.data
  checkColumns(file, card)
  checkClaims(file, card)
  checkApplications(file, card)
  return { file, card }
}

function checkColumns(file: string, { columns, consent }: CardDefinition): void {
  const seen = new Set<string>()
  columns.forEach((column, i) => {
    const path = `columns.${i}`
    const builtIn = [column.name, column.display.ko, column.display.en].map(builtInColumn).find(one => one)
    if (builtIn) throw invalidCard(file, path, `its name is one of the built-in column ${builtIn}`)
    const names = namesOfColumn(column)
    if (names.some(name => seen.has(name))) throw invalidCard(file, path, 'its name is that of another column')
    if (names.includes('')) throw invalidCard(file, path, 'a name has no letters outside brackets')
    for (const name of names) seen.add(name)
  })
  if (!consent?.column) return
  if (columns.some(({ name, type }) => name === consent.column && type === 'boolean')) return
  throw invalidCard(file, 'consent.column', 'it is not a boolean column of this card')
}

function checkClaims(file: string, card: CardDefinition): void {
  const names = new Set<string>()
  card.claims.forEach((claim, i) => {
    const path = `claims.${i}`
    if (RESERVED.has(claim.path[0])) throw invalidCard(file, `${path}.path`, 'the name is reserved')
    const name = claimName(claim)
    if (names.has(name)) throw invalidCard(file, `${path}.path`, 'an earlier claim has the same path')
    names.add(name)
    checkSource(file, path, card, claim)
  })
  card.claims.forEach((claim, i) => {
    if (claim.path.length === 2 && names.has(claim.path[0])) {
      throw invalidCard(file, `claims.${i}.path`, 'its parent is itself a claim')
    }
  })
}

function checkSource(file: string, path: string, card: CardDefinition, claim: ClaimDefinition): void {
  const { source, kind } = claim
  const column = card.columns.find(({ name }) => source === `${COLUMN_PREFIX}${name}`)
  if (!column && source.startsWith(COLUMN_PREFIX)) throw unknownSource(file, `${path}.source`, card)
  const shown = column ? KIND_OF_COLUMN[column.type] : KIND_OF_SOURCE[source as BuiltInSource]
  if (kind !== shown) throw invalidCard(file, `${path}.kind`, `the source has the kind ${shown}`, [shown])
  if (source === 'ageReached' && !/^\d+$/.test(claim.path[1] ?? '')) {
    throw invalidCard(file, `${path}.path`, 'a claim about an age ends with the number of years')
  }
}

function checkApplications(file: string, { vct, applications, channels }: CardDefinition): void {
  const kinds = applications.map(({ kind }) => kind)
  if (new Set(kinds).size !== kinds.length) throw invalidCard(file, 'applications', 'a kind is repeated')
  if (new Set(channels).size !== channels.length) throw invalidCard(file, 'channels', 'a channel is repeated')
  if (vct !== WITH_CHIP && kinds.some(kind => kind !== 'mobile')) {
    throw invalidCard(file, 'applications', `only ${WITH_CHIP} is also a card with a chip`, ['mobile'])
  }
}

function fromIssue(file: string, issue: z.core.$ZodIssue | undefined): CredentialError {
  const path = issue?.path.join('.') ?? ''
  if (/^claims\.\d+\.source$/.test(path)) return unknownSource(file, path)
  if (issue?.code === 'unrecognized_keys') return invalidCard(file, path, 'it has a member that is not known')
  if (issue?.code === 'invalid_value') {
    return invalidCard(file, path, 'this value is not known', issue.values.map(String))
  }
  return invalidCard(file, path, issue ? reasonOf(issue) : 'it is malformed')
}

/** The rule, never the value. */
function reasonOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_format' && issue.pattern) return `the text does not have the form ${issue.pattern}`
  if (issue.code === 'invalid_union') return 'the value has none of the forms that are allowed here'
  return issue.message
}

const unknownSource = (file: string, path: string, card?: CardDefinition): CredentialError => {
  const columns = card ? card.columns.map(({ name }) => `${COLUMN_PREFIX}${name}`) : [`${COLUMN_PREFIX}<name>`]
  const reason = 'the source is neither a built-in fact nor a column of this card'
  return invalidCard(file, path, reason, [...BUILT_IN_SOURCES, ...columns])
}

export function invalidCard(file: string, path: string, reason: string, allowed?: readonly string[]): CredentialError {
  const where = path === '' ? file : `${file}, ${path}`
  const choice = allowed ? ` Allowed: ${allowed.join(', ')}.` : ''
  return new CredentialError(
    { code: 'CREDENTIAL_CARD_INVALID', file, path, reason, ...(allowed && { allowed }) },
    `The card definition cannot be used. ${where}: ${reason}.${choice} Correct the file; docs/cards.md describes its members.`,
  )
}
