/**
 * A ledger up to its newest witnessed head: the newest block that enough witnesses have signed, and that the transparency log
 * has or nearly has. An authority publishes
 * heads and judges presentations by this ledger. It sends transactions to the ledger itself.
 * Why: docs/decisions/073.
 */
import { fromUtf8, toQuantity } from '../lib/bytes.ts'
import { LruCache } from '../lib/lru-cache.ts'
import { readBounded } from '../lib/stream.ts'
import { sleep } from '../lib/time.ts'
import type { Warn } from '../lib/warn.ts'
import type { LedgerProfile } from '../proof/profile.ts'
import { isLogProof } from '../proof/tlog/block-proof.ts'
import { MAX_STATEMENT, verifyWitnessedHead } from '../proof/witness.ts'
import { LedgerError } from './errors.ts'
import type { Ledger, LedgerHead } from './ledger.ts'

export interface WitnessedLedgerOptions {
  readonly ledger: Ledger
  readonly profile: Pick<LedgerProfile, 'chainId' | 'genesis' | 'witnesses' | 'log'>
  /** The URLs at which followers answer `GET /witness?height=N`. Each answer is verified by its signature. */
  readonly urls: readonly string[]
  /** The proof that the block at that height is in the transparency log or follows one that is; null: not yet. */
  readonly logProof: (height: number) => Promise<string | null>
  readonly warn: Warn
}

/** Milliseconds that a witness has for its answer. */
const TIMEOUT_MS = 2_000
/** Milliseconds between two requests to each witness. A follower polls its source once a second. */
const RETRY_MS = 250
/** After this time (ms) it warns, and it asks about a newer head, so that slow witnesses do not stay behind. */
const WARN_AFTER_MS = 5_000
/** The number of heads whose statements are cached. */
const CACHED_HEADS = 256

export class WitnessedLedger {
  readonly #listeners = new Set<(head: LedgerHead) => void>()
  readonly #statements = new LruCache<number, readonly string[]>(CACHED_HEADS)
  readonly #closed = new AbortController()
  readonly #stopHeads: () => void
  readonly #running: Promise<void>
  #newest: LedgerHead | null = null
  #witnessed: LedgerHead | null = null
  #wake: () => void = () => {}
  #hasWarned = false

