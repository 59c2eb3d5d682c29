/** Where `dojang journal check` reads: the running node and its ledger, or the files of a stopped install. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type JournalSummary, readEntries, readSummary, type StoredEntry } from '../issuer/journal/check/content.ts'
import type { AnchoredRoots } from '../issuer/journal/check/days.ts'
import { journalRoots } from '../issuer/journal/check/ledger-roots.ts'
import { LedgerError } from '../ledger/errors.ts'
import { fromBase64url, type Hex } from '../lib/bytes.ts'
import { logsInRange } from '../lib/logs.ts'
import { openProfile, verifyProfile } from '../proof/profile.ts'
import { anchorLogEvents } from '../proof/registries/events/anchor-log.ts'
import { type Log, parseLog } from '../proof/registries/log.ts'
import { addressesOf } from '../registries/contracts.ts'
import { FIRST_ORG } from '../registries/deployment/plan.ts'
import { LevelStore } from '../store/level.ts'
import { requireSchema } from '../store/schema.ts'
import { openRegistries, type RegistriesFlags } from './council/open-registries.ts'
import { CliError } from './errors.ts'
import { installConfig } from './install.ts'
import type { NodeClient } from './node-client.ts'
import type { Context } from './terminal.ts'

export interface JournalSource {
  readonly ledger: AnchoredRoots
  readonly summary: JournalSummary
  readonly entries: AsyncIterable<StoredEntry>
  close(): Promise<void>
}

const Hex32 = z.string().regex(/^0x[0-9a-f]{64}$/) as unknown as z.ZodType<Hex>
const Bytes = z
  .string()
  .nullable()
  .transform(text => (text === null ? null : fromBase64url(text)))
const Anchor = z.object({
  ...{ day: z.string(), first: z.int(), last: z.int(), head: Hex32, root: Hex32 },
  state: z.enum(['pending', 'anchored', 'refused']),
  ...{ transaction: Hex32.nullable(), block: z.int().nullable(), time: z.number().nullable() },
})
const Summary = z.object({
  count: z.int().nonnegative(),
  head: Hex32,
  days: z.array(z.object({ day: z.string(), first: z.int(), last: z.int().nullable() })),
  anchors: z.array(Anchor),
  uncounted: z.array(z.int()),
})
const Line = z.union([
  z.object({ entry: z.tuple([z.int().nonnegative(), Bytes, Bytes]) }),
  z.object({ summary: Summary }),
  z.object({ complete: z.literal(true) }),
])

/** The roots are read before the journal, so that no day is missing that is anchored meanwhile. */
export async function journalOfNode(
  context: Context,
  node: NodeClient,
  flags: RegistriesFlags,
): Promise<JournalSource> {
  const ledger = await rootsByRpc(context, flags)
  const lines = node.lines('/operator/journal/content', Line)[Symbol.asyncIterator]()
  const first = await lines.next()
  if (first.done || !('summary' in first.value)) throw interrupted(node.url)
  const { summary } = first.value
  return { ledger, summary, entries: entriesIn(lines, node.url), close: async () => undefined }
}

async function* entriesIn(lines: AsyncIterator<z.output<typeof Line>>, at: string): AsyncIterable<StoredEntry> {
  for (let line = await lines.next(); !line.done; line = await lines.next()) {
    if ('complete' in line.value) return
    if (!('entry' in line.value)) break
    const [number, bytes, hash] = line.value.entry
    yield { number, bytes, hash }
  }
  throw interrupted(at)
}

const interrupted = (at: string) =>
  new CliError(
    { code: 'CLI_NODE_UNREACHABLE', at },
    'The node stopped answering before the whole journal was read. Check it with "dojang health" and run this again.',
  )

/** @throws {StoreError} STORE_IN_USE, STORE_SCHEMA; {CliError} CLI_NO_INSTALL */
export async function journalOfFiles(context: Context, flags: RegistriesFlags): Promise<JournalSource> {
  const path = join(context.data, 'authority')
  if (!existsSync(path)) {
    throw new CliError(
      { code: 'CLI_NO_INSTALL', data: context.data },
      `There is no database in ${path}. Name the data directory of a node with --data DIR.`,
    )
  }
  const byRpc = flags.ledger !== undefined || installConfig(context.data, '').ledgerUrl !== null
  const ledger = byRpc ? await rootsByRpc(context, flags) : await rootsInFiles(context, flags)
  const store = await LevelStore.open(path)
  try {
    requireSchema(store)
    const summary = await readSummary(store)
    return { ledger, summary, entries: readEntries(store, summary.count), close: () => store.close() }
  } catch (error) {
    await store.close()
    throw error
  }
}

async function rootsByRpc(context: Context, flags: RegistriesFlags): Promise<AnchoredRoots> {
  const { ledger, addresses, fromBlock } = await openRegistries(context, flags)
  try {
    const block = Number(await ledger.request('eth_blockNumber'))
    const address = addresses.anchorLog
    const logs = await logsInRange<{ readonly blockNumber: Hex }>(ledger, { address }, fromBlock, block)
    return { block, roots: rootsIn(logs.map(log => ({ ...parseLog(log), block: Number(log.blockNumber) }))) }
  } finally {
    await ledger.close()
  }
}

async function rootsInFiles({ data }: Context, { profile: file, pin }: RegistriesFlags): Promise<AnchoredRoots> {
  const text = readFileSync(file ?? join(data, 'ledger.json'), 'utf8').trim()
  const profile = pin === undefined ? openProfile(text).profile : verifyProfile(text, pin)
  const { storedLogs } = await import('../ledger/embedded/stopped-logs.ts')
  const found = await storedLogs(join(data, 'ledger'), addressesOf(profile).anchorLog)
  if (found?.genesis !== profile.genesis) {
    throw new LedgerError(
      { code: 'LEDGER_WRONG_CHAIN', expected: profile.genesis, actual: found?.genesis ?? 'none' },
      `The ledger in ${join(data, 'ledger')} is not the one of the profile. Name the right one with --ledger URL.`,
    )
  }
  return { block: found.block, roots: rootsIn(found.logs) }
}

const rootsIn = (logs: readonly (Log & { readonly block: number })[]) =>
  journalRoots(
    logs.flatMap(({ block, ...log }) => {
      const event = anchorLogEvents.decode(log)
      return event ? [{ event, block }] : []
    }),
    FIRST_ORG,
  )
