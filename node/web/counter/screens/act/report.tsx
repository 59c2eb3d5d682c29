import { exactTime } from '../../../kit/format.ts'
import { useLanguage, useTexts } from '../../../kit/language.tsx'
import { Facts } from '../../../kit/layout.tsx'
import type { Credential, Suspension } from '../../api/answers.ts'
import { acts as texts } from '../../messages/acts.ts'

/** For what the card is locked: who asked, when and why. */
export function Report({ credential: { suspension, asOf } }: { readonly credential: Credential }) {
  const t = useTexts(texts)
  const language = useLanguage()
  const words = useReportWords()
  if (suspension !== null) {
    const { reason, who } = words(suspension)
    return (
      <div className="report">
        <h3>{t.report}</h3>
        <Facts
          facts={[
            [t.reason, reason],
            [t.reportedAt, exactTime(language, suspension.time)],
            [t.reportedBy, who],
            [t.block, String(suspension.block)],
          ]}
        />
      </div>
    )
  }
  // An earlier version of the node, or somebody else, suspended it: only the status is known.
  return (
    <div className="report">
      <h3>{t.report}</h3>
      <p>{asOf === null ? t.reportUnknown : t.reportAt(exactTime(language, asOf.time), String(asOf.block))}</p>
    </div>
  )
}

export function useReportWords(): (suspension: Suspension) => { readonly reason: string; readonly who: string } {
  const t = useTexts(texts)
  const reasons: Readonly<Record<string, unknown>> = t
  return ({ by, operator, reason }) => {
    if (by === 'replacement') return { reason: t.byReplacement, who: t.bySystem }
    if (by.startsWith('telecom:')) return { reason: t.reportOfTelecom, who: t.byTelecom(by.slice('telecom:'.length)) }
    if (by.startsWith('holder:')) return { reason: t.lockedByHolder, who: t.byHolder }
    const key = `reason.${reason}`
    const word = Object.hasOwn(reasons, key) ? reasons[key] : reason
    return {
      reason: typeof word === 'string' ? word : t.reasonUnknown,
      who: operator ?? (by === 'local' ? t.byLocal : by.startsWith('machine:') ? t.byMachine : t.bySystem),
    }
  }
}
