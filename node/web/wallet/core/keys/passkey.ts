/** The passkey of the wallet, and how well it protects the holder's keys. */
import type { Clock } from '../../../../lib/time.ts'
import { walletError } from '../errors.ts'
import type { PasskeyAnswer, WalletPorts } from '../ports.ts'
import type { KeyLevel, Protection, Touch } from '../wallet.ts'
import { VerifiedTouch } from './touch.ts'

interface PasskeyRecord {
  readonly credentialId: string
  /** The input of the PRF: random, and the same at every touch, since the keys are encrypted under its output. */
  readonly prfInput: Uint8Array
  readonly level: KeyLevel
  readonly persistent: boolean
}

const SETTING = 'passkey'

export class WalletPasskey {
  readonly #clock: Clock

  constructor(
    private readonly ports: Pick<WalletPorts, 'store' | 'passkey' | 'clock' | 'random' | 'persist' | 'settings'>,
  ) {
    this.#clock = ports.clock
  }

  async protection(): Promise<Protection | null> {
    const record = await this.#record()
    return record ? { level: record.level, persistent: record.persistent } : null
  }

  /**
   * A passkey that exists already stays: the keys are encrypted under it.
   * @throws {WalletError} WALLET_PASSKEY_UNSUPPORTED, WALLET_PASSKEY_CANCELLED
   */
  async setUp(): Promise<Protection> {
    const { passkey, random, persist, store, settings } = this.ports
    const existing = await this.protection()
    if (existing) return existing
    const prfInput = random(32)
    const made = await passkey.create({ name: settings.name, prfInput })
    const level = levelOf(made)
    made.prf?.fill(0)
    const persistent = await persist()
    const record: PasskeyRecord = { credentialId: made.credentialId, prfInput, level, persistent }
    await store.commit([{ table: 'setting', key: SETTING, put: record }])
    return { level, persistent }
  }

  /** Asks the browser again to keep the data. Some agree only once the wallet is used. */
  async keepData(): Promise<void> {
    const record = await this.#record()
    if (!record || record.persistent || !(await this.ports.persist())) return
    await this.ports.store.commit([{ table: 'setting', key: SETTING, put: { ...record, persistent: true } }])
  }

  /** @throws {WalletError} WALLET_NOT_SET_UP, WALLET_PASSKEY_UNSUPPORTED, WALLET_PASSKEY_CANCELLED, WALLET_KEY_LOST */
  async touch(): Promise<Touch> {
    const record = await this.#record()
    if (!record) throw walletError({ code: 'WALLET_NOT_SET_UP' }, 'This wallet has no passkey yet. Create it first.')
    const { credentialId, prfInput, level } = record
    const { prf, ...answer } = await this.ports.passkey.get({ credentialId, prfInput })
    if (answer.credentialId !== credentialId || (level === 'software_prf' && prf === null)) {
      throw walletError({ code: 'WALLET_KEY_LOST' }, 'This is not the passkey of this wallet.')
    }
    return new VerifiedTouch(this.#clock(), level === 'software_prf' ? prf : null)
  }

  async #record(): Promise<PasskeyRecord | undefined> {
    return (await this.ports.store.get('setting', SETTING)) as PasskeyRecord | undefined
  }
}

const levelOf = ({ prf }: PasskeyAnswer): KeyLevel => (prf?.length === 32 ? 'software_prf' : 'software')
