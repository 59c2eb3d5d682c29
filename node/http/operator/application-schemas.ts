/** The members of applications in requests and answers. */
import { z } from 'zod'
import {
  APPLICATION_STATES,
  CODE_DELIVERIES,
  IDENTITY_DOCUMENTS,
  IDENTITY_MEANS,
  JOB_STATES,
  REFUSAL_REASONS,
} from '../../credential/application.ts'
import { APPLICATION_KINDS, KEY_STORAGES } from '../../credential/card.ts'
import { CANCEL_REASONS } from '../../issuer/applications/application.ts'
import { LINE_NUMBER } from '../../lib/line-number.ts'
import { Id, Name, UnixTime } from './route.ts'

export const Kind = z.enum(APPLICATION_KINDS)
const State = z.enum(APPLICATION_STATES)

/** 16 random bytes, base64url. */
export const Person = z.string().regex(/^[\w-]{22}$/)

const Version = z.int().nonnegative().describe('The version of the application that the caller saw')

export const ApplicationAnswer = z.object({
  applicationId: Id,
  version: Version,
  state: State,
  card: z.string(),
  kind: Kind,
  chip: z.boolean().nullable(),
  fee: z.int().nonnegative().describe('In won'),
  times: z.partialRecord(State, UnixTime),
  lineVerified: z.boolean().describe('Whether a line of the applicant was verified'),
  txCodesLeft: z.int().nonnegative().describe('How many transaction codes may still be tried'),
  redemption: z
    .object({
      walletName: z.string().nullable(),
      walletVerified: z.boolean(),
      digits: z.string().regex(/^\d{2}$/),
      showsDigits: z.boolean(),
      at: UnixTime,
      confirmedAt: UnixTime.nullable(),
    })
    .nullable(),
  refusal: z.enum(REFUSAL_REASONS).nullable(),
  job: z.enum(JOB_STATES).nullable(),
  credentialId: z.string().nullable(),
  installation: z
    .object({
      id: Id,
      walletProvider: z.string().nullable().describe('The organisation that attested the wallet'),
      keyStorage: z.enum(KEY_STORAGES),
      lineVerified: z.boolean(),
    })
    .nullable()
    .describe('The wallet that got the card'),
  block: z.int().nullable(),
})

export const NewApplication = z.strictObject({
  person: Person,
  card: Name,
  kind: Kind,
  chip: z.boolean().optional(),
  guardianConsent: z.boolean().optional().describe('The clerk saw that a guardian consents'),
})

export const Act = z.strictObject({ version: Version })

/** A document number needs a document. The pattern allows what numbers of documents consist of. */
export const Identity = z
  .strictObject({
    version: Version,
    document: z.enum(IDENTITY_DOCUMENTS),
    documentNumber: z
      .string()
      .regex(/^[\p{L}\p{N} .-]{1,40}$/u)
      .optional(),
    means: z.array(z.enum(IDENTITY_MEANS)).min(1).max(IDENTITY_MEANS.length),
  })
  .refine(({ document, documentNumber }) => document !== 'none' || documentNumber === undefined, {
    path: ['documentNumber'],
  })

/** The pattern excludes text that is no number. */
export const Line = z.strictObject({
  version: Version,
  line: z.string().regex(LINE_NUMBER).describe('A mobile number'),
})

const Delivery = z
  .enum(CODE_DELIVERIES)
  .describe('How the applicant gets the transaction code: on a slip, or by a message to their verified line')

export const Offer = z.strictObject({ version: Version, delivery: Delivery.default('slip') })

export const Handout = z.object({
  applicationId: Id,
  offerUrl: z.string(),
  walletLink: z.string().describe('The same offer as a link to the wallet of this install'),
  txCode: z.string().nullable().describe('Null if it was sent to the line'),
  delivery: Delivery,
  expiresAt: UnixTime,
})

export const Cancellation = z.strictObject({ version: Version, reason: z.enum(CANCEL_REASONS) })

/** The others are given by the card producer. */
export const Refusal = z.strictObject({ version: Version, reason: z.enum(['identity_not_proven', 'not_entitled']) })

export const Day = z.iso.date()
