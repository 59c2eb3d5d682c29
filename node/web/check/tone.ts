/** Which colour, shape and sound an outcome has. "Could not check" is never red. */
import type { Outcome } from '../../verifier/verdict.ts'

/** The verdicts of the node's check, and the answer of the person who compared the photo. */
export type Shown = Outcome | 'not_same'
export type Tone = 'good' | 'bad' | 'stopped' | 'over' | 'open'

const TONES: Readonly<Record<Shown, Tone>> = {
  valid: 'good',
  not_satisfied: 'stopped',
  revoked: 'bad',
  suspended: 'stopped',
  expired: 'over',
  not_yet_valid: 'over',
  forged: 'bad',
  untrusted: 'bad',
  replayed: 'bad',
  wrong_holder: 'bad',
  not_same: 'bad',
  retry: 'open',
  unreadable: 'open',
  unknown: 'open',
}

export const toneOf = (shown: Shown): Tone => TONES[shown]
