import type { ConfigFailure } from '../config/errors.ts'
import type { CredentialFailure } from '../credential/errors.ts'
import type { IssuerFailure } from '../issuer/errors.ts'
import type { OfferFailure } from '../issuer/offers/errors.ts'
import type { WalletRefusal } from '../issuer/oid4vci/errors.ts'
import type { KeysFailure } from '../keys/errors.ts'
import type { LedgerFailure } from '../ledger/errors.ts'
import type { ParseFailure } from '../lib/parse-error.ts'
import type { ProofFailure } from '../proof/errors.ts'
import type { ResidentsFailure } from '../residents/errors.ts'
import type { StatusFailure } from '../status/errors.ts'
import type { StoreFailure } from '../store/errors.ts'
import type { VerifierFailure } from '../verifier/errors.ts'
import type { ServerFailure } from './errors.ts'

/** The error codes of all rooms but the command line, whose errors never reach a route. */
export type FailureCode = (
  | ConfigFailure
  | CredentialFailure
  | IssuerFailure
  | KeysFailure
  | LedgerFailure
  | OfferFailure
  | ParseFailure
  | ProofFailure
  | ResidentsFailure
  | ServerFailure
  | StatusFailure
  | StoreFailure
  | VerifierFailure
  | WalletRefusal
)['code']

