/** `<data>/config.json`, read and written by the node and by the command line. */
import { mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { writeDurably } from '../keys/files.ts'
import { ConfigError } from './errors.ts'
import { type Config, Settings } from './schema.ts'

export const configPath = (data: string): string => join(data, 'config.json')

/** @throws {ConfigError} CONFIG_INVALID; its cause says whether the file is there and can be read */
export function readConfig(data: string): Config {
  const path = configPath(resolve(data))
  try {
    return { ...Settings.parse(JSON.parse(readFileSync(path, 'utf8'))), data: resolve(data) }
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause)
    throw new ConfigError(
      { code: 'CONFIG_INVALID', path, reason },
      `${path} is not a configuration of this version: ${reason}. Undo the last change of the file.`,
      { cause },
    )
  }
}

/**
 * Writes the settings if they are valid.
 * @throws {ConfigError} CONFIG_INVALID, CONFIG_DATA
 */
export function writeConfig({ data, ...settings }: Config): void {
  const text = JSON.stringify(checked(settings), null, 2)
  try {
    mkdirSync(data, { recursive: true, mode: 0o700 })
    writeDurably(configPath(data), text)
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

function checked(settings: Settings): Settings {
  const result = Settings.safeParse(settings)
  if (result.success) return result.data
  const reason = z.prettifyError(result.error)
  throw new ConfigError(
    { code: 'CONFIG_INVALID', path: 'the settings given', reason },
    `The settings given cannot be used: ${reason}. Nothing was written.`,
    { cause: result.error },
  )
}
