/** The presets of an install: the project's own, and the files in `<data>/presets`. A change takes effect at the next start. */
import { readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Cards } from '../credential/cards.ts'
import { ownPresetFiles } from '../verifier/presets/all.ts'
import type { PresetFile } from '../verifier/presets/preset.ts'
import { invalidPreset, PRESET_FILE_LIMIT, parsePresetFile } from '../verifier/presets/preset-file.ts'
import { checkAgainstCards, Presets } from '../verifier/presets/presets.ts'
import { jsonFilesIn } from './json-files.ts'

export const presetsDirectory = (data: string): string => join(data, 'presets')

/**
 * The project's presets come first, so a file of the install cannot replace one of them.
 * @throws {VerifierError} VERIFIER_PRESET_INVALID, VERIFIER_PRESET_REPEATED
 */
export function readPresets(data: string, cards: Cards): Presets {
  const own = jsonFilesIn(presetsDirectory(data)).map(path => readPresetFile(path, cards))
  return new Presets([...ownPresetFiles, ...own])
}

/**
 * Checks one more file beside the install's presets.
 * @throws {VerifierError} VERIFIER_PRESET_INVALID, VERIFIER_PRESET_REPEATED
 */
export function withPresetFile(data: string, path: string, cards: Cards): PresetFile {
  const added = readPresetFile(path, cards)
  const others = jsonFilesIn(presetsDirectory(data)).filter(file => resolve(file) !== resolve(path))
  new Presets([...ownPresetFiles, ...others.map(file => readPresetFile(file, cards)), added])
  return added
}

/** @throws {VerifierError} VERIFIER_PRESET_INVALID; the system's error if the file cannot be read */
function readPresetFile(path: string, cards: Cards): PresetFile {
  // Before the file is read: it may be anything.
  const stat = statSync(path)
  if (!stat.isFile()) throw invalidPreset(path, '', 'this is not a file')
  if (stat.size > PRESET_FILE_LIMIT) throw invalidPreset(path, '', `the file is larger than ${PRESET_FILE_LIMIT} bytes`)
  const file = parsePresetFile(new TextDecoder('utf-8').decode(readFileSync(path)), path)
  checkAgainstCards(file, cards)
  return file
}
