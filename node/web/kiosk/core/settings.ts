import { z } from 'zod'

/** What the kiosk has to know of the authority that serves it: http/kiosk-settings.ts. */
const Settings = z.object({
  authority: z.string(),
  /** Where faces are compared; null if no face provider is configured. */
  face: z.object({ url: z.string(), simulated: z.boolean() }).nullable(),
})
export type KioskSettings = z.infer<typeof Settings>

/** @throws if the node does not answer */
export async function loadSettings(signal: AbortSignal): Promise<KioskSettings> {
  const response = await fetch('/kiosk/settings.json', { signal })
  return Settings.parse(await response.json())
}
