/**
 * A place where two devices meet that cannot see each other's screens: the relay of the mode rendezvous, and the address for
 * an answer over the network in the mode two-way. It holds ciphertext, in memory, for a minute or two, and cannot read it.
 * Protocol: docs/in-person-rendezvous.md.
 *
 *   opened ─▶ posted (once, by anybody who knows the id) ─▶ answered (once, by whoever opened it) ─▶ forgotten
 *
 * The id is a hash of the opener's token, so nobody else can read what was posted, or answer it. Whoever posts gets a token for
 * the answer, so nobody else can read that.
 */
import { equalSecret } from '../../keys/secret.ts'
import { toBase64url } from '../../lib/bytes.ts'
import { ParseError } from '../../lib/parse-error.ts'
import type { Random } from '../../lib/random.ts'
import type { Timer } from '../../lib/time.ts'
import { relayFull, relayTaken, relayToken, relayUnknown } from '../errors.ts'
import { relayIdOf } from '../in-person/relay-protocol.ts'

/** Milliseconds in which something must be posted, and after that, in which it must be answered and read. */
export const STEP_MS = 60_000
const MAX_SESSIONS = 4096
/** Of all sessions together. */
const MAX_BYTES = 32 * 2 ** 20
/** Calls that wait in one session. The oldest ones get an answer early. */
const MAX_WAITING = 4

interface Session {
  posted: Uint8Array | null
  answered: Uint8Array | null
  answerToken: string | null
  /** Called when something arrives, and when the session ends. */
  readonly waiting: Set<() => void>
  cancel: () => void
}

export interface RelayOptions {
  readonly timer: Timer
  readonly random: Random
}

export class Relay {
  readonly #sessions = new Map<string, Session>()
  #bytes = 0

  constructor(private readonly options: RelayOptions) {}

  /** @throws {VerifierError} VERIFIER_RELAY_TOKEN, VERIFIER_RELAY_TAKEN, VERIFIER_RELAY_FULL */
  open(id: string, token: string): void {
    requireOpener(id, token)
    if (this.#sessions.has(id)) throw relayTaken()
    if (this.#sessions.size >= MAX_SESSIONS) throw relayFull()
    const session = {
      posted: null,
      answered: null,
      answerToken: null,
      waiting: new Set<() => void>(),
      cancel: () => {},
    }
    this.#sessions.set(id, session)
    this.#endLater(id, session)
  }

  /**
   * @returns the token with which the answer is read
   * @throws {VerifierError} VERIFIER_RELAY_UNKNOWN, VERIFIER_RELAY_TAKEN
   */
  post(id: string, bytes: Uint8Array): string {
    const session = this.#get(id)
    if (session.posted) throw relayTaken()
    session.posted = this.#counted(bytes)
    session.answerToken = toBase64url(this.options.random(32))
    this.#endLater(id, session)
    wake(session)
    return session.answerToken
  }

  /**
   * What was posted, which may be read again until the session ends; null if that takes longer than `waitMs`.
   * @throws {VerifierError} VERIFIER_RELAY_TOKEN, VERIFIER_RELAY_UNKNOWN
   */
  async takePosted(id: string, token: string, waitMs: number): Promise<Uint8Array | null> {
    requireOpener(id, token)
    const session = this.#get(id)
    return this.#take(session, waitMs, () => session.posted)
  }

  /** @throws {VerifierError} VERIFIER_RELAY_TOKEN, VERIFIER_RELAY_UNKNOWN, VERIFIER_RELAY_TAKEN */
  answer(id: string, token: string, bytes: Uint8Array): void {
    requireOpener(id, token)
    const session = this.#get(id)
    if (!session.posted) throw relayUnknown()
    if (session.answered) throw relayTaken()
    session.answered = this.#counted(bytes)
    wake(session)
  }

  /** As `takePosted`, for whoever posted. */
  async takeAnswer(id: string, token: string, waitMs: number): Promise<Uint8Array | null> {
    const session = this.#get(id)
    if (session.answerToken === null || !equalSecret(token, session.answerToken)) throw relayToken()
    return this.#take(session, waitMs, () => session.answered)
  }

  /** @throws {VerifierError} VERIFIER_RELAY_UNKNOWN */
  requireSession(id: string): void {
    this.#get(id)
  }

  /** The sessions in memory, and the bytes in them. */
  get load(): { readonly sessions: number; readonly bytes: number } {
    return { sessions: this.#sessions.size, bytes: this.#bytes }
  }

  close(): void {
    for (const id of [...this.#sessions.keys()]) this.#end(id)
  }

  #get(id: string): Session {
    const session = this.#sessions.get(id)
    if (!session) throw relayUnknown()
    return session
  }

  async #take(session: Session, waitMs: number, read: () => Uint8Array | null): Promise<Uint8Array | null> {
    const found = read()
    if (found || waitMs <= 0) return found
    await new Promise<void>(resolve => {
      const done = () => {
        cancel()
        session.waiting.delete(done)
        resolve()
      }
      const cancel = this.options.timer.after(waitMs, done)
      session.waiting.add(done)
      if (session.waiting.size > MAX_WAITING) session.waiting.values().next().value?.()
    })
    return read()
  }

  #counted(bytes: Uint8Array): Uint8Array {
    if (this.#bytes + bytes.length > MAX_BYTES) throw relayFull()
    this.#bytes += bytes.length
    return bytes
  }

  #endLater(id: string, session: Session): void {
    session.cancel()
    session.cancel = this.options.timer.after(STEP_MS, () => this.#end(id))
  }

  #end(id: string): void {
    const session = this.#sessions.get(id)
    if (!session) return
    this.#sessions.delete(id)
    this.#bytes -= (session.posted?.length ?? 0) + (session.answered?.length ?? 0)
    session.cancel()
    wake(session)
  }
}

const wake = ({ waiting }: Session): void => {
  for (const done of [...waiting]) done()
}

/** 256 bits, so that nobody finds another token for the same id. */
const TOKEN = /^[\w-]{43}$/

function requireOpener(id: string, token: string): void {
  if (!TOKEN.test(token) || !isTokenOf(id, token)) throw relayToken()
}

function isTokenOf(id: string, token: string): boolean {
  try {
    return equalSecret(relayIdOf(token), id)
  } catch (error) {
    if (error instanceof ParseError) return false
    throw error
  }
}
