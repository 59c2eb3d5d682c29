/**
 * The image of a chip as a JSON file, from which a software card is made. It contains personal data and the chip's private
 * key, so whoever has the file has the card.
 */
import { z } from 'zod'
import { fromBase64, toBase64 } from '../lib/base64.ts'
import { parseJson } from '../lib/json.ts'
import { ParseError } from '../lib/parse-error.ts'
import { ChipError } from './errors.ts'
import { type ChipImage, MAX_FILE } from './image.ts'

const FORMAT = 'dojang-chip-1'
const MAX_FILES = 24
const MAX_KEY = 4096

const base64 = z.string().transform((text, context) => {
  try {
    return fromBase64(text)
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    context.addIssue({ code: 'custom', message: 'not base64' })
    return z.NEVER
  }
})

const imageFile = z.strictObject({
  format: z.literal(FORMAT),
  card_access_number: z.string().regex(/^\d{6}$/),
  files: z
    .array(z.strictObject({ id: z.string().regex(/^[0-9a-f]{4}$/), content: base64 }))
    .max(MAX_FILES)
    .refine(files => files.every(({ content }) => content.length <= MAX_FILE), 'a file is too long')
    .refine(files => new Set(files.map(({ id }) => id)).size === files.length, 'a file is repeated'),
  active_authentication_key: base64.refine(key => key.length <= MAX_KEY, 'the key is too long'),
})

export function encodeImage(image: ChipImage): string {
  const files = [...image.files].map(([id, content]) => ({
    id: id.toString(16).padStart(4, '0'),
    content: toBase64(content),
  }))
  const file = {
    format: FORMAT,
    card_access_number: image.cardAccessNumber,
    files,
    active_authentication_key: toBase64(image.activeAuthenticationKey),
  }
  return `${JSON.stringify(file, null, 2)}\n`
}

/** @throws {ChipError} CHIP_IMAGE_INVALID */
export function decodeImage(text: string): ChipImage {
  const parsed = imageFile.safeParse(jsonOf(text))
  if (!parsed.success) throw invalid(parsed.error.issues[0]?.path.join('.') ?? '')
  const { card_access_number: cardAccessNumber, files, active_authentication_key: key } = parsed.data
  return {
    cardAccessNumber,
    files: new Map(files.map(({ id, content }) => [Number.parseInt(id, 16), content])),
    activeAuthenticationKey: key,
  }
}

function jsonOf(text: string): unknown {
  try {
    return parseJson(text)
  } catch (error) {
    throw error instanceof ParseError ? invalid('', 'not JSON', error) : error
  }
}

function invalid(path: string, problem = 'missing, unknown or malformed', cause?: unknown): ChipError {
  const reason = `${path === '' ? 'the file' : path} is ${problem}`
  return new ChipError(
    { code: 'CHIP_IMAGE_INVALID', reason },
    `The file is not the image of a chip: ${reason}. Make it with \`dojang card make\`.`,
    { cause },
  )
}
