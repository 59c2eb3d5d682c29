/** A file of settings in a data directory: `config.json` of an authority, `verifier.json` of a verifier. */
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { writeDurably } from '../keys/files.ts'
import { ConfigError } from './errors.ts'

/**
 * @param next what to do if the file is not valid, as a sentence
 * @throws {ConfigError} CONFIG_INVALID; its cause says whether the file is there and can be read
 */
export function readSettings<S extends z.ZodType>(path: string, schema: S, next: string): z.infer<S> {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause)
    throw new ConfigError(
      { code: 'CONFIG_INVALID', path, reason },
      `${path} is not a configuration of this version: ${reason}. ${next}`,
      { cause },
    )
  }
}

/**
 * Writes the settings if they are valid, and makes their directory.
 * @throws {ConfigError} CONFIG_INVALID, CONFIG_DATA
 */
export function writeSettings(path: string, schema: z.ZodType, settings: unknown): void {
  const checked = schema.safeParse(settings)
  if (!checked.success) {
    const reason = z.prettifyError(checked.error)
    throw new ConfigError(
      { code: 'CONFIG_INVALID', path: 'the settings given', reason },
      `The settings given cannot be used: ${reason}. Nothing was written.`,
      { cause: checked.error },
    )
  }
  const data = dirname(path)
  try {
    mkdirSync(data, { recursive: true, mode: 0o700 })
    writeDurably(path, JSON.stringify(checked.data, null, 2))
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown'
    throw new ConfigError(
      { code: 'CONFIG_DATA', path: data, reason },
      `The data directory ${data} cannot be written (${reason}). Check its path, permissions and disk space, or name ` +
        'another with --data.',
      { cause },
    )
  }
}
