import './records.css'
import { labelOf } from '../../../kit/claims/claim-text.ts'
import { inLanguage, useLanguage, useTexts } from '../../../kit/language.tsx'
import { Facts } from '../../../kit/layout.tsx'
import { Await } from '../../../kit/load.tsx'
import { Notice } from '../../../kit/notice.tsx'
import { RelativeTime } from '../../../kit/relative-time.tsx'
import { useToast } from '../../../kit/toast.tsx'
import { AskedAct } from '../../asked-act.tsx'
import type { HistoryEntry } from '../../core/records.ts'
import { records as texts } from '../../messages/records.ts'
import { Problem } from '../../problem.tsx'
import { useStored, useWallet } from '../../wallet-context.tsx'
import { Page } from '../page.tsx'

export function History() {
  const t = useTexts(texts)
  const history = useStored(wallet => wallet.history())
  return (
    <Page title={t.historyTitle}>
      <p>{t.onPhoneOnly}</p>
      <Await of={history} failed={error => <Problem error={error} />}>
        {entries =>
          entries.length === 0 ? (
            <Notice>
              <p>{t.noHistory}</p>
            </Notice>
          ) : (
            <>
              <ol className="records">
                {entries.map(entry => (
                  <Entry key={entry.id} entry={entry} />
                ))}
              </ol>
              <Clear />
            </>
          )
        }
      </Await>
    </Page>
  )
}

function Entry({ entry }: { readonly entry: HistoryEntry }) {
  const t = useTexts(texts)
  const language = useLanguage()
  const { act, party, host, purposes, cards, at } = entry
  const isOwn = act === 'removed'
  const claims = cards.flatMap(card => card.claims)
  const names = claims.map(
    ({ label, path, beyond }) => `${labelOf(language, label, path)}${beyond ? ` (${t.beyond})` : ''}`,
  )
  const facts = [
    ...(purposes.length > 0
      ? [[t.forWhat, purposes.map(purpose => inLanguage(language, purpose)).join(', ')] as const]
      : []),
    ...(names.length > 0 ? [[t.what, names.join(', ')] as const] : []),
    ...(host !== null && party !== null && host !== party
      ? [[act === 'received' ? t.from : t.where, host] as const]
      : []),
  ]
  return (
    <li className="record">
      <p className="record-head">
        <strong>{isOwn ? t.itself : (party ?? host ?? t.unnamed)}</strong>
        <RelativeTime time={at} />
      </p>
      <p>{[t[act], ...cards.map(card => inLanguage(language, card.name))].join(' · ')}</p>
      {facts.length > 0 && <Facts facts={facts} />}
    </li>
  )
}

function Clear() {
  const t = useTexts(texts)
  const { wallet, changed } = useWallet()
  const say = useToast()
  const clear = async (close: () => void) => {
    await wallet.clearHistory()
    changed()
    close()
    say(t.cleared)
  }
  const words = { button: t.clear, title: t.clearTitle, how: t.clearHow, confirm: t.clearDo, keep: t.keep }
  return <AskedAct words={words} act={clear} />
}
