import type { Router } from 'express'
import { OWN_WALLET } from '../issuer/oid4vci/token/redeeming-wallets.ts'
import { methodNotAllowed } from './methods.ts'
import { createRouter } from './router.ts'
import { ATTESTATIONS } from './wallet-provider-routes.ts'

/** What the wallet's page has to know of this install: `WalletSettings` in web/wallet/core/settings.ts. */
export interface WalletSettingsParts {
  readonly publicUrl: string
  /** The thumbprint of the key that signs the ledger profile: the wallet trusts no other. */
  readonly profileKey: string
  readonly helpLine: string
  readonly mode: string
  readonly haip: boolean
}

/** What the page for locking has to know. To be mounted at `/lock`. */
export function lockSettings({ publicUrl, helpLine }: Pick<WalletSettingsParts, 'publicUrl' | 'helpLine'>): Router {
  const router = createRouter()
  router.get('/settings.json', (_request, response) => {
    response.set('Cache-Control', 'no-store').json({ authority: publicUrl, helpLine })
  })
  router.all('/settings.json', methodNotAllowed('GET'))
  return router
}

/** To be mounted at `/wallet`. */
export function walletSettings({ publicUrl, profileKey, helpLine, mode, haip }: WalletSettingsParts): Router {
  const router = createRouter()
  const settings = {
    ...{ authority: publicUrl, attestations: `${publicUrl}${ATTESTATIONS}`, profileKey, helpLine },
    ...{ name: OWN_WALLET, isDemo: mode === 'demo', haip },
  }
  router.get('/settings.json', (_request, response) => {
    response.set('Cache-Control', 'no-store').json(settings)
  })
  router.all('/settings.json', methodNotAllowed('GET'))
  return router
}
