import type { Router } from 'express'
import { methodNotAllowed } from './methods.ts'
import { createRouter } from './router.ts'

/** What the check screen has to know of the authority that serves it: `Authority` in web/check/core/device.ts. */
export interface CheckSettingsParts {
  readonly publicUrl: string
  readonly mode: string
}

/** To be mounted at `/check`. */
export function checkSettings({ publicUrl, mode }: CheckSettingsParts): Router {
  const router = createRouter()
  router.get('/settings.json', (_request, response) => {
    response.set('Cache-Control', 'no-store').json({ authority: publicUrl, mode })
  })
  router.all('/settings.json', methodNotAllowed('GET'))
  return router
}
