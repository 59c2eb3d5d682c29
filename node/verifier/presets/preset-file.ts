/** Parses a preset: a JSON text that follows the schema, and asks for nothing that its other members forbid. */
import type { z } from 'zod'
import { parseJson } from '../../lib/json.ts'
import { ParseError } from '../../lib/parse-error.ts'
import { isIdentifying } from '../asker/asked.ts'
import { parsePolicy } from '../asker/policy.ts'
import { VerifierError } from '../errors.ts'
import type { Preset, PresetFile } from './preset.ts'
import { PresetFileSchema } from './preset-schema.ts'
import { requestPolicyOf } from './request-policy.ts'

/** Bytes, and UTF-16 units, of a preset file. */
export const PRESET_FILE_LIMIT = 32_768

/** @throws {VerifierError} VERIFIER_PRESET_INVALID */
export function parsePresetFile(text: string, file: string): PresetFile {
  if (text.length > PRESET_FILE_LIMIT) {
    throw invalidPreset(file, '', `the file is larger than ${PRESET_FILE_LIMIT} bytes`)
  }
  try {
    return parsePreset(parseJson(text, { maxLength: PRESET_FILE_LIMIT }), file)
  } catch (error) {
    if (error instanceof ParseError) throw invalidPreset(file, '', error.message)
    throw error
  }
}

/** @throws {VerifierError} VERIFIER_PRESET_INVALID */
export function parsePreset(value: unknown, file: string): PresetFile {
  const parsed = PresetFileSchema.safeParse(value)
  if (!parsed.success) throw fromIssue(file, parsed.error.issues[0])
  const { $schema: _, condition, ...rest } = parsed.data
  const preset: Preset = { ...rest, ...(condition && { condition }) }
  checkCards(file, preset)
  checkRules(file, preset)
  try {
    // The text that holders get, with the rules for what they read.
    parsePolicy(requestPolicyOf(preset))
  } catch (error) {
    if (error instanceof ParseError) throw invalidPreset(file, '', error.message)
    throw error
  }
  return { file, preset }
}

function checkCards(file: string, { cards }: Preset): void {
  for (const member of ['card', 'vct'] as const) {
    const values = cards.map(each => each[member])
    if (new Set(values).size !== values.length) throw invalidPreset(file, 'cards', `two cards have the same ${member}`)
  }
  cards.forEach(({ claims }, i) => {
    const names = claims.map(path => path.join('/'))
    if (new Set(names).size !== names.length) throw invalidPreset(file, `cards.${i}.claims`, 'a path is repeated')
    const derived = claims.find(([name]) => name === 'portrait' || name === 'anchor')
    if (!derived) return
    const reason = `the member ${derived[0]} of the preset requests it, and not this list`
    throw invalidPreset(file, `cards.${i}.claims`, reason)
  })
}

function checkRules(file: string, { cards, anchor, oneWay, record, condition }: Preset): void {
  const identifying = cards.some(({ claims }) => claims.some(isIdentifying))
  if (identifying && anchor !== 'always') {
    throw invalidPreset(file, 'anchor', 'a claim that may identify somebody needs the receipt', ['always'])
  }
  if (record === 'check' && oneWay) {
    throw invalidPreset(file, 'oneWay', 'a presentation that could be relayed is not recorded as a check', ['false'])
  }
  if (!condition) return
  const wanted = condition.path.join('/')
  if (cards.every(({ claims }) => claims.some(path => path.join('/') === wanted))) return
  throw invalidPreset(file, 'condition.path', 'not every card of the preset is asked for this claim')
}

function fromIssue(file: string, issue: z.core.$ZodIssue | undefined): VerifierError {
  const path = issue?.path.join('.') ?? ''
  if (issue?.code === 'unrecognized_keys') return invalidPreset(file, path, 'it has a member that is not known')
  if (issue?.code === 'invalid_value') {
    return invalidPreset(file, path, 'this value is not known', issue.values.map(String))
  }
  if (issue?.code === 'invalid_format' && issue.pattern) {
    return invalidPreset(file, path, `the text does not have the form ${issue.pattern}`)
  }
  return invalidPreset(file, path, issue?.message ?? 'it is malformed')
}

export function invalidPreset(file: string, path: string, reason: string, allowed?: readonly string[]): VerifierError {
  const where = path === '' ? file : `${file}, ${path}`
  const choice = allowed ? ` Allowed: ${allowed.join(', ')}.` : ''
  return new VerifierError(
    { code: 'VERIFIER_PRESET_INVALID', file, path, reason, ...(allowed && { allowed }) },
    `The preset cannot be used. ${where}: ${reason}.${choice} Correct the file; docs/presets.md describes its members.`,
  )
}
