/**
 * The authority database's whole layout, on one page (the ledger keeps its own: ledger/embedded). A number is never
 * reused: retire it with a comment and a new schema version. `sealed` = AES-256-GCM under the person's data key.
 *
 * Nothing here, key or value, holds a claim value in the clear: keys made of personal data are keyed hashes.
 */
export const Bucket = {
  meta: 0x00, //               name → value                     (schema, and how far its migration is, as JSON; a seal of the
  //                                                             master key)
  count: 0x05, //              0x00 → uint64be number of the last commit; append-only bucket → uint64be number of entries

  // store/vault, residents/
  personKey: 0x01, //          person id (16 B) → data key wrapped by the master key; deleting it erases the person
  resident: 0x02, //           person id → sealed register entry
  residentByNumber: 0x03, //   HMAC(personal number) → person id

  // issuer/
  application: 0x10, //        application id → Application     (states and times; no personal data)
  offer: 0x11, //              SHA-256(pre-authorized code) → Offer
  accessToken: 0x12, //        SHA-256(access token) → AccessToken
  issuance: 0x13, //           application id → Issuance        (with the sealed prepared credential until the wallet has it)
  credential: 0x14, //         credential id → CredentialRecord (list, index, validity, batch; no claims)
  credentialByPerson: 0x15, // person id ‖ credential id → ''
  notification: 0x17, //       notification id → Notification (what the wallet said of its card)
  authorization: 0x18, //      SHA-256(request_uri | issuer_state | code) → AuthorizationSession
  issuanceDue: 0x19, //        uint64be time ‖ application id → credential ids  (cards to give back; none: settle the issuance)
  statusCause: 0x1a, //        cause (32 B) → sealed reason       (its salted hash is on the ledger)
  suspension: 0x1b, //         credential id → who suspended it  (a replacement gives back only what it took)
  journal: 0x1f, //            uint64be number → JournalEntry   (append only, numbered from 0 without a gap)

  // issuer/anchoring/
  subjectTag: 0x04, //         person id → sealed random tag    (the person's name in manifests)
  batch: 0x20, //              root → BatchRecord
  leaves: 0x21, //             root → 32-byte leaves, concatenated: the public half of the manifest
  entries: 0x22, //            root → JWE to the auditors' keys: the other half

  // status/
  statusList: 0x30, //         uint64be list id → StatusList    (capacity, how many indexes are given out)
  statusShuffle: 0x31, //      uint64be list id ‖ uint16be chunk → uint32be indexes not yet given out, sealed by the master key
  statusWord: 0x32, //         uint64be list id ‖ uint32be word → 32 B, as the ledger last answered

  // ledger/outbox
  outbox: 0x40, //             lane address (20 B) ‖ uint64be nonce → OutboxEntry   (under way only)
  lane: 0x41, //               lane address → next nonce

  // verifier/
  presentation: 0x50, //       SHA-256(request id) → presentation session
} as const
export type Bucket = (typeof Bucket)[keyof typeof Bucket]
