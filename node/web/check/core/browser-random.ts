import type { Random } from '../../../lib/random.ts'

/** The browser's source of unpredictable bytes. */
export const browserRandom: Random = length => crypto.getRandomValues(new Uint8Array(length))
