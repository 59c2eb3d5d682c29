/** Who asks, by the registry, and what that permits. */

import type { UnixSeconds } from '../../../../lib/time.ts'
import { type AskerJudgement, judgeAsker } from '../../../../verifier/asker/judge.ts'
import { withheldClaims } from '../../../../verifier/asker/withheld.ts'
import { isInTerm, type VerifiedRequest } from '../../../../verifier/oid4vp/wallet-side/verify-request.ts'
import type { LedgerCopy } from '../trust/ledger-copy.ts'
import type { AskerRegistration } from '../wallet.ts'
import type { Marks } from './groups.ts'
import { invalid } from './request-link.ts'

export interface JudgedAsker {
  readonly registration: AskerRegistration
  readonly marks: Marks
}

/**
 * @throws {WalletError} WALLET_REQUEST_INVALID if nothing but the certificate vouches for the asker, and its term is over or
 * the answer would go elsewhere than it says
 */
export async function judgedAsker(request: VerifiedRequest, copy: LedgerCopy, now: UnixSeconds): Promise<JudgedAsker> {
  const { x5c, verifierInfo, query } = request
  const judgement = await judgeAsker({ requestObject: { x5c, verifierInfo, query }, trust: await copy.pin(), now })
  if (judgement.state !== 'registered') {
    if (!isInTerm(request.certificate, now)) throw invalid('certificate')
    if (!request.namesHost) throw invalid('response_uri')
  }
  const beyond = judgement.state === 'registered' ? judgement.beyond : []
  return { registration: shown(judgement, copy), marks: { beyond, withheld: withheldClaims(judgement, query) } }
}

function shown(judgement: AskerJudgement, copy: LedgerCopy): AskerRegistration {
  switch (judgement.state) {
    case 'registered': {
      const { organisation, policy, certificate, age } = judgement
      return {
        state: 'registered',
        organisation: organisation.name ?? `#${organisation.id}`,
        service: policy.name,
        purposes: policy.purposes,
        certificate,
        age,
      }
    }
    case 'unregistered':
      return { state: 'unregistered', reason: judgement.reason }
    case 'unknown':
      return { state: 'unknown', reason: copy.profile?.seals === 'none' ? 'no_seals' : judgement.reason }
  }
}
