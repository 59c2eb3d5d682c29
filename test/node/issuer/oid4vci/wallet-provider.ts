/** A wallet provider and one wallet of it: every member of an attestation or proof can be changed by the test. */
import { sha256 } from '#crypto'
import type { Exchange } from '../../../../node/issuer/oid4vci/exchange.ts'
import { makeLeafCertificate, makeRootCertificate, toX5c } from '../../../../node/keys/certificates.ts'
import { makeP256Pem, SoftwareSigner } from '../../../../node/keys/signer.ts'
import { type Hex, toBase64url, toHex } from '../../../../node/lib/bytes.ts'
import { signJws } from '../../../../node/lib/jose/jws.ts'
import { DAY } from '../../../../node/lib/time.ts'
import { makeKey, random, type TestKey } from '../../credential/support.ts'
import type { TestAuthority } from './authority.ts'

export const CLIENT = 'https://wallet.example'
export const ORG = 2

type Members = Readonly<Record<string, unknown>>

export class WalletProvider {
  /** The key of the wallet on one phone. */
  readonly instance: TestKey = makeKey()

  constructor(
    readonly authority: TestAuthority,
    org: number = ORG,
    readonly key: TestKey = makeKey(),
    /** Of the key, in the header instead of a `jwk`, as HAIP demands. */
    readonly x5c?: readonly string[],
  ) {
    authority.providers.set(this.keyId, org)
  }

  /** With a certificate for its key, by a root of its own. */
  static async certified(authority: TestAuthority, org = ORG): Promise<WalletProvider> {
    const { key, x5c } = await certifiedKey(authority.now)
    return new WalletProvider(authority, org, key, x5c)
  }

  get #named(): Members {
    return this.x5c ? { x5c: this.x5c } : { jwk: this.key.jwk }
  }

  get keyId(): Hex {
    return toHex(sha256(this.key.publicKey.spki))
  }

  attestation(claims: Members = {}, header: Members = {}, key = this.key): string {
    const { now } = this.authority
    const payload = { sub: CLIENT, iat: now, exp: now + 3600, cnf: { jwk: this.instance.jwk }, ...claims }
    return signJws({ typ: 'oauth-client-attestation+jwt', ...this.#named, ...header }, payload, key.sign)
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
    return signJws({ typ: 'key-attestation+jwt', ...this.#named, ...header }, payload, key.sign)
  }
}

/** A key with its certificate, leaf only, and the root that signed it; both DER in base64. */
export async function certifiedKey(now: number) {
  const [ca, signer] = [new SoftwareSigner(makeP256Pem()), new SoftwareSigner(makeP256Pem())]
  const term = { notBefore: now - DAY, notAfter: now + DAY }
  const root = await makeRootCertificate(ca, 'Wallet provider root', term.notBefore, random)
  const subject = { commonName: 'Wallet provider', url: CLIENT, ...term }
  const leaf = await makeLeafCertificate(ca, root, signer, subject, random)
  const { publicKey } = signer
  const key: TestKey = { publicKey, jwk: publicKey.jwk, sign: data => signer.sign(data) }
  return { key, x5c: [toX5c(leaf)], root: toX5c(root) }
}
