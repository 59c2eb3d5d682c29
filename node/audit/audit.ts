/** Audits a ledger from its profile: the events of each block, and the files of each batch with the entries in them. */
import { type Hex, toQuantity } from '../lib/bytes.ts'
import { logsInRange } from '../lib/logs.ts'
import { ParseError } from '../lib/parse-error.ts'
import type { UnixSeconds } from '../lib/time.ts'
import { ProofError } from '../proof/errors.ts'
import { CONTRACTS } from '../proof/profile.ts'
import { anchorLogEvents } from '../proof/registries/events/anchor-log.ts'
import type { StatusesSet } from '../proof/registries/events/status-registry.ts'
import type { RegistryEvent } from '../proof/registries/events.ts'
import { JOURNAL_PURPOSE } from '../proof/registries/purpose.ts'
import { CredentialStatus } from '../proof/registries/status.ts'
import { parseStatusOps } from '../proof/registries/status-ops.ts'
import { type BatchFiles, checkFiles, readEntries } from './batch-files.ts'
import type { Finding, Report } from './finding.ts'
import { type AuditedBlock, auditedLog, History, type HistoryProfile } from './history.ts'
import type { AnchoredBatch } from './rules/anchors.ts'
import { CardRules } from './rules/cards.ts'

export interface AuditOptions {
  readonly profile: HistoryProfile
  /** A copy of the ledger whose blocks were executed. */
  readonly ledger: { request(method: string, params?: readonly unknown[]): Promise<unknown> }
  /** The last block that is audited. */
  readonly head: number
  /**
   * Blocks after `head` that no copy could execute. Their events are judged all the same, so that the rule is named which a
   * refused block breaks.
   */
  readonly refused?: { readonly ledger: AuditOptions['ledger']; readonly head: number } | null
  /** The files of a batch; null if they cannot be had. */
  readonly files: (root: Hex) => Promise<BatchFiles | null>
  /** Decrypts the *entries* file with the auditors' key. Null: without the key, entries are not checked. */
  readonly decrypt: ((entries: Uint8Array) => Promise<Uint8Array>) | null
  readonly onProgress?: (block: number, of: number) => void
}

export interface AuditResult {
  /** The last block, and its time. */
  readonly head: number
  readonly time: UnixSeconds
  readonly counts: {
    readonly batches: number
    readonly journalDays: number
    /** Null without the auditors' key: padding cannot be told from cards. */
    readonly cards: number | null
    readonly suspended: number
    readonly reinstated: number
    readonly revoked: number
  }
  readonly findings: readonly Finding[]
}

/** Blocks that are read at once. */
const WINDOW = 512
/** Batches whose files are fetched at once. */
const FETCHES = 8

interface RawLog {
  readonly address: Hex
  readonly topics: readonly Hex[]
  readonly data: Hex
  readonly transactionHash: Hex
  readonly blockNumber: Hex
}

export async function audit(options: AuditOptions): Promise<AuditResult> {
  const run = new AuditRun(options)
  for (let from = 0; from <= options.head; from += WINDOW) {
    const to = Math.min(options.head, from + WINDOW - 1)
    await run.window(from, to)
    options.onProgress?.(to, options.head)
  }
  const { head, refused } = options
  const end = Math.min(refused?.head ?? head, head + WINDOW)
  if (refused && end > head) await run.window(head + 1, end, refused.ledger)
  return run.result
}

class AuditRun {
  readonly #findings: Finding[] = []
  readonly #history: History
  readonly #cards: CardRules
  readonly #counts = { batches: 0, journalDays: 0, cards: 0, suspended: 0, reinstated: 0, revoked: 0 }
  readonly #addresses: readonly Hex[]
  /** Of the block that is read. */
  #batches: AnchoredBatch[] = []
  #changed: StatusesSet[] = []
  #time: UnixSeconds = 0

