/** A wallet provider and one wallet of it: every member of an attestation or proof can be changed by the test. */
import { sha256 } from '#crypto'
import type { Exchange } from '../../../../node/issuer/oid4vci/exchange.ts'
import { type Hex, toBase64url, toHex } from '../../../../node/lib/bytes.ts'
import { signJws } from '../../../../node/lib/jose/jws.ts'
import { makeKey, random, type TestKey } from '../../credential/support.ts'
import type { TestAuthority } from './authority.ts'

export const CLIENT = 'https://wallet.example'
export const ORG = 2

type Members = Readonly<Record<string, unknown>>

export class WalletProvider {
  readonly key: TestKey = makeKey()
  /** The key of the wallet on one phone. */
  readonly instance: TestKey = makeKey()

  constructor(
    readonly authority: TestAuthority,
    org: number = ORG,
  ) {
    authority.providers.set(this.keyId, org)
  }

  get keyId(): Hex {
    return toHex(sha256(this.key.publicKey.spki))
  }

  attestation(claims: Members = {}, header: Members = {}, key = this.key): string {
    const { now } = this.authority
    const payload = { sub: CLIENT, iat: now, exp: now + 3600, cnf: { jwk: this.instance.jwk }, ...claims }
    return signJws({ typ: 'oauth-client-attestation+jwt', jwk: key.jwk, ...header }, payload, key.sign)
  }

  /** As draft 10 has it; draft 07 has `iss` too. */
  proof(claims: Members = {}, header: Members = {}, key = this.instance): string {
    const { oid4vci, now } = this.authority
    const payload = { aud: oid4vci.endpoints.issuer, jti: toBase64url(random(16)), iat: now, ...claims }
    return signJws({ typ: 'oauth-client-attestation-pop+jwt', ...header }, payload, key.sign)
  }

  headers(
    clientAttestation: string | undefined = this.attestation(),
    clientAttestationPop: string | undefined = this.proof(),
  ): Pick<Exchange, 'clientAttestation' | 'clientAttestationPop'> {
    return { clientAttestation, clientAttestationPop }
  }

  keyAttestation(keys: readonly TestKey[], claims: Members = {}, header: Members = {}, key = this.key): string {
    const { now } = this.authority
    const payload = { iat: now, exp: now + 3600, attested_keys: keys.map(({ jwk }) => jwk), ...claims }
    return signJws({ typ: 'key-attestation+jwt', jwk: key.jwk, ...header }, payload, key.sign)
  }
}
