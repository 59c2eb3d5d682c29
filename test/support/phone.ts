/** The wallet of node/web/wallet/core on a phone of a test: in memory, with a software authenticator. */
import { createHmac, randomBytes } from 'node:crypto'
import { type Clock, systemClock, systemTimer, type Timer } from '../../node/lib/time.ts'
import { WalletError, type WalletFailure, walletError } from '../../node/web/wallet/core/errors.ts'
import { openWallet } from '../../node/web/wallet/core/open.ts'
import type { PasskeyPort, WalletPorts } from '../../node/web/wallet/core/ports.ts'
import type { WalletSettings } from '../../node/web/wallet/core/settings.ts'
import { MemoryWalletStore } from '../../node/web/wallet/core/store/memory.ts'
import type { Wallet } from '../../node/web/wallet/core/wallet.ts'
import { SoftwarePasskey } from './passkey.ts'
import { random } from './world.ts'

/** A platform authenticator, with or without the PRF extension. */
export class TestPasskey implements PasskeyPort {
  /** The person or the browser ends the ceremony. */
  cancels = false
  readonly #secret = randomBytes(32)
  readonly #id = randomBytes(16).toString('base64url')

  constructor(private readonly prf = true) {}

  async create({ prfInput }: { readonly prfInput: Uint8Array }) {
    return this.#answer(prfInput)
  }

  async get({ prfInput }: { readonly prfInput: Uint8Array }) {
    return this.#answer(prfInput)
  }

  #answer(prfInput: Uint8Array) {
    if (this.cancels) throw walletError({ code: 'WALLET_PASSKEY_CANCELLED' }, 'cancelled')
    const output = new Uint8Array(createHmac('sha256', this.#secret).update(prfInput).digest())
    return { credentialId: this.#id, prf: this.prf ? output : null }
  }
}

export interface Phone {
  readonly wallet: Wallet
  readonly store: MemoryWalletStore
  readonly passkey: TestPasskey
  /** The passkey for locking the cards from elsewhere. */
  readonly lockPasskey: SoftwarePasskey
  /** What the wallet requested, by method and URL. */
  readonly requests: { readonly method: string; readonly url: string; readonly body: string }[]
  /** Closes the page and opens it again. */
  reopen(): Promise<Phone>
}

export interface PhoneOptions {
  readonly settings: WalletSettings
  readonly returnUri?: string
  readonly clock?: Clock
  readonly timer?: Timer
  readonly prf?: boolean
  readonly fetcher?: typeof fetch
  readonly store?: MemoryWalletStore
  readonly passkey?: TestPasskey
  readonly lockPasskey?: SoftwarePasskey
  /** The origin of the wallet's page, for the passkey for locking. */
  readonly walletUrl?: string
}

export async function openPhone(options: PhoneOptions): Promise<Phone> {
  const {
    settings,
    clock = systemClock,
    timer = systemTimer,
    store = new MemoryWalletStore(),
    fetcher = fetch,
    returnUri = 'https://wallet.example/wallet/returned',
  } = options
  const passkey = options.passkey ?? new TestPasskey(options.prf)
  const lockPasskey = options.lockPasskey ?? new SoftwarePasskey(options.walletUrl ?? 'http://localhost:4103')
  const requests: { method: string; url: string; body: string }[] = []
  const ports: WalletPorts = {
    ...{ settings, store, passkey, clock, timer, random, returnUri },
    lockPasskey: { create: async made => lockPasskey.create(made), get: async asked => lockPasskey.get(asked) },
    subtle: crypto.subtle,
    persist: async () => true,
    fetcher: (input, init) => {
      requests.push({ method: init?.method ?? 'GET', url: String(input), body: String(init?.body ?? '') })
      return fetcher(input, init)
    },
  }
  const wallet = await openWallet(ports)
  const again = { ...options, store, passkey, lockPasskey }
  return { wallet, store, passkey, lockPasskey, requests, reopen: () => openPhone(again) }
}

/** The refusal of the wallet. */
export async function walletRefusal(work: Promise<unknown>): Promise<WalletFailure> {
  try {
    await work
  } catch (error) {
    if (error instanceof WalletError) return error.detail
    throw error
  }
  throw new Error('it was not refused')
}
