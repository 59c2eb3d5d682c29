import { existsSync } from 'node:fs'
import { configPath, readConfig } from '../config/file.ts'
import { toWalletPage } from '../lib/wallet-link.ts'

/** The same offer or request for the wallet of this install, which is a page; null without a configuration. */
export const ownWallet = (data: string, link: string): string | null =>
  existsSync(configPath(data)) ? toWalletPage(readConfig(data).walletUrl, link) : null
