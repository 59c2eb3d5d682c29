import type { Router } from 'express'
import { methodNotAllowed } from './methods.ts'
import { createRouter } from './router.ts'

/** What the kiosk has to know of the authority that serves it: `KioskSettings` in web/kiosk/core/settings.ts. */
export interface KioskSettingsParts {
  readonly publicUrl: string
  readonly mode: string
  /** Where faces are compared; null if nowhere. */
  readonly faceUrl: string | null
}

/** To be mounted at `/kiosk`. */
export function kioskSettings({ publicUrl, mode, faceUrl }: KioskSettingsParts): Router {
  const router = createRouter()
  const settings = { authority: publicUrl, face: faceUrl && { url: faceUrl, simulated: mode === 'demo' } }
  router.get('/settings.json', (_request, response) => {
    response.set('Cache-Control', 'no-store').json(settings)
  })
  router.all('/settings.json', methodNotAllowed('GET'))
  return router
}
