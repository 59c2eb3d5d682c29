/**
 * Why a wallet gets no next card now. `counter`: the holder cannot renew without a visit. `suspended`: somebody reported the
 * card. `replacing`: another card is on its way, or failed, and this is settled in seconds. `unattested`: a provider attested the
 * wallet of the present card, and none the request.
 */
export type RenewalRefusal = 'not_due' | 'counter' | 'suspended' | 'replacing' | 'unattested' | 'ended'
