/**
 * The roll-out policy in force. It is read at the start and replaced by `set`. The journal has the hash of each policy
 * that came into force and who set it. A file that was changed by hand, or whose entry a crash prevented, gets its entry
 * at the next start.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sha256 } from '#crypto'
import { writeDurably } from '../../keys/files.ts'
import { toHex, utf8 } from '../../lib/bytes.ts'
import { Lock } from '../../lib/lock.ts'
import type { Clock } from '../../lib/time.ts'
import { Bucket } from '../../store/buckets.ts'
import { jsonCodec, type Store, Table, textCodec } from '../../store/store.ts'
import { IssuerError } from '../errors.ts'
import type { Journal } from '../journal.ts'
import { type Asked, type Decision, mayApply } from './may-apply.ts'
import { parseRollout, type RolloutPolicy } from './policy.ts'
import { placeName, rolloutSentence, type Sentence } from './sentences.ts'

export interface RolloutOptions {
  /** The data directory. */
  readonly data: string
  readonly store: Store
  readonly journal: Journal
  readonly clock: Clock
}

export const rolloutPath = (data: string): string => join(data, 'rollout.json')

/** Name in the bucket `meta` of the hash of the policy that the journal has last. */
const JOURNALLED = 'rollout'
const NO_FILE = 'none'

export interface RolloutRefusal {
  readonly code: Extract<Decision, { readonly allowed: false }>['code']
  /** Where the applicant may apply. */
  readonly where: string | null
  /** YYYY-MM-DD */
  readonly from: string | null
  readonly text: Sentence
}

export class Rollout {
  readonly #journalled: Table<string, string>
  readonly #lock = new Lock()
  #policy: RolloutPolicy | null = null

  private constructor(private readonly options: RolloutOptions) {
    this.#journalled = new Table(options.store, Bucket.meta, textCodec, jsonCodec())
  }

  /** @throws {IssuerError} ISSUER_ROLLOUT_INVALID: the node does not start with a policy that it cannot apply */
  static async open(options: RolloutOptions): Promise<Rollout> {
    const rollout = new Rollout(options)
    const text = readIfThere(rolloutPath(options.data))
    rollout.#policy = text === undefined ? null : parseRollout(text)
    await rollout.#record(text === undefined ? NO_FILE : digest(text), 'file')
    return rollout
  }

  /** Null: everything is allowed everywhere. */
  get policy(): RolloutPolicy | null {
    return this.#policy
  }

  /**
   * Puts a policy into force. Applications that were taken before continue.
   * @param by who sets it, for the journal
   * @throws {IssuerError} ISSUER_ROLLOUT_INVALID; then the earlier one stays
   */
  set(text: string, by: string): Promise<RolloutPolicy> {
    return this.#lock.run(async () => {
      const policy = parseRollout(text)
      writeDurably(rolloutPath(this.options.data), text.trimEnd())
      this.#policy = policy
      await this.#record(digest(text), by)
      return policy
    })
  }

  /** Null if the application may be taken. */
  refusalOf(asked: Omit<Asked, 'now'>): RolloutRefusal | null {
    const decision = mayApply(this.#policy, { ...asked, now: this.options.clock() })
    if (decision.allowed) return null
    const { code, where, from } = decision
    return { code, where: placeName(where), from, text: rolloutSentence(decision) }
  }

  /** @throws {IssuerError} ISSUER_NOT_YET, ISSUER_OTHER_CENTRE; the message is what the clerk tells the applicant */
  requireMayApply(asked: Omit<Asked, 'now'>): void {
    const refusal = this.refusalOf(asked)
    if (!refusal) return
    const { code, from, text } = refusal
    throw new IssuerError({ code, from, say: text }, `${text.en} ${text.ko}`)
  }

  async #record(sha256OfFile: string, by: string): Promise<void> {
    const { store, journal, clock } = this.options
    const before = this.#journalled.get(JOURNALLED) ?? NO_FILE
    if (before === sha256OfFile) return
    await store.commit([
      this.#journalled.put(JOURNALLED, sha256OfFile),
      journal.append({ at: clock(), event: 'rollout.set', policy: sha256OfFile, by }),
    ])
  }
}

/** Without the line end, which an editor may add. */
const digest = (text: string): string => toHex(sha256(utf8(text.trimEnd())))

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
