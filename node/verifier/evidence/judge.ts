/** What the check says of a card apart from who shows it: as of a time, and a view of that time. */
import type { UnixSeconds } from '../../lib/time.ts'
import type { Warn } from '../../lib/warn.ts'
import { checkView, verdictOf } from '../check.ts'
import { checkCredential } from '../check-credential.ts'
import type { TrustProfile } from '../context.ts'
import { IssuerKeys } from '../issuer-keys.ts'
import { DEFAULT_POLICY, type Policy } from '../policy.ts'
import { PRESENTATION_CHECKS, Recorder } from '../recorder.ts'
import type { Verdict } from '../verdict.ts'
import type { PinnedView } from '../view.ts'

/** Evidence is of one block, however old; and of the receipt wherever trust cannot be had without it. */
const EVIDENCE_POLICY: Policy = { ...DEFAULT_POLICY, anchor: 'if_distrusted' }

/** @returns a verdict in which key binding, audience, nonce and freshness stand as not checked */
export async function judgeCard(
  credential: string,
  ledger: PinnedView,
  profile: TrustProfile,
  at: UnixSeconds,
  warn: Warn,
): Promise<Verdict> {
  const recorder = new Recorder(PRESENTATION_CHECKS)
  const fresh = checkView(ledger, EVIDENCE_POLICY, at, recorder)
  const context = {
    ...{ profile, ledger, fresh },
    expected: null,
    policy: EVIDENCE_POLICY,
    statusLists: null,
    keys: new IssuerKeys(),
    now: at,
    warn,
  }
  const { verdict } = await checkCredential(credential, null, context)
  return verdictOf(recorder, [verdict], ledger, at)
}
