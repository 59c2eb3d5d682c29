/**
 * The layout of the authority's database, on one page. A verifier service has a database of the same layout. (The embedded ledger has a database of its own:
 * ledger/embedded/schema.ts.) A number is never used again: to retire a bucket, leave a comment and raise the schema
 * version. `sealed` means encrypted with AES-256-GCM under the person's data key.
 *
 * No key and no value contains a claim in the clear. A key that is made from personal data is a keyed hash.
 */
export const Bucket = {
  meta: 0x00, //               name → value                     (schema version and progress of a migration, as JSON; the
  //                                                             mark of the master key; position of the status mirror;
  //                                                             an erasure whose values may still be in the files)
  count: 0x05, //              0x00 → uint64be number of the last commit; `journal` → uint64be number of its entries

  // store/journal-chain
  journalHead: 0x06, //        '' → hash of the journal's last entry ‖ its day (`YYYY-MM-DD`)
  journalHash: 0x07, //        uint64be number → hash of the entry, which contains the hash of the entry before
  journalDay: 0x08, //         day → uint64be number of the entry that opens it

  // store/vault, residents/
  personKey: 0x01, //          person id (16 B) → data key wrapped by the master key; deleting it erases the person
  resident: 0x02, //           person id → sealed register entry; for a register of another authority, the sealed link to it
  residentByNumber: 0x03, //   HMAC(personal number) → person id
  residentByRegisterId: 0x0b, // HMAC(the register's identifier) → person id  (only with a register of another authority)
  residentByName: 0x0a, //     HMAC(name, birthdate) ‖ person id → ''
  line: 0x0c, //               HMAC(line number) → person id ‖ sealed random tag of the line
  linesByPerson: 0x0d, //      person id → HMAC(line number) of each line, concatenated

  // issuer/
  application: 0x10, //        application id → Application     (states and times; no personal data)
  offer: 0x11, //              SHA-256(pre-authorized code) → Offer
  accessToken: 0x12, //        SHA-256(access token) → AccessToken
  refreshToken: 0x6e, //       application id → RefreshGrant    (with the SHA-256 of the token)
  newestRenewal: 0x6f, //      application id → id of the application of the card that renewed it last
  issuance: 0x13, //           application id → Issuance        (with the sealed prepared credential until the wallet has it)
  credential: 0x14, //         credential id → CredentialRecord (list, index, validity, batch; no claims)
  credentialByPerson: 0x15, // person id ‖ credential id → ''
  notification: 0x17, //       notification id → Notification   (what the wallet reported about its credential)
  authorization: 0x18, //      SHA-256(request_uri | code) → AuthorizationSession
  issuanceDue: 0x19, //        uint64be time ‖ application id → credential ids  (credentials to reinstate; none: finish the issuance)
  statusCause: 0x1a, //        cause (32 B) → sealed reason       (its salted hash is on the ledger)
  suspension: 0x1b, //         credential id → who suspended it  (a replacement reinstates only what it suspended)
  suspensionReport: 0x1d, //   credential id → SuspensionReport  (until it is reinstated or revoked; the reason is sealed elsewhere)
  installation: 0x1c, //       installation id → Installation   (wallet provider, thumbprint, tag of the line; no personal data)
  lineNotice: 0x1e, //         message id → Notice              (a line that is to be told that its installation ended; no number)
  applicationByPerson: 0x60, // person id ‖ application id → ''
  applicationByTime: 0x61, //  uint64be time of the application ‖ application id → ''
  personalisation: 0x62, //    application id → PersonalisationJob  (a plastic card to be made; no personal data)
  cardInUse: 0x63, //          vct → the definition under which cards were issued
  codeMessages: 0x6d, //       application id → uint32be number of transaction codes given to the message service
  walletStop: 0x66, //         wallet provider (its organisation) → sealed WalletStop  (sealed under the master key)
  chipSession: 0x67, //        SHA-256(session id) → ChipSession  (thumbprint of the wallet's key, step; keyed hashes of document and portrait)
  chipFace: 0x68, //           person id → Tries                (faces that did not match, and the session that may show one)
  lossReport: 0x80, //         report id → LossReport           (a lost phone; its reason is sealed)
  lossPending: 0x81, //        report id → ''                   (published, and not yet on the ledger)
  lossByJti: 0x82, //          SHA-256(organisation ‖ 0x00 ‖ jti) → LossJti  (report id, keyed hash of what was reported)
  lossCount: 0x83, //          organisation, decimal → LossCount  (how many losses it reported in the last hour)
  cardLock: 0x84, //           credential id → CardLock          (which reports lock it, until it is unlocked)
  lockMeans: 0x85, //          thumbprint of a phone's DPoP key → LockMeans  (passkeys and the hash of the recovery code; no personal data)
  lockPasskey: 0x86, //        SHA-256(credential id of a passkey) → thumbprint
  lockCode: 0x87, //           SHA-256(recovery code) → thumbprint
  lockTries: 0x88, //          HMAC(line or address) → LockTries (wrong tries of the last hour)
  installationByKey: 0x89, //  thumbprint ‖ ' ' ‖ installation id → ''
  credentialByInstallation: 0x8a, // installation id ‖ ' ' ‖ credential id → ''
  journal: 0x1f, //            uint64be number → JournalEntry   (append only, numbered from 0 without a gap)

  // issuer/online/
  onlineSignIn: 0x6a, //       SHA-256(state) → sealed SignIn     (begun at the identity provider; sealed under the master key)
  onlineVisit: 0x6b, //        SHA-256(cookie) → sealed Visit     (a person who signed in; sealed under the master key)
  guardianCode: 0x6c, //       SHA-256(code) → application id, expiry  (for a guardian who is asked to consent)

  // issuer/journal/
  journalAnchor: 0x09, //      root → JournalAnchor            (a day of the journal that is, or is about to be, on the ledger)

  // issuer/anchoring/
  subjectTag: 0x04, //         person id → sealed random tag    (stands for the person in manifests)
  batch: 0x20, //              root → BatchRecord
  leaves: 0x21, //             root → 32-byte leaves, concatenated: the public part of the manifest
  entries: 0x22, //            root → JWE to the auditors' keys: the encrypted part

  // status/
  statusList: 0x30, //         uint64be list id → StatusList    (capacity, how many indexes are reserved)
  statusShuffle: 0x31, //      uint64be list id ‖ uint16be chunk → shuffled uint32be indexes, sealed under the master key
  statusWord: 0x32, //         uint64be list id ‖ uint32be word → 32 B, a copy of the ledger's word
  heldSuspension: 0x33, //     uint64be list id ‖ uint32be index ‖ cause → time  (published, and not yet on the ledger)

  // registries/sending/
  outbox: 0x40, //             lane address (20 B) ‖ uint64be nonce → OutboxEntry   (only while the outcome is unknown)
  lane: 0x41, //               lane address → next nonce
  ordered: 0x42, //            transaction hash → OrderedTransaction    (until receipt and event are compared)
  confirmed: 0x43, //          transaction hash → ConfirmedTransaction  (until receipt and event are compared)

  // ledger/transparency/
  logTile: 0x46, //            uint8 level ‖ uint64be index → hashes of 32 B, concatenated  (level 0xff: block hashes)

  // issuer/reconciler/
  alarm: 0x44, //              transaction hash ‖ uint32be log index → Alarm  (an event that this node did not order)

  // issuer/operators/
  operator: 0x70, //           operator id → sealed Operator      (name, role, passkey; sealed under the master key)
  operatorByPasskey: 0x71, //  credential id of a passkey → operator id
  operatorSession: 0x72, //    SHA-256(cookie) → Session          (times and operator id)
  operatorEnrolment: 0x73, //  SHA-256(code of the link) → operator id, expiry
  proposal: 0x74, //           proposal id → sealed Proposal      (sealed under the master key)

  // issuer/machines/
  machineClient: 0x78, //      client id → MachineClient          (public keys, scopes, URL of its webhook)
  machineAssertion: 0x79, //   SHA-256(client id ‖ 0x00 ‖ jti) → time after which the used assertion is expired
  machineWebhook: 0x7a, //     client id → WebhookCursor          (how far in the journal the client was told)

  // verifier/
  presentation: 0x50, //       SHA-256(request id) → presentation session
  till: 0x51, //               till id → Till                     (name, times, thumbprint of its key)
  tillByKey: 0x52, //          thumbprint of a till's key → till id
  tillCode: 0x53, //           SHA-256(code) → till id, expiry
  apiKey: 0x54, //             key id → ApiKey                  (name, scopes, hash of the secret, URL of its webhook)
  verdictNotice: 0x55, //      request id → VerdictNotice       (a verdict that a key's webhook is to be told; no claim)
  checkRecord: 0x56, //        uint64be number → signed record of a check  (no claim)
} as const
export type Bucket = (typeof Bucket)[keyof typeof Bucket]
