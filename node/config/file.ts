/** `<data>/config.json`, read and written by the node and by the command line. */
import { join, resolve } from 'node:path'
import { type Config, Settings } from './schema.ts'
import { readSettings, writeSettings } from './settings-file.ts'

export const configPath = (data: string): string => join(data, 'config.json')

/** @throws {ConfigError} CONFIG_INVALID; its cause says whether the file is there and can be read */
export function readConfig(data: string): Config {
  const settings = readSettings(configPath(resolve(data)), Settings, 'Undo the last change of the file.')
  return { ...settings, data: resolve(data) }
}

/**
 * Writes the settings if they are valid.
 * @throws {ConfigError} CONFIG_INVALID, CONFIG_DATA
 */
export function writeConfig({ data, ...settings }: Config): void {
  writeSettings(configPath(data), Settings, settings)
}
