/** The backend of a wallet provider, which attests wallets and keys; with `@openid4vc/oauth2` where it can. */
import 'reflect-metadata'
import { createHash, randomBytes, webcrypto } from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  type CallbackContext,
  clientAuthenticationClientAttestationJwt,
  createClientAttestationJwt,
} from '@openid4vc/oauth2'
import * as x509 from '@peculiar/x509'
import { CLIENT_ID, callbacks } from './callbacks.ts'
import { makeKey, type PrivateJwk, type PublicJwk, publicOf, signJwt } from './keys.ts'

const ES256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const seconds = () => Math.floor(Date.now() / 1000)

export class WalletProvider {
  private constructor(
    readonly key: PrivateJwk,
    readonly x5c: readonly string[],
  ) {}

  /** With a key that a root of the provider certifies, as HAIP demands. */
  static async create(): Promise<WalletProvider> {
    const key = makeKey()
    const root = (await webcrypto.subtle.generateKey(ES256, true, ['sign', 'verify'])) as CryptoKeyPair
    const publicKey = await webcrypto.subtle.importKey('jwk', publicOf(key), ES256, true, ['verify'])
    const leaf = await x509.X509CertificateGenerator.create({
      ...{
        subject: 'CN=wallet provider',
        issuer: 'CN=wallet provider root',
        serialNumber: randomBytes(8).toString('hex'),
      },
      ...{ publicKey: publicKey as CryptoKey, signingKey: root.privateKey, signingAlgorithm: ES256 },
    })
    return new WalletProvider(key, [Buffer.from(leaf.rawData).toString('base64')])
  }

  /** @param file JSON, as `written` gives it */
  static read(file: string): WalletProvider {
    const { key, x5c } = JSON.parse(readFileSync(file, 'utf8')) as { key: PrivateJwk; x5c: string[] }
    return new WalletProvider(key, x5c)
  }

  get written(): string {
    return JSON.stringify({ key: this.key, x5c: this.x5c })
  }

  /** As the trust registry names the key: SHA-256 of its DER SubjectPublicKeyInfo. */
  get keyId(): string {
    const leaf = new x509.X509Certificate(Buffer.from(this.x5c[0] ?? '', 'base64'))
    return `0x${createHash('sha256').update(Buffer.from(leaf.publicKey.rawData)).digest('hex')}`
  }

  /** Attests a wallet whose key on this phone is `instance`. */
  attestWallet(instance: PublicJwk, more: object = {}): Promise<string> {
    return createClientAttestationJwt({
      issuer: 'https://wallet-provider.example',
      clientId: CLIENT_ID,
      issuedAt: new Date(),
      expiresAt: new Date(Date.now() + 3_600_000),
      confirmation: { jwk: publicOf(instance) },
      signer: { method: 'x5c', alg: 'ES256', x5c: [...this.x5c] },
      callbacks: {
        ...callbacks([]),
        signJwt: async (_signer, { header, payload }) => ({
          jwt: signJwt(this.key, header, { ...payload, ...more }),
          signerJwk: publicOf(this.key),
        }),
      },
      additionalPayload: { wallet_name: 'End-to-end wallet' },
    })
  }

  /** By hand: the library gives it the type of an earlier draft. */
  attestKeys(keys: readonly PublicJwk[], nonce: string, more: object = {}): string {
    const header = { alg: 'ES256', typ: 'key-attestation+jwt', x5c: this.x5c }
    const iat = seconds()
    const payload = {
      iat,
      exp: iat + 3600,
      nonce,
      attested_keys: keys.map(publicOf),
      key_storage: ['iso_18045_moderate'],
    }
    return signJwt(this.key, header, { ...payload, ...more })
  }
}

/** One wallet of a provider, on one phone. */
export class AttestedInstance {
  constructor(
    readonly provider: WalletProvider,
    readonly key: PrivateJwk,
    readonly attestation: string,
  ) {}

  static async create(provider: WalletProvider): Promise<AttestedInstance> {
    const key = makeKey()
    return new AttestedInstance(provider, key, await provider.attestWallet(key))
  }

  get clientAuthentication(): CallbackContext['clientAuthentication'] {
    return clientAuthenticationClientAttestationJwt({
      clientAttestationJwt: this.attestation,
      callbacks: callbacks([this.key]),
    })
  }
}
