/** The cryptography that the `@openid4vc` libraries expect from the wallet. */
import { createHash, randomBytes } from 'node:crypto'
import { type CallbackContext, clientAuthenticationNone, setGlobalConfig } from '@openid4vc/oauth2'
import { base64url, CompactEncrypt, compactVerify, importJWK, type JWK } from 'jose'
import { type PrivateJwk, publicOf, readLeaf, signJwt, WalletRefusal } from './keys.ts'

// The libraries refuse http:// otherwise, on loopback too.
setGlobalConfig({ allowInsecureUrls: true })

export const CLIENT_ID = 'dojang-e2e-wallet'

const hash: CallbackContext['hash'] = (data, algorithm) => createHash(algorithm.replace('-', '')).update(data).digest()

/** @param keys the keys with which the wallet may sign in this exchange */
export function callbacks(
  keys: readonly PrivateJwk[],
  clientAuthentication: CallbackContext['clientAuthentication'] = clientAuthenticationNone({ clientId: CLIENT_ID }),
): CallbackContext {
  return {
    hash,
    generateRandom: length => randomBytes(length),
    clientAuthentication,
    signJwt: async (signer, { header, payload }) => {
      const [only] = keys
      // A kid names a key of the wallet, which then has only one to sign with.
      if (signer.method === 'did' && only) return { jwt: signJwt(only, header, payload), signerJwk: publicOf(only) }
      if (signer.method !== 'jwk') throw new WalletRefusal(`no key for signer method ${signer.method}`)
      const { x } = signer.publicJwk
      const key = keys.find(mine => mine.x === x)
      if (!key) throw new WalletRefusal('the wallet does not have the key to sign with')
      return { jwt: signJwt(key, header, payload), signerJwk: signer.publicJwk }
    },
    // The person decides whether to trust the verifier. The wallet checks that the request is signed by the certificate of
    // its client_id, and shows the name.
    verifyJwt: async (signer, { compact }) => {
      if (signer.method !== 'x5c') return { verified: false }
      const { jwk } = readLeaf(signer.x5c)
      try {
        await compactVerify(compact, await importJWK(jwk, 'ES256'), { algorithms: ['ES256'] })
        return { verified: true, signerJwk: jwk }
      } catch {
        return { verified: false }
      }
    },
    getX509CertificateMetadata: certificate => {
      const { dnsNames, uris } = readLeaf([certificate])
      return { sanDnsNames: [...dnsNames], sanUriNames: [...uris] }
    },
    encryptJwe: async ({ publicJwk, alg, enc, apu, apv }, data) => {
      const encrypt = new CompactEncrypt(new TextEncoder().encode(data)).setProtectedHeader({
        alg,
        enc,
        ...(publicJwk.kid !== undefined && { kid: publicJwk.kid }),
      })
      if (apu !== undefined || apv !== undefined) {
        encrypt.setKeyManagementParameters({
          ...(apu !== undefined && { apu: base64url.decode(apu) }),
          ...(apv !== undefined && { apv: base64url.decode(apv) }),
        })
      }
      return { jwe: await encrypt.encrypt(await importJWK(publicJwk as JWK, alg)), encryptionJwk: publicJwk }
    },
    decryptJwe: async () => ({ decrypted: false }),
  }
}