/** The HTTP status of each code; a missing code does not compile. 500 means that no request can cause the error. */
const STATUS: Readonly<Record<FailureCode, number>> = {
  HTTP_REQUEST_INVALID: 400,
  HTTP_UNAUTHENTICATED: 401,
  HTTP_FORBIDDEN: 403,
  HTTP_TOUCH_NEEDED: 403,
  HTTP_ORIGIN_REFUSED: 403,
  HTTP_NOT_FOUND: 404,
  HTTP_NO_SEALS: 404,
  HTTP_METHOD_NOT_ALLOWED: 405,
  HTTP_DELTA_TOO_LONG: 410,
  HTTP_BODY_TOO_LARGE: 413,
  HTTP_TOO_MANY_REQUESTS: 429,
  HTTP_INTERNAL: 500,
  HTTP_NO_HISTORY: 501,
  HTTP_NOT_YET: 503,
  HTTP_SCREENS_NOT_BUILT: 503,
  HTTP_PORT_TAKEN: 500,
  HTTP_CANNOT_LISTEN: 500,
  HTTP_SOCKET: 500,
  ISSUER_ALREADY_ISSUED: 409,
  ISSUER_PERSON_UNKNOWN: 404,
  ISSUER_CARD_UNKNOWN: 404,
  ISSUER_APPLICATION_UNKNOWN: 404,
  ISSUER_APPLICATION_STATE: 409,
  ISSUER_CHANNEL_REFUSED: 422,
  ISSUER_CREDENTIAL_UNKNOWN: 404,
  ISSUER_ANCHOR_REFUSED: 503,
  ISSUER_STATUS_REFUSED: 409,
  ISSUER_STATUS_UNCHANGED: 409,
  ISSUER_CREDENTIALS_IN_FORCE: 409,
  ISSUER_REVOCATION_LIMIT: 429,
  ISSUER_CREDENTIAL_NOT_VALID: 409,
  ISSUER_STOPPED: 503,
  ISSUER_NOT_CONFIRMED: 409,
  ISSUER_ALARM_UNKNOWN: 404,
  ISSUER_REQUEST_REFUSED: 500,
  OFFER_UNKNOWN: 500,
  OFFER_EXPIRED: 500,
  OFFER_REDEEMED: 500,
  OFFER_ENDED: 500,
  OFFER_TX_CODE_WRONG: 500,
  CREDENTIAL_MALFORMED: 500,
  CREDENTIAL_UNSUPPORTED: 500,
  CREDENTIAL_BAD_SIGNATURE: 500,
  CREDENTIAL_BAD_DISCLOSURE: 500,
  CREDENTIAL_ANCHOR_MISMATCH: 500,
  CREDENTIAL_KEY_BINDING: 500,
  CREDENTIAL_SUBJECT_INCOMPLETE: 422,
  CREDENTIAL_INPUT_INVALID: 500,
  CREDENTIAL_STATUS_LIST: 500,
  STATUS_LISTS_FULL: 503,
  STATUS_LIST_UNKNOWN: 404,
  RESIDENTS_CHARSET: 422,
  RESIDENTS_HEADER: 422,
  RESIDENTS_EMPTY: 422,
  RESIDENTS_TOO_MANY_ROWS: 413,
  RESIDENTS_NOT_IN_CHARSET: 500,
  VERIFIER_PRESET_UNKNOWN: 404,
  VERIFIER_CONFIGURATION: 422,
  VERIFIER_SESSION_UNKNOWN: 404,
  VERIFIER_SESSION_EXPIRED: 410,
  VERIFIER_ALREADY_ANSWERED: 409,
  VERIFIER_RESPONSE_INVALID: 400,
  VERIFIER_WALLET_METADATA: 400,
  VERIFIER_RESPONSE_CODE: 403,
  LEDGER_UNREACHABLE: 503,
  LEDGER_PENDING: 503,
  LEDGER_RPC: 502,
  LEDGER_WRONG_CHAIN: 500,
  LEDGER_IN_USE: 500,
  LEDGER_REVERTED: 409,
  LEDGER_ACT_REFUSED: 500,
  LEDGER_LANE_TAKEN: 503,
  LEDGER_NO_CONTRACT: 500,
  LEDGER_DEPLOYMENT: 500,
  LEDGER_HISTORY_LOST: 500,
  LEDGER_BLOCK_REFUSED: 500,
  LEDGER_IMPORT_UNFINISHED: 500,
  LEDGER_FORK: 500,
  LEDGER_DAMAGED: 500,
  LEDGER_UNWITNESSED: 503,
  LEDGER_CLOCK_BEHIND: 503,
  LEDGER_CLOCK_AHEAD: 503,
  STORE_IN_USE: 500,
  STORE_IO: 503,
  STORE_DAMAGED: 500,
  STORE_SCHEMA: 500,
  STORE_PERSON_ERASED: 410,
  STORE_SEAL_BROKEN: 500,
  KEYS_MISSING: 500,
  KEYS_EXPOSED: 500,
  KEYS_UNREADABLE: 500,
  KEYS_FOREIGN: 500,
  KEYS_TLS: 500,
  PARSE_LENGTH: 500,
  PARSE_ENCODING: 500,
  PARSE_JSON: 500,
  PARSE_VALUE: 500,
  PARSE_UNSUPPORTED: 500,
  PROOF_MALFORMED: 500,
  PROOF_HASH_MISMATCH: 500,
  PROOF_SEAL_INVALID: 500,
  PROOF_SEAL_FOREIGN: 500,
  PROOF_PROFILE_INVALID: 500,
  PROOF_QUORUM_MISSING: 500,
  PROOF_SET_UNTRUSTED: 500,
  PROOF_TRUST_EXPIRED: 500,
  PROOF_FUTURE: 500,
  PROOF_ROLLBACK: 500,
  PROOF_EQUIVOCATION: 500,
  PROOF_WRONG_CHAIN: 500,
  PROOF_INCOMPLETE: 500,
  PROOF_WITNESS_MISSING: 500,
  PROOF_GAP: 500,
  CONFIG_FIXED: 500,
  CONFIG_INVALID: 500,
  CONFIG_DATA: 500,
  CONFIG_MODE_UNMET: 500,
}

export const statusOf = (code: FailureCode): number => STATUS[code]

/** False for the code of a room whose union is missing from `FailureCode`. */
export const isFailureCode = (code: string): code is FailureCode => Object.hasOwn(STATUS, code)
