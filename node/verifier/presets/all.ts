/** The presets that every install has, in the order in which they are shown. */
import age from './files/age.json' with { type: 'json' }
import airport from './files/airport.json' with { type: 'json' }
import bank from './files/bank.json' with { type: 'json' }
import election from './files/election.json' with { type: 'json' }
import government from './files/government.json' with { type: 'json' }
import hospital from './files/hospital.json' with { type: 'json' }
import lineTransfer from './files/line-transfer.json' with { type: 'json' }
import loan from './files/loan.json' with { type: 'json' }
import telecom from './files/telecom.json' with { type: 'json' }
import website from './files/website.json' with { type: 'json' }
import type { Preset, PresetFile } from './preset.ts'

/** Not parsed here, because the parser would bring its schema library into every page. A test parses each file. */
function own({ $schema: _, ...preset }: { readonly $schema: string; readonly id: string }): PresetFile {
  return { file: `${preset.id}.json`, preset: preset as Preset }
}

export const ownPresetFiles: readonly PresetFile[] = [
  ...[own(government), own(bank), own(loan), own(telecom), own(lineTransfer)],
  ...[own(airport), own(hospital), own(election), own(website), own(age)],
]

export const allPresets: readonly Preset[] = ownPresetFiles.map(({ preset }) => preset)

export const presetById = (id: string): Preset | undefined => allPresets.find(preset => preset.id === id)
