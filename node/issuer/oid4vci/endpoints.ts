/** The URLs of this issuer. The public URL is the credential issuer, the authorization server and the base of all URLs. */
export interface Endpoints {
  readonly issuer: string
  /** Followed by the id of an offer. */
  readonly offers: string
  readonly authorize: string
  readonly par: string
  readonly token: string
  readonly challenge: string
  readonly nonce: string
  readonly credential: string
  readonly notification: string
  /** Of this project, and in no metadata: only a wallet that knows it asks. */
  readonly cardState: string
}

/** @param publicUrl without trailing slash; may have a path */
export function endpointsOf(publicUrl: string): Endpoints {
  const at = (name: string) => `${publicUrl}/oid4vci/${name}`
  return {
    issuer: publicUrl,
    offers: at('offers'),
    authorize: at('authorize'),
    par: at('par'),
    token: at('token'),
    challenge: at('challenge'),
    nonce: at('nonce'),
    credential: at('credential'),
    notification: at('notification'),
    cardState: at('card-state'),
  }
}
