/**
 * Attestations of this wallet and of its keys by its own provider. The wallet sends them to its own authority, and to issuers
 * that demand them. It sends them to no other issuer: that one may refuse a provider that it has not admitted, and it would
 * learn the holder's authority.
 */
import { ascii, textToBase64url, toBase64url } from '../../../../lib/bytes.ts'
import type { P256Jwk } from '../../../../lib/crypto.ts'
import { answerInvalid, hostOf, jsonOf, send } from '../http.ts'
import type { HolderKey } from '../keys/keys.ts'
import type { WalletPorts } from '../ports.ts'
import type { Dpop } from './dpop.ts'
import type { IssuerMetadata } from './metadata.ts'
import { walletStopped } from './token.ts'

type Ports = Pick<WalletPorts, 'fetcher' | 'clock' | 'settings'>

interface Signer {
  readonly jwk: P256Jwk
  readonly sign: (data: Uint8Array) => Promise<Uint8Array>
}

const MAX_ATTESTATION = 16_384

/**
 * Null where none is needed, or where nobody ever admitted this wallet.
 * @throws {WalletError} WALLET_STOPPED, WALLET_UNREACHABLE, WALLET_ANSWER_INVALID
 */
export async function attestWallet(metadata: IssuerMetadata, dpop: Dpop, ports: Ports): Promise<string | null> {
  if (!isWanted(metadata, ports) || !metadata.server.dpop) return null
  return attested(dpop.signer, null, metadata, ports)
}

/**
 * @param nonce the c_nonce of the key proof
 * @throws {WalletError} as `attestWallet`
 */
export async function attestHolderKey(
  metadata: IssuerMetadata,
  key: HolderKey,
  nonce: string,
  ports: Ports,
): Promise<string | null> {
  return isWanted(metadata, ports) ? attested(key, nonce, metadata, ports) : null
}

function isWanted({ issuer, server }: IssuerMetadata, { settings }: Ports): boolean {
  const { attestation = 'none' } = server
  return attestation === 'required' || (attestation === 'accepted' && issuer === settings.authority)
}

async function attested(
  signer: Signer,
  nonce: string | null,
  { server }: IssuerMetadata,
  { fetcher, clock, settings }: Ports,
): Promise<string | null> {
  const { attestations: url } = settings
  const none = () => {
    if (server.attestation === 'required') throw walletStopped()
    return null
  }
  if (url === null) return none()
  const header = { alg: 'ES256', typ: 'dojang-attestation-request+jwt', jwk: signer.jwk }
  const payload = { aud: url, iat: clock(), ...(nonce !== null && { nonce }) }
  const input = `${textToBase64url(JSON.stringify(header))}.${textToBase64url(JSON.stringify(payload))}`
  const request = `${input}.${toBase64url(await signer.sign(ascii(input)))}`
  const headers = { 'content-type': 'application/json', accept: 'application/json' }
  const reply = await send(fetcher, url, { method: 'POST', headers, body: JSON.stringify({ request }) })
  const answer = jsonOf(reply, url)
  if (reply.status !== 200 && answer.error === 'access_denied') throw walletStopped()
  const { attestation } = answer
  if (reply.status === 200 && attestation === null) return none()
  if (reply.status !== 200 || typeof attestation !== 'string' || attestation.length > MAX_ATTESTATION) {
    throw answerInvalid(hostOf(url), 'it is no attestation')
  }
  return attestation
}
