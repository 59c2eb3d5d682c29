import { useTexts } from '../../../kit/language.tsx'
import type { WalletStop } from '../../api/administration.ts'
import { wallets as texts } from '../../messages/wallets.ts'

/** What happens to the cards of a provider, and how far it is. */
export function StopProgress({ stop }: { readonly stop: WalletStop | null }) {
  const t = useTexts(texts)
  if (!stop) return t.noStop
  const { state, suspendAt, cards, notYet, suspended, revoked, revokeFrom, expectedEnd } = stop
  switch (state) {
    case 'waiting':
      return suspendAt === null ? t.noStop : t.waiting(cards, suspendAt)
    case 'suspending':
      return t.suspending(suspended, notYet)
    case 'revoking':
      return (
        <div>
          {t.revoking(suspended, revoked)}
          {revoked === 0 && revokeFrom !== null && (
            <>
              <br />
              <span className="table-note">{t.revokeFrom(revokeFrom)}</span>
            </>
          )}
          {expectedEnd !== null && (
            <>
              <br />
              <span className="table-note">{t.expectedEnd(expectedEnd)}</span>
            </>
          )}
        </div>
      )
    case 'done':
      return t.done(revoked)
    case 'reinstating':
      return t.reinstating
    case 'lifted':
      return t.lifted
  }
}