  constructor(private readonly options: WitnessedLedgerOptions) {
    this.#stopHeads = options.ledger.onHead(head => {
      this.#newest = head
      this.#wake()
    })
    this.#running = this.#run()
  }

  /** The newest witnessed head; null before the first. */
  get head(): LedgerHead | null {
    return this.#witnessed
  }

  /**
   * @throws {LedgerError} LEDGER_UNWITNESSED for the newest block while no block is witnessed, and as the ledger does
   */
  request(method: string, params: readonly unknown[] = []): Promise<unknown> {
    const at = method === 'eth_getBlockByNumber' && params[0] === 'latest'
    return this.options.ledger.request(method, at ? [this.#latest(), ...params.slice(1)] : params)
  }

  onHead(listener: (head: LedgerHead) => void): () => void {
    const own = (head: LedgerHead) => listener(head)
    this.#listeners.add(own)
    return () => this.#listeners.delete(own)
  }

  /** The statements of witnesses about the block at that height, from the cache or from the witnesses. */
  async statements(height: number): Promise<readonly string[]> {
    const cached = this.#statements.get(height)
    if (cached) return cached
    const head = await this.#headAt(toQuantity(height))
    return head ? this.#ask(head) : []
  }

  async close(): Promise<void> {
    this.#stopHeads()
    this.#closed.abort()
    this.#wake()
    await this.#running
  }

  #latest(): string {
    if (this.#witnessed) return toQuantity(this.#witnessed.number)
    throw new LedgerError(
      { code: 'LEDGER_UNWITNESSED', witnesses: this.options.urls.length },
      'No head of the ledger is witnessed yet. Check that the followers in "dojang ledger witness list" run and are reached.',
    )
  }

  async #run(): Promise<void> {
    const { signal } = this.#closed
    while (!signal.aborted) {
      const target = this.#newest ?? (await this.#headAt('latest').catch(() => null))
      if (target && target.number > (this.#witnessed?.number ?? -1)) await this.#collectStatements(target)
      else await this.#sleep(target ? 60_000 : RETRY_MS)
    }
  }

  /** Asks for statements about one head until there are enough, or until it is late and there is a newer head. */
  async #collectStatements(target: LedgerHead): Promise<void> {
    const began = performance.now()
    while (!this.#closed.signal.aborted) {
      const statements = await this.#ask(target)
      if (this.#suffice(statements)) return this.#publish(target, statements)
      const late = performance.now() - began > WARN_AFTER_MS
      if (late && !this.#hasWarned) {
        this.#hasWarned = true
        const facts = { block: target.number, statements: statements.length }
        this.options.warn(facts, 'too few witnesses have this block: verifiers stay at the last witnessed block')
      }
      if (late && this.#newest && this.#newest.number > target.number) return
      await this.#sleep(RETRY_MS)
    }
  }

  /** Those of followers, and the proof of the log where the profile demands one. */
  #suffice(statements: readonly string[]): boolean {
    const { witnesses, log } = this.options.profile
    const proofs = statements.filter(isLogProof).length
    return statements.length - proofs >= witnesses.quorum && (proofs > 0 || !log || log.quorum === 0)
  }

  #publish(head: LedgerHead, statements: readonly string[]): void {
    this.#hasWarned = false
    this.#witnessed = head
    this.#statements.set(head.number, statements)
    for (const listener of this.#listeners) listener(head)
  }

  /** The statements of the witnesses that have the same block, one of each, and the proof of the log. */
  async #ask(head: LedgerHead): Promise<readonly string[]> {
    const { urls, profile, logProof } = this.options
    const proof = profile.log && profile.log.quorum > 0 ? await logProof(head.number).catch(() => null) : null
    const answers = await Promise.all(urls.map(url => this.#statementOf(url, head.number)))
    const agreeing = new Map<string, string>()
    for (const text of answers) {
      const said = text === null ? null : verifyWitnessedHead(text, this.options.profile)
      if (said === null || text === null || said.head.height !== head.number) continue
      if (said.head.hash === head.hash) agreeing.set(said.witness, text)
      else
        this.options.warn(
          { block: head.number, ours: head.hash, theirs: said.head.hash, text },
          'a witness has signed another block of this height',
        )
    }
    return [...agreeing.values(), ...(proof === null ? [] : [proof])]
  }

  async #statementOf(url: string, height: number): Promise<string | null> {
    try {
      const signal = AbortSignal.any([this.#closed.signal, AbortSignal.timeout(TIMEOUT_MS)])
      const response = await fetch(`${url.replace(/\/$/, '')}/witness?height=${height}`, { signal, redirect: 'error' })
      if (response.ok) return fromUtf8(await readBounded(response.body, MAX_STATEMENT)).trim()
      await response.body?.cancel()
      return null
    } catch {
      // The request is repeated, and `#collectStatements` warns if too few witnesses answer.
      return null
    }
  }

  async #headAt(tag: string): Promise<LedgerHead | null> {
    const block = (await this.options.ledger.request('eth_getBlockByNumber', [tag, false])) as {
      readonly number: string
      readonly hash: LedgerHead['hash']
      readonly timestamp: string
    } | null
    return block && { number: Number(block.number), hash: block.hash, timestamp: Number(block.timestamp) }
  }

  /** Resolves after that time, at a new head, or when the ledger is closed. */
  #sleep(milliseconds: number): Promise<void> {
    const nap = new AbortController()
    this.#wake = () => nap.abort()
    return this.#closed.signal.aborted ? Promise.resolve() : sleep(milliseconds, nap.signal)
  }
}
