/** What a phone shows in the mode one-way: the texts of its QR codes. */
import { randomBytes } from 'node:crypto'
import { systemClock } from '../../node/lib/time.ts'
import { framesOf } from '../../node/verifier/in-person/frames.ts'
import { oneWayAudience, oneWayMessage } from '../../node/verifier/in-person/one-way.ts'
import type { WorldCard } from '../node/verifier/replica/card-world.ts'
import { present } from '../node/verifier/support.ts'
import { presetNamed } from './presets.ts'

/** A resident card for the purpose `age`. More frames than fragments, so that some may be lost. */
export async function oneWayCodes({ text }: WorldCard, iat = systemClock()): Promise<readonly string[]> {
  const preset = presetNamed('age')
  const nonce = randomBytes(24).toString('base64url')
  const show = ['age_equal_or_over', 'age_equal_or_over/19', 'portrait']
  const shown = present(text, { show, audience: oneWayAudience(preset.id), nonce, iat })
  const frames = framesOf(await oneWayMessage(preset, nonce, { resident: [shown] }))
  return Array.from({ length: frames.count === 1 ? 1 : 3 * frames.count }, (_, i) => frames.text(i))
}
