/**
 * By whom a card can be locked, and who may unlock it then: whoever identified the holder as well as the one who locked, or
 * better. The table is data, and a test holds its rules.
 * Why: docs/decisions/192.
 */
import type { Actor } from '../operators/actor.ts'

/**
 * `holder`: with a passkey or a recovery code. `telecom`: by a signed report about a line. `call-centre`: on the telephone.
 * `counter`: face to face, with a document.
 */
export const LOSS_CHANNELS = ['holder', 'telecom', 'call-centre', 'counter'] as const
export type LossChannel = (typeof LOSS_CHANNELS)[number]

/** By which channels a card can be unlocked, by the channel that locked it. */
export const UNLOCKED_BY: Readonly<Record<LossChannel, readonly LossChannel[]>> = {
  holder: ['holder', 'counter'],
  telecom: ['telecom', 'counter'],
  'call-centre': ['call-centre', 'counter'],
  counter: ['counter'],
}

/** The channels of two reports about one card: whoever unlocks must be allowed to close both. */
export const mayUnlock = (channel: LossChannel, locked: readonly LossChannel[]): boolean =>
  locked.every(one => UNLOCKED_BY[one].includes(channel))

/** The channel through which an actor of the operators' interface acts. A machine has none: a telecom signs its reports. */
export function channelOf(actor: Actor): LossChannel | null {
  switch (actor.kind) {
    case 'operator':
      return actor.role === 'call-centre' ? 'call-centre' : 'counter'
    case 'local':
      return 'counter'
    case 'machine':
      return null
  }
}
