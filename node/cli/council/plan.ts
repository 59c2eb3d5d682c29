/** Parses the file of a deployment: the officers, the delay, and the first organisations. */
import { readFileSync } from 'node:fs'
import { getAddress, isAddress } from 'ethers'
import { z } from 'zod'
import type { Hex } from '../../lib/bytes.ts'
import { NEVER } from '../../proof/registries/interval.ts'
import { Capability, KeyUse } from '../../proof/registries/records.ts'
import { MAX_CAPACITY, STATUSES_PER_WORD } from '../../proof/registries/status.ts'
import { CliError } from '../errors.ts'

const Address = z
  .string()
  .refine(text => isAddress(text), 'is not an address, or its checksum is wrong')
  .transform(text => getAddress(text).toLowerCase() as Hex)
  .refine(address => BigInt(address) !== 0n, 'is the zero address')

const Hash = z
  .string()
  .regex(/^0x(?!0{64})[0-9a-f]{64}$/, 'is not 32 bytes in lower-case hex, or all zero')
  .transform(text => text as Hex)

const Until = z.union([z.literal('never').transform(() => NEVER), z.int().positive().max(NEVER)])

/** The limits of StatusRegistry. */
const Capacity = z
  .int()
  .positive()
  .multipleOf(STATUSES_PER_WORD, `is not a multiple of ${STATUSES_PER_WORD}`)
  .max(MAX_CAPACITY, `is above ${MAX_CAPACITY}`)

const isDistinct = (values: readonly string[]): boolean => new Set(values).size === values.length

const bitsOf = <T extends string>(names: Readonly<Record<T, number>>) =>
  z
    .array(z.enum(Object.keys(names) as [T, ...T[]]))
    .min(1)
    .transform(found => found.reduce((sum, name) => sum | names[name], 0))

const Organisation = z.strictObject({
  admin: Address,
  name: z.string().min(1),
  issuer: z.string(),
  info: z.record(z.string(), z.unknown()).transform(value => JSON.stringify(value)),
  purposes: z
    .array(z.string().regex(/^[!-~]{1,256}$/, 'is not 1 to 256 visible ASCII characters'))
    .refine(isDistinct, 'names a purpose twice'),
  keys: z.array(z.strictObject({ keyId: Hash, uses: bitsOf(KeyUse), until: Until })),
  accounts: z
    .array(z.strictObject({ address: Address, may: bitsOf(Capability) }))
    .transform(accounts => accounts.map(({ address, may }) => ({ address, capabilities: may }))),
})

const Plan = z
  .strictObject({
    chainId: z.int().positive(),
    admin: Address,
    council: Address,
    guardian: Address,
    /** Seconds. */
    delay: z
      .int()
      .min(60, 'is too short to cancel anything')
      .max(2 ** 32 - 1),
    organisations: z.array(Organisation).min(1),
    statusLists: z.array(
      z.strictObject({
        capacity: Capacity,
        dailyLimit: z
          .int()
          .nonnegative()
          .max(2 ** 32 - 1, 'is above 4294967295'),
      }),
    ),
  })
  .refine(
    ({ admin, council, guardian }) => new Set([admin, council, guardian]).size === 3,
    'admin, council and guardian must be three different accounts; otherwise one could announce an act and control its cancellation',
  )
  .refine(
    ({ organisations }) => isDistinct(organisations.flatMap(({ keys }) => keys.map(({ keyId }) => keyId))),
    'a key may be registered only once, for one organisation',
  )
  .refine(
    ({ organisations }) => isDistinct(organisations.flatMap(({ accounts }) => accounts.map(({ address }) => address))),
    'an account may be registered only once, for one organisation',
  )

export type DeploymentPlan = z.infer<typeof Plan>

/** @throws {CliError} CLI_INPUT */
export function readPlan(path: string): DeploymentPlan {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    const why = cause instanceof SyntaxError ? 'is not JSON' : 'cannot be read'
    throw new CliError({ code: 'CLI_INPUT', path, reason: why }, `The plan ${path} ${why}.`, { cause })
  }
  const parsed = Plan.safeParse(value)
  if (parsed.success) return parsed.data
  const reason = z.prettifyError(parsed.error)
  throw new CliError({ code: 'CLI_INPUT', path, reason }, `The plan ${path} cannot be used:\n${reason}`)
}
