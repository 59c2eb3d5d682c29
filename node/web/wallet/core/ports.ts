/** What the wallet's logic needs from the browser. Tests give others. */
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/browser'
import type { Random } from '../../../lib/random.ts'
import type { Clock, Timer } from '../../../lib/time.ts'
import type { WalletSettings } from './settings.ts'

export interface WalletPorts {
  readonly settings: WalletSettings
  /** The address of this wallet's page to which an issuer's page sends the browser back (`walletReturn`). */
  readonly returnUri: string
  readonly store: WalletStore
  readonly passkey: PasskeyPort
  readonly lockPasskey: LockPasskeyPort
  readonly fetcher: typeof fetch
  readonly subtle: SubtleCrypto
  readonly clock: Clock
  readonly timer: Timer
  readonly random: Random
  /** Asks the browser not to delete the data of this page (`navigator.storage.persist`). */
  readonly persist: () => Promise<boolean>
}

/** The passkey of this wallet: WebAuthn with user verification and, where the authenticator has it, PRF. */
export interface PasskeyPort {
  /**
   * @throws {WalletError} WALLET_PASSKEY_UNSUPPORTED, WALLET_PASSKEY_CANCELLED
   */
  create(request: { readonly name: string; readonly prfInput: Uint8Array }): Promise<PasskeyAnswer>
  /** @throws {WalletError} WALLET_PASSKEY_UNSUPPORTED, WALLET_PASSKEY_CANCELLED */
  get(request: { readonly credentialId: string; readonly prfInput: Uint8Array }): Promise<PasskeyAnswer>
}

export interface PasskeyAnswer {
  readonly credentialId: string
  /** 32 bytes, the same for the same passkey and input; null if the authenticator has no PRF. */
  readonly prf: Uint8Array | null
}

/** The passkey for locking: the authority makes the options and checks the answers. */
export interface LockPasskeyPort {
  /** @throws {WalletError} WALLET_PASSKEY_UNSUPPORTED, WALLET_PASSKEY_CANCELLED */
  create(options: PublicKeyCredentialCreationOptionsJSON): Promise<RegistrationResponseJSON>
  /** @throws {WalletError} WALLET_PASSKEY_UNSUPPORTED, WALLET_PASSKEY_CANCELLED */
  get(options: PublicKeyCredentialRequestOptionsJSON): Promise<AuthenticationResponseJSON>
}

export const TABLES = ['card', 'key', 'history', 'setting'] as const
export type TableName = (typeof TABLES)[number]

/** What is stored: structured clones, so that keys which cannot be exported are kept too. */
export interface WalletStore {
  get(table: TableName, key: string): Promise<unknown>
  /** In the order of their keys. */
  all(table: TableName): Promise<readonly unknown[]>
  /** All or nothing, and on disk when it resolves. @throws {WalletError} WALLET_STORAGE */
  commit(changes: readonly StoreChange[]): Promise<void>
  /** Deletes everything. */
  erase(): Promise<void>
}

export type StoreChange =
  | { readonly table: TableName; readonly key: string; readonly put: unknown }
  | { readonly table: TableName; readonly key: string; readonly del: true }
  | { readonly table: TableName; readonly clear: true }
