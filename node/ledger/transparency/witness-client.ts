/**
 * One witness of the transparency log (C2SP tlog-witness). It cosigns a checkpoint if the proof shows that the log contains
 * everything that it contained before. Any program that speaks the protocol can be the witness.
 */
import { toBase64 } from '../../lib/base64.ts'
import { fromUtf8 } from '../../lib/bytes.ts'
import { ParseError } from '../../lib/parse-error.ts'
import { readBounded } from '../../lib/stream.ts'
import { ProofError } from '../../proof/errors.ts'
import { verifyCosignature } from '../../proof/tlog/checkpoint.ts'
import { isOf, type NoteKey, type NoteSignature, parseNote, parseSignatureLine } from '../../proof/tlog/note.ts'
import { LedgerError } from '../errors.ts'

export interface WitnessAddress {
  readonly key: NoteKey
  /** Without a slash at the end. */
  readonly url: string
}

export type Fetcher = (url: string, init: RequestInit) => Promise<Response>

/** Milliseconds that a witness has for its answer. */
const TIMEOUT_MS = 5_000
const MAX_ANSWER = 16_384
/** A witness that names another size after so many tries is broken. */
const TRIES = 3

export class WitnessClient {
  /** The size of the newest checkpoint that it cosigned, as far as known. */
  #size = 0

  constructor(
    private readonly address: WitnessAddress,
    private readonly fetcher: Fetcher,
  ) {}

  get name(): string {
    return this.address.key.name
  }

  /**
   * @param note the signed checkpoint of a tree of `size` leaves
   * @param prove the consistency proof of the tree of `old` leaves with it
   * @throws {LedgerError} LEDGER_LOG_WITNESS
   */
  async cosign(
    note: string,
    size: number,
    prove: (old: number) => Promise<readonly Uint8Array[]>,
  ): Promise<NoteSignature> {
    for (let tries = 0; tries < TRIES; tries++) {
      const old = this.#size
      const proof = (await prove(old)).map(hash => `${toBase64(hash)}\n`).join('')
      const { status, type, body } = await this.#post(`old ${old}\n${proof}\n${note}`)
      if (status === 200) {
        const line = this.#verified(note, body)
        this.#size = size
        return line
      }
      const known = /^(0|[1-9]\d{0,15})\n?$/.exec(body)?.[1]
      if (status !== 409 || type !== 'text/x.tlog.size' || known === undefined) throw this.#failed(`status ${status}`)
      if (Number(known) > size) throw this.#failed(`it has cosigned ${known} blocks, and the log has ${size}`)
      this.#size = Number(known)
    }
    throw this.#failed('it names another size each time')
  }

  async #post(body: string): Promise<{ status: number; type: string; body: string }> {
    try {
      const response = await this.fetcher(`${this.address.url}/add-checkpoint`, {
        ...{ method: 'POST', body, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) },
        headers: { 'content-type': 'text/plain; charset=utf-8' },
      })
      const type = (response.headers.get('content-type') ?? '').split(';')[0]?.trim() ?? ''
      return { status: response.status, type, body: fromUtf8(await readBounded(response.body, MAX_ANSWER)) }
    } catch (error) {
      throw this.#failed('no answer', error)
    }
  }

  #verified(note: string, body: string): NoteSignature {
    const { key } = this.address
    try {
      // It may have several keys. The lines of those that nobody asked for do not matter.
      const line = body
        .split('\n')
        .filter(each => each !== '')
        .map(parseSignatureLine)
        .find(each => isOf(each, key))
      if (!line) throw this.#failed('it signed with another key')
      verifyCosignature(parseNote(note).text, line, key)
      return line
    } catch (error) {
      if (error instanceof ParseError || error instanceof ProofError)
        throw this.#failed('its cosignature is wrong', error)
      throw error
    }
  }

  #failed(reason: string, cause?: unknown): LedgerError {
    return new LedgerError(
      { code: 'LEDGER_LOG_WITNESS', witness: this.name, reason },
      `The witness ${this.name} did not cosign the checkpoint of the ledger's log: ${reason}.`,
      { cause },
    )
  }
}
