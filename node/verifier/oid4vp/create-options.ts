import { VerifierError } from '../errors.ts'
import type { Preset } from '../presets/preset.ts'
import type { Presets } from '../presets/presets.ts'
import { isSecure } from './wallet-side/verify-request.ts'

export interface CreateOptions {
  /** The holder is present: the portrait is requested. */
  readonly inPerson?: boolean | undefined
  /** Only this card of the preset is requested. Default: any card of the preset. */
  readonly card?: string | undefined
  /**
   * Where the wallet is. On the same device a redirect URI is required, because HAIP 1.0 §5.1 requires the redirect there:
   * it binds the verdict to the browser that made the request. Default: `same` if there is a redirect URI.
   */
  readonly device?: 'same' | 'other' | undefined
  /** The URL to which the wallet redirects the browser. `awaitVerdict` then needs the code in the redirect, once. */
  readonly redirectUri?: string | undefined
  /**
   * The service shows the request to a browser on a page of its own, and sends the browser here afterwards. `awaitVerdict`
   * then needs the code in the redirect, once.
   */
  readonly returnUrl?: string | undefined
  /** The API key that makes the request and may read its verdict. Default: the operators of this node. */
  readonly caller?: string | undefined
}

export interface ParsedCreateOptions {
  readonly card: string | undefined
  readonly inPerson: boolean
  readonly redirectUri: string | undefined
}

/**
 * @param haip where the wallet is must be said, because a link without a redirect URI would not bind the verdict to the
 * browser (HAIP 1.0 §5.1)
 * @throws {VerifierError} VERIFIER_CONFIGURATION
 */
export function parseCreateOptions(preset: Preset, options: CreateOptions, haip: boolean): ParsedCreateOptions {
  const { inPerson = false, card, returnUrl, device } = options
  if (returnUrl !== undefined && (device !== undefined || options.redirectUri !== undefined)) {
    throw invalid(
      'returnUrl',
      'The page of the service serves both devices. Leave out the device and the redirect URI.',
    )
  }
  const redirectUri = returnUrl ?? options.redirectUri
  if (card !== undefined && !preset.cards.some(each => each.card === card)) {
    throw invalid('card', 'The preset does not request this card. Use one of its cards, or none for any of them.')
  }
  if (device === 'same' && redirectUri === undefined) {
    throw invalid('redirectUri', 'On the same device, the wallet needs a redirect URI to return to. Give one.')
  }
  if (device === 'other' && redirectUri !== undefined) {
    throw invalid('redirectUri', 'A redirect URI is for a wallet on the same device. Leave it out, or the device.')
  }
  if (haip && device === undefined && redirectUri === undefined) {
    throw invalid('device', 'With HAIP, say that the wallet is on another device, or give a redirect URI.')
  }
  const redirect = redirectUri === undefined ? undefined : parseRedirect(redirectUri)
  if (haip && redirect !== undefined && !isSecure(new URL(redirect))) {
    throw invalid('redirectUri', 'With HAIP, a redirect URI is https, or http to this machine.')
  }
  return { card, inPerson, redirectUri: redirect }
}

/** @throws {VerifierError} VERIFIER_PRESET_UNKNOWN */
export function presetOf(presets: Presets, id: string): Preset {
  const preset = presets.byId(id)
  if (preset) return preset
  throw new VerifierError(
    { code: 'VERIFIER_PRESET_UNKNOWN', preset: id.slice(0, 64) },
    'This install has no such preset. `dojang preset list` shows those that it has.',
  )
}

function parseRedirect(uri: string): string {
  // Normalised (RFC 3986 §4.3), because a wallet's parser may be stricter than this one.
  if (URL.canParse(uri) && /^https?:$/.test(new URL(uri).protocol) && !uri.includes('#')) return new URL(uri).href
  throw invalid('redirectUri', 'A redirect URI is an absolute http or https URL without a fragment.')
}

const invalid = (reason: string, message: string): VerifierError =>
  new VerifierError({ code: 'VERIFIER_CONFIGURATION', reason }, message)
