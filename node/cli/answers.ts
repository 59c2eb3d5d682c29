/** The operator interface's responses, as far as the commands read them. Unknown members are passed through. */
import { z } from 'zod'

const UnixSeconds = z.number()

export const Offer = z.looseObject({
  applicationId: z.string(),
  offerUrl: z.string(),
  txCode: z.string(),
  expiresAt: UnixSeconds,
})

export const Application = z.looseObject({
  applicationId: z.string(),
  state: z.string(),
  card: z.string(),
  credentialId: z.string().nullish(),
})

const CredentialEntry = z.looseObject({
  credentialId: z.string(),
  card: z.string(),
  status: z.enum(['VALID', 'SUSPENDED', 'INVALID']),
  issuedAt: UnixSeconds,
  expiresAt: UnixSeconds,
})

export const LineMessageList = z.looseObject({
  messages: z.array(z.looseObject({ line: z.string(), text: z.string() })),
})

export const RolloutAnswer = z.looseObject({ policy: z.unknown() })

export const Erased = z.looseObject({ erased: z.literal(true) })

export const CredentialList = z.looseObject({ credentials: z.array(CredentialEntry) })

/** With the block at which the status was read. */
export const Credential = CredentialEntry.extend({ block: z.number(), time: UnixSeconds })
export type Credential = z.infer<typeof Credential>

export const StatusChange = z.looseObject({
  credentialId: z.string(),
  status: z.enum(['VALID', 'SUSPENDED', 'INVALID']),
  /** Null: published, and not on the ledger yet. */
  transaction: z.string().nullable(),
  block: z.number().nullable(),
  time: UnixSeconds,
})

const Alarm = z.looseObject({
  kind: z.string(),
  block: z.number(),
  transaction: z.string(),
  sender: z.string().nullable(),
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
})
export type Alarm = z.infer<typeof Alarm>

const AlarmList = z.looseObject({ kinds: z.record(z.string(), z.number()), alarms: z.array(Alarm) })

export const Reconciliation = AlarmList.extend({
  block: z.number().nullable(),
  stopped: z.looseObject({ code: z.string(), message: z.string() }).nullable(),
})

/** The alarms that would be accepted and the code that confirms them, or how many were accepted. */
export const Acceptance = z.looseObject({
  kinds: z.record(z.string(), z.number()).default({}),
  alarms: z.array(Alarm).default([]),
  accepted: z.number(),
  confirm: z.string().optional(),
})

/** How many entries would be reinstated, or how many were. */
export const Reinstated = z.looseObject({
  reinstated: z.number(),
  kept: z.number(),
  confirm: z.number().optional(),
  transactions: z.array(z.string()).optional(),
})

export const PresentationRequest = z.looseObject({ id: z.string(), requestUrl: z.string(), expiresAt: UnixSeconds })

const Sentences = z.object({ ko: z.string(), en: z.string() })

const Check = z.looseObject({
  name: z.string(),
  result: z.enum(['passed', 'failed', 'not_checked']),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
})

/** The members of verifier/verdict.ts that the commands show; `--json` prints all members. */
export const Verdict = z.looseObject({
  outcome: z.string(),
  reason: z.string().nullable(),
  sentence: Sentences,
  nextStep: Sentences,
  checks: z.array(Check),
  credentials: z.array(z.looseObject({ outcome: z.string(), reason: z.string().nullable(), checks: z.array(Check) })),
  asOf: z.looseObject({ block: z.number(), time: UnixSeconds }).nullable(),
  age: z.number().nullable(),
  how: z.string().nullable(),
})
export type Verdict = z.infer<typeof Verdict>

export const Disclosed = z.object({ query: z.string(), vct: z.string(), claims: z.record(z.string(), z.unknown()) })
export type Disclosed = z.infer<typeof Disclosed>

