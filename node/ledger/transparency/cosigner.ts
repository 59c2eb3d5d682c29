/**
 * The witness's side of C2SP tlog-witness, for one log: it cosigns a checkpoint if the proof shows that the log contains all that
 * it contained when this witness signed last. The new state is on disk before the answer is given.
 */
import type { NoteSigner } from '../../keys/note-signer.ts'
import { fromBase64 } from '../../lib/base64.ts'
import { fromBase64url, toBase64url } from '../../lib/bytes.ts'
import { Lock } from '../../lib/lock.ts'
import { ParseError, wrongValue } from '../../lib/parse-error.ts'
import type { Clock } from '../../lib/time.ts'
import { ProofError } from '../../proof/errors.ts'
import { cosign, parseCheckpoint, verifyCheckpoint } from '../../proof/tlog/checkpoint.ts'
import { EMPTY_ROOT, HASH_LENGTH, verifyConsistency } from '../../proof/tlog/merkle.ts'
import { formatSignatureLine, type NoteKey, parseNote } from '../../proof/tlog/note.ts'

/** The newest checkpoint that was cosigned. */
export interface CosignedCheckpoint {
  readonly size: number
  /** base64url */
  readonly root: string
  readonly note: string
}

export interface CosignerState {
  read(): CosignedCheckpoint | null
  /** Resolves when it is on disk. */
  write(checkpoint: CosignedCheckpoint): Promise<void>
}

export interface CosignerOptions {
  readonly log: NoteKey
  readonly signer: NoteSigner
  readonly state: CosignerState
  readonly clock: Clock
}

/** An HTTP answer. */
export interface WitnessAnswer {
  readonly status: number
  readonly type: string
  readonly body: string
}

/** The most bytes of a request. */
export const MAX_REQUEST = 16_384
/** C2SP tlog-witness */
const MAX_PROOF = 63

const answer = (status: number, body: string, type = 'text/plain; charset=utf-8'): WitnessAnswer => ({
  ...{ status, type },
  body: `${body}\n`,
})

export class Cosigner {
  readonly #lock = new Lock()

  constructor(private readonly options: CosignerOptions) {}

  /** `POST …/add-checkpoint`. Requests are answered one after the other, so that none is compared with an older state. */
  addCheckpoint(body: string): Promise<WitnessAnswer> {
    return this.#lock.run(() => this.#add(body))
  }

  async #add(body: string): Promise<WitnessAnswer> {
    const { log, signer, state, clock } = this.options
    let request: ReturnType<typeof parseRequest>
    try {
      request = parseRequest(body)
    } catch (error) {
      if (error instanceof ParseError) return answer(400, error.message)
      throw error
    }
    const { old, proof, note, text, checkpoint } = request
    if (checkpoint.origin !== log.name) return answer(404, 'this witness does not know the log')
    try {
      verifyCheckpoint(note, log)
    } catch (error) {
      if (error instanceof ProofError) return answer(403, 'the log has not signed this checkpoint')
      throw error
    }
    if (old > checkpoint.size) return answer(400, 'the old size is greater than the size of the checkpoint')
    const known = state.read()
    if (old !== (known?.size ?? 0)) return answer(409, String(known?.size ?? 0), 'text/x.tlog.size')
    const before = { size: old, root: known ? fromBase64url(known.root) : EMPTY_ROOT }
    if (known && old === checkpoint.size && known.root !== toBase64url(checkpoint.root)) {
      return answer(409, String(old), 'text/x.tlog.size')
    }
    if (!verifyConsistency(before, checkpoint, proof)) return answer(422, 'the consistency proof is wrong')
    const { size, root } = checkpoint
    await state.write({ size, root: toBase64url(root), note })
    const line = formatSignatureLine(cosign(text, signer.key, clock(), signer.sign))
    return { status: 200, type: 'text/plain; charset=utf-8', body: line }
  }
}

/** @throws {ParseError} PARSE_VALUE, PARSE_ENCODING */
function parseRequest(body: string) {
  const end = body.indexOf('\n\n')
  const [first = '', ...hashes] = body.slice(0, Math.max(0, end)).split('\n')
  const [, size] = /^old (0|[1-9]\d{0,15})$/.exec(first) ?? []
  if (size === undefined || !Number.isSafeInteger(Number(size))) throw wrongValue('request', 'no old size')
  if (hashes.length > MAX_PROOF) throw wrongValue('request', `more than ${MAX_PROOF} hashes`)
  const proof = hashes.map(fromBase64)
  if (!proof.every(hash => hash.length === HASH_LENGTH)) throw wrongValue('request', 'a hash has not 32 bytes')
  const note = body.slice(end + 2)
  const { text } = parseNote(note)
  return { old: Number(size), proof, note, text, checkpoint: parseCheckpoint(text) }
}
