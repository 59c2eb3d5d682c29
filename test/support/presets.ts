import { allPresets, ownPresetFiles } from '../../node/verifier/presets/all.ts'
import type { Preset } from '../../node/verifier/presets/preset.ts'
import { Presets } from '../../node/verifier/presets/presets.ts'

/** The presets that every install has. */
export const ownPresets = new Presets(ownPresetFiles)

export function presetNamed(id: string): Preset {
  const found = allPresets.find(preset => preset.id === id)
  if (!found) throw new Error(`there is no preset ${id}`)
  return found
}
