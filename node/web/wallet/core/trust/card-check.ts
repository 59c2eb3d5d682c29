/** Judges the wallet's own cards as a verifier would, with the copy of the ledger and the issuer's status list. */
import { verifyCredential } from '../../../../credential/credential.ts'
import { parseSdJwt } from '../../../../credential/sd-jwt/parse.ts'
import type { UnixSeconds } from '../../../../lib/time.ts'
import type { StatusName } from '../../../../proof/registries/status.ts'
import { judgeCard } from '../../../../verifier/evidence/judge.ts'
import { warnOnConsole } from '../../../../verifier/fault.ts'
import { IssuerKeys } from '../../../../verifier/issuer-keys.ts'
import { HttpStatusLists } from '../../../../verifier/status/port.ts'
import { TokenStatusLists } from '../../../../verifier/status/source.ts'
import { type Finding, type FindingKey, findingKey, type Verdict } from '../../../../verifier/verdict.ts'
import type { LedgerCopy } from './ledger-copy.ts'

export interface CardJudgement {
  readonly finding: FindingKey
  readonly organisation: { readonly id: number; readonly name: string | null } | null
  /** Null if no source knows it. */
  readonly status: { readonly word: StatusName; readonly at: UnixSeconds } | null
}

export class CardChecks {
  readonly #keys = new IssuerKeys()
  readonly #statusLists: TokenStatusLists

  constructor(
    private readonly copy: LedgerCopy,
    fetcher: typeof fetch,
  ) {
    this.#statusLists = new TokenStatusLists(new HttpStatusLists({ fetcher, timeout: 10_000 }))
  }

  /** On a ledger without seals only the signature is checked. */
  async judge(credential: string, now: UnixSeconds): Promise<CardJudgement> {
    const { profile } = this.copy
    if (profile === null || profile.seals === 'none') return this.#unproved(credential)
    const view = await this.copy.pin()
    const verdict = await judgeCard(credential, view, profile, now, warnOnConsole, this.#statusLists)
    const [card] = verdict.credentials
    return {
      finding: findingKey(verdict as Finding),
      organisation: card?.evidence.organisation ?? null,
      status: statusOf(verdict, view.currentAt, now),
    }
  }

  #unproved(credential: string): CardJudgement {
    const sdJwt = parseSdJwt(credential)
    verifyCredential(sdJwt, this.#keys.of(sdJwt.x5c[0] ?? '').key)
    return { finding: 'unknown/view_stale', organisation: null, status: null }
  }
}

/** The word of the ledger is as old as the copy; the issuer's signed list was fetched just now. */
function statusOf({ credentials }: Verdict, copiedAt: UnixSeconds | null, now: UnixSeconds): CardJudgement['status'] {
  const facts = credentials[0]?.checks.find(({ name }) => name === 'status')?.facts
  const { status, source } = facts ?? {}
  if (status !== 'VALID' && status !== 'INVALID' && status !== 'SUSPENDED') return null
  return { word: status, at: source === 'ledger' ? (copiedAt ?? now) : now }
}
