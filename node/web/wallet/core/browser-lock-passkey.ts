/** The passkey for locking, by the browser's WebAuthn. */
import { askPasskey, createPasskey, PasskeyRefused } from '../../kit/passkey.ts'
import { walletError } from './errors.ts'
import type { LockPasskeyPort } from './ports.ts'

export const browserLockPasskey: LockPasskeyPort = {
  create: options => ceremony(() => createPasskey(options)),
  get: options => ceremony(() => askPasskey(options)),
}

async function ceremony<Answer>(run: () => Promise<Answer>): Promise<Answer> {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof PasskeyRefused)) throw error
    if (error.why === 'unsupported') {
      throw walletError({ code: 'WALLET_PASSKEY_UNSUPPORTED' }, 'This browser has no passkeys.', error)
    }
    throw walletError({ code: 'WALLET_PASSKEY_CANCELLED' }, 'The passkey was not confirmed. Press again.', error)
  }
}
