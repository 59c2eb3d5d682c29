/** The passkey of the wallet by WebAuthn, with the PRF extension where the authenticator has it. */
import { fromBase64url, toBase64url } from '../../../lib/bytes.ts'
import type { Random } from '../../../lib/random.ts'
import { walletError } from './errors.ts'
import type { PasskeyAnswer, PasskeyPort } from './ports.ts'

const ES256 = -7
const RS256 = -257
const TIMEOUT_MS = 120_000
/** In the flags of the authenticator data (WebAuthn Level 3 §6.1). */
const USER_VERIFIED = 0x04
const FLAGS_AT = 32

export class BrowserPasskey implements PasskeyPort {
  constructor(private readonly random: Random) {}

  async create({ name, prfInput }: { readonly name: string; readonly prfInput: Uint8Array }): Promise<PasskeyAnswer> {
    const made = await ceremony(() =>
      navigator.credentials.create({
        publicKey: {
          // The host of the page is the RP ID.
          rp: { name },
          user: { id: owned(this.random(16)), name, displayName: name },
          // Nobody verifies the signature: the passkey serves this page only. The answer comes from the browser itself.
          challenge: owned(this.random(32)),
          pubKeyCredParams: [
            { type: 'public-key', alg: ES256 },
            { type: 'public-key', alg: RS256 },
          ],
          authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
          attestation: 'none',
          timeout: TIMEOUT_MS,
          extensions: { prf: { eval: { first: owned(prfInput) } } },
        },
      }),
    )
    const prf = prfOf(made)
    const { enabled } = made.getClientExtensionResults().prf ?? {}
    const credentialId = toBase64url(new Uint8Array(made.rawId))
    // Some authenticators have the extension, and evaluate it only at a later touch.
    return prf === null && enabled === true ? this.get({ credentialId, prfInput }) : { credentialId, prf }
  }

  async get({ credentialId, prfInput }: { readonly credentialId: string; readonly prfInput: Uint8Array }) {
    const answer = await ceremony(() =>
      navigator.credentials.get({
        publicKey: {
          challenge: owned(this.random(32)),
          allowCredentials: [{ type: 'public-key', id: owned(fromBase64url(credentialId)) }],
          userVerification: 'required',
          timeout: TIMEOUT_MS,
          extensions: { prf: { eval: { first: owned(prfInput) } } },
        },
      }),
    )
    const { authenticatorData } = answer.response as AuthenticatorAssertionResponse
    const flags = new Uint8Array(authenticatorData)[FLAGS_AT] ?? 0
    if ((flags & USER_VERIFIED) === 0) throw unsupported()
    return { credentialId: toBase64url(new Uint8Array(answer.rawId)), prf: prfOf(answer) }
  }
}

async function ceremony(run: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  if (typeof PublicKeyCredential === 'undefined') throw unsupported()
  let found: Credential | null
  try {
    found = await run()
  } catch (error) {
    const name = error instanceof Error ? error.name : ''
    if (name === 'NotSupportedError' || name === 'ConstraintError' || name === 'SecurityError') throw unsupported(error)
    throw walletError({ code: 'WALLET_PASSKEY_CANCELLED' }, 'The passkey was not confirmed. Press again.', error)
  }
  if (found instanceof PublicKeyCredential) return found
  throw unsupported()
}

function prfOf(credential: PublicKeyCredential): Uint8Array | null {
  const first = credential.getClientExtensionResults().prf?.results?.first
  if (first === undefined) return null
  return ArrayBuffer.isView(first)
    ? new Uint8Array(first.buffer, first.byteOffset, first.byteLength).slice()
    : new Uint8Array(first).slice()
}

const unsupported = (cause?: unknown) =>
  walletError(
    { code: 'WALLET_PASSKEY_UNSUPPORTED' },
    'This browser or device has no passkey that verifies its user. Set a screen lock, or use another browser.',
    cause,
  )

const owned = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes)
