/** The codes of offers, derived from the random ids in their links, and the links (docs/decisions/050). */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { sha256 } from '#crypto'
import { utf8 } from '../../lib/bytes.ts'
import { endpointsOf } from '../oid4vci/endpoints.ts'
import { derivedSecret } from './derived-secret.ts'
import { type CredentialOffer, type Offer, type OfferHandout, TX_CODE_LENGTH } from './offer.ts'

export class OfferCodes {
  readonly #secret: KeyObject

  /** @param master 32 bytes */
  constructor(
    master: Uint8Array,
    private readonly publicUrl: string,
  ) {
    this.#secret = createSecretKey(derivedSecret(master, 'offer codes'))
  }

  /** Under which the offer is stored: SHA-256 of its pre-authorized code. */
  keyOf(id: string): Uint8Array {
    return sha256(utf8(this.codeOf(this.#issuerStateOf(id))))
  }

  codeOf(issuerState: string): string {
    return this.#derived('pre-authorized_code', issuerState)
  }

  linkOf(id: string): string {
    return link('credential_offer_uri', `${endpointsOf(this.publicUrl).offers}/${id}`)
  }

  handout(id: string, offer: Offer, txCode: string): OfferHandout {
    return {
      applicationId: offer.application,
      offerUrl: this.linkOf(id),
      offerUrlByValue: link('credential_offer', JSON.stringify(this.object(id, offer))),
      txCode,
      expiresAt: offer.expiresAt,
    }
  }

  object(id: string, { configuration, grant, boundTo }: Offer): CredentialOffer {
    const issuerState = this.#issuerStateOf(id)
    return {
      credential_issuer: this.publicUrl,
      credential_configuration_ids: [configuration],
      grants: {
        ...(grant !== 'pre-authorized' && { authorization_code: { issuer_state: issuerState } }),
        ...(grant !== 'code' && {
          'urn:ietf:params:oauth:grant-type:pre-authorized_code': {
            'pre-authorized_code': this.codeOf(issuerState),
            ...(boundTo === undefined && { tx_code: TX_CODE }),
          },
        }),
      },
    }
  }

  #issuerStateOf(id: string): string {
    return this.#derived('issuer_state', id)
  }

  #derived(label: string, from: string): string {
    return createHmac('sha256', this.#secret).update(`${label}\0${from}`).digest('base64url')
  }
}

const TX_CODE = {
  input_mode: 'numeric',
  length: TX_CODE_LENGTH,
  description: '접수처에서 받은 숫자 6자리 / The six digits you were given',
} as const

const link = (parameter: 'credential_offer' | 'credential_offer_uri', value: string): string =>
  `openid-credential-offer://?${parameter}=${encodeURIComponent(value)}`
