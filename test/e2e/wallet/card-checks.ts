/** The checks of a wallet before it stores a card, using only `@sd-jwt`. */
import { createHash } from 'node:crypto'
import { getListFromStatusListJWT } from '@sd-jwt/jwt-status-list'
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'
import { compactVerify, decodeProtectedHeader, importJWK } from 'jose'
import { type PrivateJwk, type PublicJwk, readLeaf, signEs256, WalletRefusal } from './keys.ts'

const hasher = (data: string | ArrayBuffer, algorithm: string) =>
  createHash(algorithm.replace('-', ''))
    .update(typeof data === 'string' ? data : new Uint8Array(data))
    .digest()

/** An SD-JWT VC codec that verifies with the issuer's key and signs key bindings with the holder's. */
export function sdJwtWith(issuer: PublicJwk, holder?: PrivateJwk): SDJwtVcInstance {
  return new SDJwtVcInstance({
    hasher,
    hashAlg: 'sha-256',
    verifier: verifierOf(issuer),
    statusVerifier: verifierOf(issuer),
    statusListFetcher: fetchStatusList,
    ...(holder && { kbSigner: (text: string) => signEs256(holder, text), kbSignAlg: 'ES256' }),
  })
}

export function issuerKeyOf(credential: string): PublicJwk {
  return leafOf(credential).jwk
}

/**
 * Verifies signature, disclosures, validity and status, and that the card is bound to the wallet's key.
 * @returns the claims, all disclosed
 * @throws {WalletRefusal}
 */
export async function verifyCard(
  credential: string,
  issuer: string,
  holder: PublicJwk,
): Promise<Record<string, unknown>> {
  const leaf = leafOf(credential)
  if (!leaf.uris.includes(issuer)) throw new WalletRefusal('the certificate does not name the issuer')
  const sdJwt = sdJwtWith(leaf.jwk)
  // Fetches the status list and checks its signature with the same key; an unreachable or bad one throws.
  const { payload } = await sdJwt.verify(credential)
  if (payload.iss !== issuer) throw new WalletRefusal('the card is from another issuer than its offer')
  const { jwk } = payload.cnf as { jwk: PublicJwk }
  if (jwk.x !== holder.x || jwk.y !== holder.y) throw new WalletRefusal('the card is bound to another key')
  if (payload.status === undefined) throw new WalletRefusal('the card names no status list')
  await checkListShape(payload.status.status_list)
  return (await sdJwt.getClaims(credential)) as Record<string, unknown>
}

/** Checks the list's type and signature, its subject (the URL from which it was fetched), and the card's status in it. */
async function checkListShape({ idx, uri }: { idx: number; uri: string }): Promise<void> {
  const list = await fetchStatusList(uri)
  const header = decodeProtectedHeader(list)
  if (header.typ !== 'statuslist+jwt') throw new WalletRefusal('the status list is of another type')
  const { payload } = await compactVerify(list, await importJWK(readLeaf(header.x5c).jwk, 'ES256'))
  const { sub } = JSON.parse(new TextDecoder().decode(payload)) as { sub?: string }
  if (sub !== uri) throw new WalletRefusal('the status list is about another URI')
  if (getListFromStatusListJWT(list).getStatus(idx) !== 0) throw new WalletRefusal('the card is not VALID')
}

async function fetchStatusList(uri: string): Promise<string> {
  const response = await fetch(uri, { headers: { accept: 'application/statuslist+jwt' } })
  if (!response.ok) throw new WalletRefusal(`the status list cannot be fetched: ${response.status}`)
  return (await response.text()).trim()
}

function verifierOf(key: PublicJwk) {
  return async (data: string, signature: string) => {
    try {
      await compactVerify(`${data}.${signature}`, await importJWK(key, 'ES256'), { algorithms: ['ES256'] })
      return true
    } catch {
      return false
    }
  }
}

function leafOf(credential: string) {
  const [jwt = ''] = credential.split('~')
  return readLeaf(decodeProtectedHeader(jwt).x5c)
}
