/**
 * Prepares for the loss of this phone: a passkey with which its cards can be locked from another browser, and a recovery code.
 * The wallet makes the code, shows it once and keeps no copy; the authority gets its hash.
 */
import type { RegistrationResponseJSON } from '@simplewebauthn/browser'
import { sha256 } from '#crypto'
import { concat, toBase64url, utf8 } from '../../../lib/bytes.ts'
import type { JsonObject } from '../../../lib/json.ts'
import { CODE_BYTES, formatRecoveryCode } from '../../../lib/recovery-code.ts'
import { WalletError, walletError } from './errors.ts'
import { answerInvalid, hostOf, jsonOf } from './http.ts'
import { Dpop } from './issuing/dpop.ts'
import type { LossMeans, Prepared } from './loss-means.ts'
import type { WalletPorts } from './ports.ts'

const SETTING = 'loss'

export class LossPreparation {
  constructor(private readonly ports: WalletPorts) {}

  /** Null before the first preparation. */
  async means(): Promise<LossMeans | null> {
    return ((await this.ports.store.get('setting', SETTING)) as LossMeans | undefined) ?? null
  }

  /**
   * Registers the passkey, if there is none yet, and a new recovery code. The code before ends. Call it from the press of a
   * button. Without passkeys in this browser there is only the code.
   * @throws {WalletError} WALLET_PASSKEY_CANCELLED, WALLET_UNREACHABLE, WALLET_ANSWER_INVALID, WALLET_LOSS_REFUSED
   */
  async prepare(): Promise<Prepared> {
    const { settings, store, clock, random, lockPasskey } = this.ports
    const dpop = await Dpop.of(settings.authority, this.ports)
    const offer = await this.#post(dpop, 'options', {})
    const consent = offer.consent === null ? undefined : await lockPasskey.get(optionsOf(offer.consent))
    const passkey = consent ? undefined : await this.#newPasskey(offer)
    const bytes = random(CODE_BYTES)
    const codeHash = toBase64url(sha256(concat(utf8('dojang recovery code\0'), bytes)))
    const state = await this.#post(dpop, '', { codeHash, ...(passkey && { passkey }), ...(consent && { consent }) })
    const means = { passkey: Number(state.passkeys) > 0, code: state.hasCode === true, at: clock() }
    await store.commit([{ table: 'setting', key: SETTING, put: means }])
    const code = formatRecoveryCode(bytes)
    bytes.fill(0)
    return { code, means }
  }

  async #newPasskey(offer: JsonObject): Promise<RegistrationResponseJSON | undefined> {
    try {
      return await this.ports.lockPasskey.create(optionsOf(offer.creation))
    } catch (error) {
      if (error instanceof WalletError && error.code === 'WALLET_PASSKEY_UNSUPPORTED') return undefined
      throw error
    }
  }

  async #post(dpop: Dpop, path: '' | 'options', body: unknown): Promise<JsonObject> {
    const url = `${this.ports.settings.authority}/lock/means${path === '' ? '' : `/${path}`}`
    const headers = { 'content-type': 'application/json', accept: 'application/json' }
    const reply = await dpop.post(url, { headers, body: JSON.stringify(body) })
    const answer = jsonOf(reply, url)
    if (reply.status === 200) return answer
    const code = typeof answer.code === 'string' ? answer.code : String(answer.error)
    if (reply.status >= 500) throw answerInvalid(hostOf(url), `status ${reply.status}`)
    throw walletError({ code: 'WALLET_LOSS_REFUSED', reason: code }, `The authority refused the preparation: ${code}.`)
  }
}

/** The authority's own options: the browser checks them. */
function optionsOf<Options>(value: unknown): Options {
  if (typeof value === 'object' && value !== null) return value as Options
  throw walletError({ code: 'WALLET_LOSS_REFUSED', reason: 'options' }, 'The authority sent no options for a passkey.')
}
