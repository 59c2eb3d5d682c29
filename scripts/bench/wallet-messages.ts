/** The signed messages of the benchmark's wallets. */
import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { fromDer } from '../../node/lib/ecdsa-der.ts'
import type { Answer } from './connection.ts'

type Json = Record<string, unknown>

export interface Key {
  readonly private: KeyObject
  readonly jwk: Json
}

/** @param last the answer with the newest DPoP nonce */
export function dpop(key: Key, htu: string, { headers }: Answer, accessToken?: string): string {
  const nonce = headers.get('dpop-nonce')
  const ath = accessToken && createHash('sha256').update(accessToken).digest('base64url')
  const claims = { htm: 'POST', htu, jti: randomUUID(), iat: now() }
  return jwt(key, 'dpop+jwt', { ...claims, ...(nonce && { nonce }), ...(ath && { ath }) })
}

export function jwt(key: Key, typ: string, payload: Json): string {
  const encode = (value: Json) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const input = `${encode({ alg: 'ES256', typ, jwk: key.jwk })}.${encode(payload)}`
  const signature = fromDer(sign('sha256', Buffer.from(input), key.private))
  return `${input}.${Buffer.from(signature).toString('base64url')}`
}

export function makeKey(): Key {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { private: privateKey, jwk: publicKey.export({ format: 'jwk' }) as Json }
}

/** @param jwk a private key */
export function readKey(jwk: JsonWebKey): Key {
  const { kty, crv, x, y } = jwk
  return { private: createPrivateKey({ key: jwk as Json, format: 'jwk' }), jwk: { kty, crv, x, y } }
}

export const now = () => Math.floor(Date.now() / 1000)
