/** A follower as a witness of the ledger's transparency log. What it cosigned last is a file in its data directory. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { SecretFiles, writeDurably } from '../keys/files.ts'
import { makeEd25519Pem, NoteSigner } from '../keys/note-signer.ts'
import { Cosigner, type CosignerState } from '../ledger/transparency/cosigner.ts'
import type { LedgerProfile } from '../proof/profile.ts'
import { COSIGNATURE_V1, formatNoteKey, parseNoteKey } from '../proof/tlog/note.ts'
import type { Context } from './terminal.ts'

export interface LogWitness {
  readonly cosigner: Cosigner
  /** Its note key, for the authority. */
  readonly key: string
}

const Stored = z.strictObject({ size: z.int().nonnegative(), root: z.string(), note: z.string() })

/** @returns undefined if the profile names no log, as those of earlier versions do */
export function openLogWitness(
  { data, clock }: Pick<Context, 'data' | 'clock'>,
  { log }: Pick<LedgerProfile, 'log'>,
  name: string,
): LogWitness | undefined {
  if (!log) return undefined
  const pem = new SecretFiles(join(data, 'keys')).readOrMake('log-witness.pem', makeEd25519Pem)
  const signer = new NoteSigner(pem, name, COSIGNATURE_V1)
  const state = stateIn(data)
  const cosigner = new Cosigner({ log: parseNoteKey(log.key), signer, state, clock })
  return { cosigner, key: formatNoteKey(signer.key) }
}

function stateIn(data: string): CosignerState {
  const path = join(data, 'log-checkpoint.json')
  return {
    read: () => (existsSync(path) ? Stored.parse(JSON.parse(readFileSync(path, 'utf8'))) : null),
    write: async checkpoint => {
      mkdirSync(data, { recursive: true })
      writeDurably(path, JSON.stringify(checkpoint))
    },
  }
}
