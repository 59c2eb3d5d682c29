import { age } from './age.ts'
import { airport } from './airport.ts'
import { bank } from './bank.ts'
import { election } from './election.ts'
import { government } from './government.ts'
import { hospital } from './hospital.ts'
import type { Preset } from './preset.ts'
import { telecom } from './telecom.ts'
import { website } from './website.ts'

export const allPresets: readonly Preset[] = [bank, telecom, airport, hospital, election, government, age, website]

export const presetById = (id: string): Preset | undefined => allPresets.find(preset => preset.id === id)
