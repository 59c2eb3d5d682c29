/**
 * The attacks on a card shown in person, and what comes of each: the rows of docs/in-person-attacks.md, in the files of this
 * directory.
 */
import { deflateRawSync } from 'node:zlib'
import { concat, u16be } from '../../../../../node/lib/bytes.ts'
import { failureOf } from '../../../../support/failure.ts'
import { presetNamed } from '../../../../support/presets.ts'
import { hong } from '../../../credential/support.ts'
import { makeChecker, openRequest, residentCard } from '../support.ts'

export type Mode = 'two-way' | 'one-way' | 'rendezvous' | 'codes' | 'asker'

export interface Attack {
  readonly mode: Mode
  readonly attack: string
  /** A verdict, an error code, a refusal of the reader of frames, or a judgement about the asker. */
  readonly result: string
  readonly run: () => Promise<string>
}

export const bank = presetNamed('bank')
export const age = presetNamed('age')
export const somebodyElse = { ...hong, birthdate: '2001-01-01', personalNumber: '010101-4000000', familyName: '김' }

/** A request of a checker, and a card on the same ledger. */
export async function asked(preset = bank) {
  const checker = makeChecker(preset)
  const card = residentCard(checker.view)
  const check = await checker.begin()
  return { checker, card, check, request: await openRequest(check.message) }
}

/** What `unpack` would inflate to 50 MB: a form, the length of what is deflated, and that (docs/in-person.md). */
export function packedBomb(): Uint8Array {
  const deflated = deflateRawSync(new Uint8Array(50_000_000))
  return concat(Uint8Array.of(1), u16be(deflated.length), deflated)
}

export const codeOf = async (work: Promise<unknown>): Promise<string> => (await failureOf(work)).code ?? 'no code'
