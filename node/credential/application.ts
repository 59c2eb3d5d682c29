/** The words of an application for a card that the node and the screens share. What they mean is decided by the issuer. */

export const APPLICATION_STATES = [
  'applied',
  'identity_checked',
  'offered',
  'issued',
  'expired',
  'cancelled',
  'refused',
] as const
export type ApplicationState = (typeof APPLICATION_STATES)[number]

/** Documents by which a clerk checks the identity of a person, in the order in which a screen lists them. */
export const IDENTITY_DOCUMENTS = [
  'resident-card',
  'driver-licence',
  'passport',
  'foreigner-card',
  'disability-card',
  'veteran-card',
  'youth-card',
  'student-card',
  'none',
] as const
export type IdentityDocument = (typeof IDENTITY_DOCUMENTS)[number]

export const IDENTITY_MEANS = [
  'face-compared',
  'fingerprint-compared',
  'questions-answered',
  'guardian-confirmed',
] as const
export type IdentityMeans = (typeof IDENTITY_MEANS)[number]

/** Why the authority refused an application. The card producer's reasons begin with `personalisation_`. */
export const REFUSAL_REASONS = [
  'identity_not_proven',
  'not_entitled',
  'guardian_refused',
  'face_not_matched',
  'personalisation_data_rejected',
  'personalisation_portrait_rejected',
  'personalisation_failed',
] as const
export type RefusalReason = (typeof REFUSAL_REASONS)[number]

/** How the applicant gets the transaction code: on a printed slip, or by a text message to their verified line. */
export const CODE_DELIVERIES = ['slip', 'line'] as const
export type CodeDelivery = (typeof CODE_DELIVERIES)[number]

/** Of a plastic card at its producer. */
export const JOB_STATES = ['queued', 'taken', 'done', 'failed'] as const
export type JobState = (typeof JOB_STATES)[number]

/** Seconds that an applicant has to scan the one-time QR code. */
export const OFFER_LIFETIME = 5 * 60

/** Wrong transaction codes per application, over all its offers: 5 in 10^6 is the chance of guessing one. */
export const TX_CODE_TRIES = 5