export const Presentation = z.looseObject({
  state: z.enum(['pending', 'done']),
  verdict: Verdict.optional(),
  /** Only in the first response after a valid card. */
  disclosed: z.array(Disclosed).nullish(),
})
export type Presentation = z.infer<typeof Presentation>

const ImportReport = z.looseObject({
  rows: z.number(),
  added: z.number(),
  changed: z.number(),
  unchanged: z.number(),
  rejectedTotal: z.number(),
  rejected: z.array(z.looseObject({ line: z.number(), reason: z.string(), ko: z.string(), en: z.string() })),
})
export type ImportReport = z.infer<typeof ImportReport>

/** One line of the response to an import: progress, and at the end the report. */
export const ImportLine = z.union([
  z.object({ report: ImportReport }),
  z.object({ progress: z.looseObject({ rows: z.number() }) }),
])

const Operator = z.looseObject({
  id: z.string(),
  name: z.string(),
  role: z.string(),
  centre: z.string().nullable(),
  state: z.string(),
})

export const OperatorList = z.looseObject({ operators: z.array(Operator) })

export const StoppedOperator = z.looseObject({ operator: Operator })

/** The link is a secret until it is used. */
export const Invitation = z.looseObject({ enrolmentUrl: z.string(), expiresAt: UnixSeconds })

export const Lacking = z.object({
  lacking: z.array(
    z.object({
      act: z.enum(['renewOrganisation', 'grant', 'registerKey', 'registerAccount']),
      args: z.record(z.string(), z.string()),
      ended: z.boolean(),
    }),
  ),
})

export const JournalPage = z.object({
  entries: z.array(z.looseObject({ number: z.int(), day: z.string(), at: z.number(), event: z.string() })),
  days: z.array(
    z.looseObject({
      day: z.string(),
      root: z.string().nullable(),
      anchored: z.object({ block: z.int().nullable(), time: z.number().nullable() }).nullable(),
    }),
  ),
})
export type JournalPage = z.infer<typeof JournalPage>

const Machine = z.looseObject({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  webhook: z.looseObject({ url: z.string(), state: z.string(), failures: z.number() }).nullable(),
  stoppedAt: z.number().nullable(),
})
export const MachineAnswer = z.object({ machine: Machine })
export const MachineList = z.object({ machines: z.array(Machine) })

export const LossAnswer = z.looseObject({ report: z.string(), state: z.enum(['suspended', 'published']) })

const Till = z.looseObject({
  id: z.string(),
  name: z.string(),
  certifiedUntil: z.number().nullable(),
  endedAt: z.number().nullable(),
})
export const TillAnswer = z.object({ till: Till })
export const TillList = z.object({ tills: z.array(Till) })
/** The code is a secret until it is used. */
export const TillAdmitted = z.object({ till: Till, code: z.string(), expiresAt: UnixSeconds })

export const WalletProviderList = z.object({
  walletAttestation: z.enum(['accepted', 'required']),
  providers: z.array(
    z.object({
      id: z.int(),
      name: z.string().nullable(),
      admitted: z.boolean(),
      issuing: z.boolean(),
      stop: z
        .object({
          state: z.enum(['waiting', 'suspending', 'revoking', 'done', 'reinstating', 'lifted']),
          orderedAt: UnixSeconds,
          suspendAt: UnixSeconds.nullable(),
          cards: z.int(),
          notYet: z.int(),
          suspended: z.int(),
          revoked: z.int(),
          revokeFrom: UnixSeconds.nullable(),
          expectedEnd: UnixSeconds.nullable(),
        })
        .nullable(),
    }),
  ),
})
export type WalletProviderList = z.infer<typeof WalletProviderList>

const ApiKey = z.looseObject({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  endedAt: UnixSeconds.nullable(),
})

export const ApiKeyList = z.looseObject({ keys: z.array(ApiKey) })
export const ApiKeyAnswer = z.looseObject({ key: ApiKey })
/** The only place where the key itself is. */
export const ApiKeyAdded = ApiKeyAnswer.extend({ secret: z.string() })
