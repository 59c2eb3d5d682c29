/** What a person chose on this device. */
import type { CodeSize } from '../../../verifier/in-person/frames.ts'
import type { Store } from './store.ts'

export interface Preferences {
  /** The id of the chosen purpose; null before the first choice. */
  readonly preset: string | null
  readonly codeSize: CodeSize
  readonly isSilent: boolean
}

const NAME = 'preferences'
const FIRST: Preferences = { preset: null, codeSize: 'normal', isSilent: false }

export const readPreferences = async (store: Store): Promise<Preferences> => ({
  ...FIRST,
  ...(await store.get<Partial<Preferences>>(NAME)),
})

export const writePreferences = (store: Store, preferences: Preferences): Promise<void> => store.put(NAME, preferences)
