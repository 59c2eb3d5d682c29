import type { Cards } from '../../credential/cards.ts'
import { VerifierError } from '../errors.ts'
import type { Preset, PresetFile } from './preset.ts'
import { invalidPreset } from './preset-file.ts'

/** The presets of an install. Built once at the start and passed to every part that needs one. */
export class Presets {
  readonly all: readonly Preset[]
  readonly #byId: ReadonlyMap<string, Preset>

  /**
   * @param files in order: a later file that repeats an earlier one's id is refused
   * @throws {VerifierError} VERIFIER_PRESET_REPEATED
   */
  constructor(files: readonly PresetFile[]) {
    const found = new Map<string, PresetFile>()
    for (const one of files) {
      const first = found.get(one.preset.id)
      if (first) throw repeated(one, first)
      found.set(one.preset.id, one)
    }
    this.all = files.map(({ preset }) => preset)
    this.#byId = new Map(this.all.map(preset => [preset.id, preset]))
  }

  byId(id: string): Preset | undefined {
    return this.#byId.get(id)
  }

  get ids(): readonly string[] {
    return this.all.map(({ id }) => id)
  }
}

/**
 * Checks a preset against the cards that this install issues. Cards of other authorities are not known here, and a preset
 * may ask for them.
 * @throws {VerifierError} VERIFIER_PRESET_INVALID
 */
export function checkAgainstCards({ file, preset }: PresetFile, known: Cards): void {
  preset.cards.forEach(({ card, vct, claims }, i) => {
    const definition = known.byVct(vct)
    const named = known.byId(card)
    if (named && named.vct !== vct) throw invalidPreset(file, `cards.${i}.vct`, `the card ${card} is ${named.vct}`)
    if (!definition) return
    const names = new Set(definition.claims.map(({ path }) => path.join('/')))
    // A name alone asks for everything below it.
    const has = (path: string) => names.has(path) || [...names].some(name => name.startsWith(`${path}/`))
    const missing = claims.map(path => path.join('/')).find(path => !has(path))
    if (missing !== undefined) {
      throw invalidPreset(file, `cards.${i}.claims`, `the card has no claim ${missing}`, [...names])
    }
    if (preset.portrait === 'in_person' && !names.has('portrait')) {
      throw invalidPreset(file, 'portrait', `the card ${card} has no portrait`, ['never'])
    }
  })
}

function repeated({ file, preset: { id } }: PresetFile, first: PresetFile): VerifierError {
  return new VerifierError(
    { code: 'VERIFIER_PRESET_REPEATED', file, other: first.file, preset: id },
    `${file} repeats the preset ${id} of ${first.file}. Give the new preset an id of its own.`,
  )
}
