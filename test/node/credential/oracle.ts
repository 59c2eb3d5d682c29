/** `@sd-jwt/sd-jwt-vc`, an independent implementation, set up with the same keys. */
import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'
import { createStatusListToken } from '../../../node/credential/status-token.ts'
import { fromBase64url, toBase64url, utf8 } from '../../../node/lib/bytes.ts'
import { holder, input, issuer, NOW, random, type TestKey } from './support.ts'

const verifier = (key: TestKey) => (data: string, signature: string) =>
  key.publicKey.verify(utf8(data), fromBase64url(signature))

const signer = (key: TestKey) => (data: string) => toBase64url(key.sign(utf8(data)))

/** Every credential's URI leads to a list in which all are VALID. */
const statusList = createStatusListToken(
  {
    uri: input().status.uri,
    iat: NOW,
    exp: NOW + 3600,
    ttl: 300,
    compressed: deflateSync(new Uint8Array(32_768), { level: 9 }),
    x5c: ['MIIBleaf'],
  },
  issuer.sign,
)

export function oracle(): SDJwtVcInstance {
  return new SDJwtVcInstance({
    hasher: data =>
      new Uint8Array(
        createHash('sha256')
          .update(new Uint8Array(Buffer.from(data as string)))
          .digest(),
      ),
    hashAlg: 'sha-256',
    signAlg: 'ES256',
    kbSignAlg: 'ES256',
    saltGenerator: () => toBase64url(random(16)),
    signer: signer(issuer),
    verifier: verifier(issuer),
    kbSigner: signer(holder),
    kbVerifier: verifier(holder),
    statusListFetcher: async () => statusList,
    statusVerifier: verifier(issuer),
  })
}

export const oracleTime = { currentDate: NOW }