  constructor(private readonly options: AuditOptions) {
    const { profile } = options
    this.#history = new History(
      profile,
      finding => this.#findings.push(finding),
      (event, block) => this.#note(event, block),
    )
    this.#cards = new CardRules(this.#history.status)
    this.#addresses = CONTRACTS.map(name => profile.contracts[name].address)
  }

  get result(): AuditResult {
    const { head, decrypt } = this.options
    const counts = { ...this.#counts, cards: decrypt ? this.#counts.cards : null }
    return { head, time: this.#time, counts, findings: this.#findings }
  }

  async window(from: number, to: number, ledger = this.options.ledger): Promise<void> {
    const logs = await logsInRange<RawLog>(ledger, { address: this.#addresses }, from, to)
    const byBlock = Map.groupBy(logs, log => Number(log.blockNumber))
    const files = new FilesAhead(rootsIn(logs, this.options.profile), this.options.files)
    for (let number = from; number <= to; number++) {
      const block = { number, time: await timeOf(ledger, number), logs: (byBlock.get(number) ?? []).map(auditedLog) }
      this.#history.apply(block)
      this.#time = block.time
      const report: Report = (rule, facts) => this.#findings.push({ rule, block: number, facts })
      for (const batch of this.#batches.splice(0)) await this.#checkBatch(batch, await files.of(batch.root), report)
      for (const { list, ops } of this.#changed.splice(0)) this.#noteStatuses(list, ops)
      this.#cards.endOfBlock(block.time, report)
    }
  }

  async #checkBatch(batch: AnchoredBatch, files: BatchFiles | null, report: Report): Promise<void> {
    const facts = { org: batch.org, root: batch.root }
    if (!files) return report('manifest.missing', facts)
    const { decrypt } = this.options
    // Entries that the batch did not commit to say nothing about its cards.
    if (!checkFiles(batch, files, report) || !decrypt) return
    let plaintext: Uint8Array
    try {
      plaintext = await decrypt(files.entries)
    } catch (error) {
      if (!(error instanceof ParseError)) throw error
      return report('entry.malformed', { ...facts, reason: 'they are not encrypted to this key' })
    }
    for (const entry of readEntries(batch, plaintext, report)) {
      this.#counts.cards += 1
      this.#cards.add(entry, report)
    }
  }

  #noteStatuses(list: bigint, ops: Uint8Array): void {
    try {
      for (const { idx, from, to } of parseStatusOps(ops)) {
        if (to === CredentialStatus.INVALID) this.#counts.revoked += 1
        else if (to === CredentialStatus.SUSPENDED) this.#counts.suspended += 1
        else if (from === CredentialStatus.SUSPENDED) this.#counts.reinstated += 1
        this.#cards.changed(list, idx)
      }
    } catch (error) {
      // It is a finding already.
      if (!(error instanceof ProofError)) throw error
    }
  }

  #note(event: RegistryEvent, { number, time }: AuditedBlock): void {
    if (event.type === 'StatusesSet') this.#changed.push(event)
    if (event.type !== 'Anchored') return
    const { org, purpose, root, count, manifest } = event
    if (purpose === JOURNAL_PURPOSE) {
      this.#counts.journalDays += 1
      return
    }
    this.#counts.batches += 1
    this.#batches.push({ org, purpose, root, count, manifest, block: number, time })
  }
}

async function timeOf(ledger: AuditOptions['ledger'], number: number): Promise<UnixSeconds> {
  const block = await ledger.request('eth_getBlockByNumber', [toQuantity(number), false])
  return Number((block as { readonly timestamp: Hex }).timestamp)
}

/** Fetches the files of the next batches while those before are checked. */
class FilesAhead {
  readonly #fetched = new Map<Hex, Promise<BatchFiles | null>>()
  #next = 0

  constructor(
    private readonly roots: readonly Hex[],
    private readonly fetch: AuditOptions['files'],
  ) {}

  of(root: Hex): Promise<BatchFiles | null> {
    while (this.#next < this.roots.length && this.#fetched.size < FETCHES) this.#begin(this.roots[this.#next++] as Hex)
    const found = this.#begin(root)
    this.#fetched.delete(root)
    return found
  }

  #begin(root: Hex): Promise<BatchFiles | null> {
    const found = this.#fetched.get(root) ?? this.fetch(root)
    this.#fetched.set(root, found)
    // It is awaited when its block is checked.
    found.catch(() => undefined)
    return found
  }
}

/** The roots of the batches of cards in these logs, in order. */
function rootsIn(logs: readonly RawLog[], { contracts }: HistoryProfile): Hex[] {
  const address = contracts.anchorLog.address.toLowerCase()
  return logs.flatMap(log => {
    const [topic, , purpose, root] = log.topics
    if (log.address.toLowerCase() !== address || topic !== ANCHORED) return []
    return purpose === JOURNAL_PURPOSE || root === undefined ? [] : [root]
  })
}

const ANCHORED = anchorLogEvents.topic('Anchored')
