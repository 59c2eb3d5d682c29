/**
 * A ledger as its witnesses have it: its newest block is the newest that enough of them say they executed too. What
 * an authority publishes and judges by goes through this; what it writes goes to the ledger itself.
 * Why: docs/decisions/073.
 */
import { fromUtf8, toQuantity } from '../lib/bytes.ts'
import { LruCache } from '../lib/lru-cache.ts'
import { readBounded } from '../lib/stream.ts'
import { sleep } from '../lib/time.ts'
import type { Warn } from '../lib/warn.ts'
import type { LedgerProfile } from '../proof/profile.ts'
import { MAX_STATEMENT, verifyWitnessedHead } from '../proof/witness.ts'
import { LedgerError } from './errors.ts'
import type { Ledger, LedgerHead } from './ledger.ts'

export interface WitnessedLedgerOptions {
  readonly ledger: Ledger
  readonly profile: Pick<LedgerProfile, 'chainId' | 'genesis' | 'witnesses'>
  /** Where followers answer `GET /witness?height=N`. What they answer is checked; who answers does not matter. */
  readonly urls: readonly string[]
  readonly warn: Warn
}

/** Milliseconds a witness has for its answer. */
const TIMEOUT = 2_000
/** Between two rounds of asking, in milliseconds: a follower looks at its source once a second. */
const PAUSE = 250
/** A head is asked about this long (ms), then the newest, so that a slow witness does not fall behind for ever. */
const PATIENCE = 5_000
/** Heads whose statements are kept. */
const KEPT = 256

export class WitnessedLedger {
  readonly #listeners = new Set<(head: LedgerHead) => void>()
  readonly #statements = new LruCache<number, readonly string[]>(KEPT)
  readonly #closed = new AbortController()
  readonly #stopHeads: () => void
  readonly #running: Promise<void>
  #newest: LedgerHead | null = null
  #witnessed: LedgerHead | null = null
  #wake: () => void = () => {}
  #silent = false

  constructor(private readonly options: WitnessedLedgerOptions) {
    this.#stopHeads = options.ledger.onHead(head => {
      this.#newest = head
      this.#wake()
    })
    this.#running = this.#run()
  }

  /** The newest head that is witnessed; null before the first. */
  get head(): LedgerHead | null {
    return this.#witnessed
  }

  /** @throws {LedgerError} LEDGER_UNWITNESSED for the newest block while no block is witnessed, and as the ledger does */
  request(method: string, params: readonly unknown[] = []): Promise<unknown> {
    const at = method === 'eth_getBlockByNumber' && params[0] === 'latest'
    return this.options.ledger.request(method, at ? [this.#latest(), ...params.slice(1)] : params)
  }

  onHead(listener: (head: LedgerHead) => void): () => void {
    const own = (head: LedgerHead) => listener(head)
    this.#listeners.add(own)
    return () => this.#listeners.delete(own)
  }

  /** What witnesses say of the block at that height; they are asked if that is not known. */
  async statements(height: number): Promise<readonly string[]> {
    const known = this.#statements.get(height)
    if (known) return known
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
      if (target && target.number > (this.#witnessed?.number ?? -1)) await this.#pursue(target)
      else await this.#sleep(target ? 60_000 : PAUSE)
    }
  }

  /** Asks about one head until it is witnessed, or a newer one has waited long enough. */
  async #pursue(target: LedgerHead): Promise<void> {
    const began = performance.now()
    while (!this.#closed.signal.aborted) {
      const statements = await this.#ask(target)
      if (statements.length >= this.options.profile.witnesses.quorum) return this.#reached(target, statements)
      const late = performance.now() - began > PATIENCE
      if (late && !this.#silent) {
        this.#silent = true
        const facts = { block: target.number, witnesses: statements.length }
        this.options.warn(facts, 'too few witnesses have this block: verifiers stay at the last that is witnessed')
      }
      if (late && this.#newest && this.#newest.number > target.number) return
      await this.#sleep(PAUSE)
    }
  }

  #reached(head: LedgerHead, statements: readonly string[]): void {
    this.#silent = false
    this.#witnessed = head
    this.#statements.set(head.number, statements)
    for (const listener of this.#listeners) listener(head)
  }

  /** One statement of each witness that has this very block. */
  async #ask(head: LedgerHead): Promise<readonly string[]> {
    const answers = await Promise.all(this.options.urls.map(url => this.#statementOf(url, head.number)))
    const agreeing = new Map<string, string>()
    for (const text of answers) {
      const said = text === null ? null : verifyWitnessedHead(text, this.options.profile)
      if (said === null || text === null || said.head.height !== head.number) continue
      if (said.head.hash === head.hash) agreeing.set(said.witness, text)
      else
        this.options.warn(
          { block: head.number, ours: head.hash, theirs: said.head.hash, text },
          'a witness has ANOTHER block',
        )
    }
    return [...agreeing.values()]
  }

  async #statementOf(url: string, height: number): Promise<string | null> {
    try {
      const signal = AbortSignal.any([this.#closed.signal, AbortSignal.timeout(TIMEOUT)])
      const response = await fetch(`${url.replace(/\/$/, '')}/witness?height=${height}`, { signal, redirect: 'error' })
      if (response.ok) return fromUtf8(await readBounded(response.body, MAX_STATEMENT)).trim()
      await response.body?.cancel()
      return null
    } catch {
      // It is asked again; too few answers for too long are reported.
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

  /** Until then, or a new head, or the end. */
  #sleep(milliseconds: number): Promise<void> {
    const nap = new AbortController()
    this.#wake = () => nap.abort()
    return this.#closed.signal.aborted ? Promise.resolve() : sleep(milliseconds, nap.signal)
  }
}
