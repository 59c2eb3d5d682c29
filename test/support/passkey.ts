/** A software authenticator with one passkey, as a browser and its platform would answer (WebAuthn Level 3). */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'
import { isoCBOR } from '@simplewebauthn/server/helpers'

export interface Faults {
  /** The origin of the page that asked. */
  readonly origin?: string
  /** The RP ID for which the authenticator signed. */
  readonly rpId?: string
  /** Whether the authenticator verified its user. */
  readonly verified?: boolean
}

const PRESENT = 0x01
const VERIFIED = 0x04
const ATTESTED = 0x40

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest()
const u32 = (value: number) => Buffer.from([value >>> 24, value >>> 16, value >>> 8, value].map(byte => byte & 255))

export class SoftwarePasskey {
  readonly #id = randomBytes(32)
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  #counter = 0
  #userHandle = ''

  /** @param origin of the pages that use it */
  constructor(private readonly origin: string) {}

  /** The credential id, base64url. */
  get id(): string {
    return this.#id.toString('base64url')
  }

  create(options: PublicKeyCredentialCreationOptionsJSON, faults: Faults = {}): RegistrationResponseJSON {
    this.#userHandle = options.user.id
    const length = Buffer.from([0, this.#id.length])
    const attested = Buffer.concat([Buffer.alloc(16), length, this.#id, Buffer.from(this.#cose())])
    const authData = this.#authenticatorData(options.rp.id ?? '', ATTESTED, faults, attested)
    const object = new Map<string, unknown>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', new Uint8Array(authData)],
    ])
    return {
      ...this.#common(),
      response: {
        clientDataJSON: this.#clientData('webauthn.create', options.challenge, faults).toString('base64url'),
        attestationObject: Buffer.from(isoCBOR.encode(object as never)).toString('base64url'),
      },
    }
  }

  get(options: PublicKeyCredentialRequestOptionsJSON, faults: Faults = {}): AuthenticationResponseJSON {
    const authData = this.#authenticatorData(options.rpId ?? '', 0, faults)
    const clientData = this.#clientData('webauthn.get', options.challenge, faults)
    const signature = sign('sha256', Buffer.concat([authData, sha256(clientData)]), this.#keys.privateKey)
    return {
      ...this.#common(),
      response: {
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        signature: signature.toString('base64url'),
        userHandle: this.#userHandle,
      },
    }
  }

  #common() {
    const { id } = this
    return { id, rawId: id, type: 'public-key' as const, clientExtensionResults: {} }
  }

  #clientData(type: string, challenge: string, { origin = this.origin }: Faults): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
  }

  #authenticatorData(asked: string, flags: number, faults: Faults, rest = Buffer.alloc(0)): Buffer {
    const { rpId = asked, verified = true } = faults
    this.#counter += 1
    const all = PRESENT | flags | (verified ? VERIFIED : 0)
    return Buffer.concat([sha256(rpId), Buffer.from([all]), u32(this.#counter), rest])
  }

  /** COSE_Key of RFC 9053: EC2, ES256, P-256. */
  #cose(): Uint8Array {
    const { x = '', y = '' } = this.#keys.publicKey.export({ format: 'jwk' })
    const coordinate = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'))
    const key = new Map<number, number | Uint8Array>([
      ...([
        [1, 2],
        [3, -7],
        [-1, 1],
      ] as [number, number][]),
      [-2, coordinate(x)],
      [-3, coordinate(y)],
    ])
    return isoCBOR.encode(key as never)
  }
}
