/** The DCQL query of a request (OpenID4VP 1.0 §6). `validate.ts` says which queries are accepted. */

export interface CredentialQuery {
  readonly id: string
  readonly format: 'dc+sd-jwt'
  readonly meta: { readonly vct_values: readonly string[] }
  /** Whether several cards may answer it. */
  readonly multiple?: boolean
  /**
   * Only cards with the Authority Key Identifier of one of these authorities in their certificate chain answer the query.
   * Whether such a card is trusted is for the registry to say (docs/decisions/060).
   */
  readonly trusted_authorities?: readonly TrustedAuthorities[]
  readonly claims?: readonly ClaimsQuery[]
  /** Lists of ids of `claims`, the preferred list first. A card that has every claim of one list answers the query. */
  readonly claim_sets?: readonly (readonly string[])[]
}

export interface TrustedAuthorities {
  readonly type: 'aki'
  /** The KeyIdentifier of an AuthorityKeyIdentifier extension (RFC 5280 §4.2.1.1), in base64url. */
  readonly values: readonly string[]
}

export interface ClaimsQuery {
  /** Required with `claim_sets`. */
  readonly id?: string
  /** A claims path pointer (§7): names of members, positions in arrays, `null` for every element. */
  readonly path: readonly (string | number | null)[]
  /** The claim has one of these values. A wallet may ignore this; the verifier checks it. */
  readonly values?: readonly (string | number | boolean)[]
}

export interface CardQuery {
  readonly credentials: readonly CredentialQuery[]
  /** If absent, every credential of `credentials` is required. */
  readonly credential_sets?: readonly {
    readonly options: readonly (readonly string[])[]
    readonly required?: boolean
  }[]
}
