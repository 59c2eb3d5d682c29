/**
 * Why a wallet gets no next card now. `counter`: the holder cannot renew without a visit. `suspended`: somebody reported the
 * card. `replacing`: another card is on its way, or failed, and this is settled in seconds.
 */
export type RenewalRefusal = 'not_due' | 'counter' | 'suspended' | 'replacing' | 'ended'
