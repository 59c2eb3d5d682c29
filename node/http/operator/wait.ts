import { z } from 'zod'

/** Seconds. A longer wait is shortened, not refused: a client whose wait is refused might poll without a pause. */
export const Wait = z.coerce
  .number()
  .catch(0)
  .transform(wait => Math.min(Math.max(wait, 0), 30))
