/** Judges a card without a presentation, as of a time and with a view of that time. */
import type { UnixSeconds } from '../../lib/time.ts'
import type { Warn } from '../../lib/warn.ts'
import { checkView, verdictOf } from '../check.ts'
import { checkCredential } from '../check-credential.ts'
import type { TrustProfile } from '../context.ts'
import { IssuerKeys } from '../issuer-keys.ts'
import { DEFAULT_POLICY, type Policy } from '../policy.ts'
import { PRESENTATION_CHECKS, Recorder } from '../recorder.ts'
import type { StatusListSource } from '../status/source.ts'
import type { Verdict } from '../verdict.ts'
import type { PinnedView } from '../view.ts'

/** Evidence concerns one block, of any age. The receipt is needed only where the card cannot be trusted without it. */
const EVIDENCE_POLICY: Policy = { ...DEFAULT_POLICY, anchor: 'if_distrusted' }

/**
 * @param statusLists a second source of status, for a card as it is now
 * @returns a verdict in which key binding, audience, nonce and freshness are not checked
 */
export async function judgeCard(
  credential: string,
  ledger: PinnedView,
  profile: TrustProfile,
  at: UnixSeconds,
  warn: Warn,
  statusLists: StatusListSource | null = null,
): Promise<Verdict> {
  const recorder = new Recorder(PRESENTATION_CHECKS)
  const fresh = checkView(ledger, EVIDENCE_POLICY, at, recorder)
  const context = {
    ...{ profile, ledger, fresh },
    expected: null,
    policy: EVIDENCE_POLICY,
    statusLists,
    keys: new IssuerKeys(),
    now: at,
    warn,
  }
  const { verdict } = await checkCredential(credential, null, context)
  return verdictOf(recorder, [verdict], ledger, at)
}
