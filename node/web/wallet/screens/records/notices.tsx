import { Actions, Button } from '../../../kit/button.tsx'
import { day } from '../../../kit/format.ts'
import { inLanguage, useLanguage, useTexts } from '../../../kit/language.tsx'
import { Await } from '../../../kit/load.tsx'
import { Notice as NoticeBox } from '../../../kit/notice.tsx'
import { RelativeTime } from '../../../kit/relative-time.tsx'
import { Link } from '../../../kit/router.tsx'
import { useToast } from '../../../kit/toast.tsx'
import type { Notice } from '../../core/records.ts'
import type { RenewalPlace } from '../../core/renewal.ts'
import type { Card } from '../../core/wallet.ts'
import { records as texts } from '../../messages/records.ts'
import { pathOf } from '../../paths.ts'
import { Problem } from '../../problem.tsx'
import { useAct } from '../../use-act.ts'
import { useStored, useWallet } from '../../wallet-context.tsx'
import { HelpLine } from '../help-line.tsx'
import { Page } from '../page.tsx'

export function Notices() {
  const t = useTexts(texts)
  const { refresh } = useWallet()
  const say = useToast()
  const act = useAct()
  const stored = useStored(async wallet => ({ notices: await wallet.notices(), cards: await wallet.cards() }))
  const look = () =>
    act.run(async () => {
      const { online } = await refresh()
      say(online ? t.checked : t.notChecked)
    })
  return (
    <Page title={t.noticesTitle}>
      <Await of={stored} failed={error => <Problem error={error} />}>
        {({ notices, cards }) =>
          notices.length === 0 ? (
            <NoticeBox kind={cards.length === 0 ? 'information' : 'success'}>
              <p>{cards.length === 0 ? t.noCardsNoNotices : t.noNotices}</p>
            </NoticeBox>
          ) : (
            notices.map(notice => <OneNotice key={JSON.stringify(notice)} notice={notice} cards={cards} />)
          )
        }
      </Await>
      {act.error !== null && <Problem error={act.error} />}
      <Actions>
        <Button kind="secondary" isPending={act.isPending} onPress={look}>
          {t.checkNow}
        </Button>
      </Actions>
      <HelpLine />
    </Page>
  )
}

function OneNotice({ notice, cards }: { readonly notice: Notice; readonly cards: readonly Card[] }) {
  const t = useTexts(texts)
  const language = useLanguage()
  const card = 'cardId' in notice ? cards.find(({ id }) => id === notice.cardId) : undefined
  const name = card ? inLanguage(language, card.name) : ''
  const toCard = card && <Link to={pathOf.card(card.id)}>{t.seeCard}</Link>
  switch (notice.kind) {
    case 'revoked':
      return (
        <NoticeBox kind="danger" title={t.revoked(name)}>
          <p>{t.revokedHow}</p>
          <RelativeTime time={notice.since} />
          {toCard}
        </NoticeBox>
      )
    case 'suspended':
      return (
        <NoticeBox kind="warning" title={t.suspended(name)}>
          <p>{notice.by === null ? t.suspendedHow : t[`suspendedBy_${notice.by}`]}</p>
          <RelativeTime time={notice.since} />
          {toCard}
        </NoticeBox>
      )
    case 'wallet_stopped':
      return (
        <NoticeBox kind="warning" title={t.wallet_stopped(name)}>
          <p>{t.walletStoppedHow}</p>
          {toCard}
        </NoticeBox>
      )
    case 'renewal_unfinished':
      return (
        <NoticeBox kind="warning" title={t.renewal_unfinished(name)}>
          <p>{t.renewalUnfinishedHow}</p>
          <Link to={pathOf.renew(notice.cardId)}>{t.renew}</Link>
        </NoticeBox>
      )
    case 'outdated':
      return (
        <NoticeBox kind="warning" title={t.outdated(name)}>
          <p>{t.outdatedHow}</p>
          <ToRenewal cardId={notice.cardId} where={notice.where} />
        </NoticeBox>
      )
    case 'expires_soon':
      return (
        <NoticeBox kind={urgencyOf(notice.days)} title={t.expires_soon(name, notice.days)}>
          <p>{t.until(day(language, notice.expiresAt))}</p>
          <ToRenewal cardId={notice.cardId} where={notice.where} />
        </NoticeBox>
      )
    case 'expired':
    case 'provisional':
      return (
        <NoticeBox kind="warning" title={t[notice.kind](name)}>
          <p>{`${day(language, notice.expiresAt)} · ${t[`${notice.kind}How`]}`}</p>
          {toCard}
        </NoticeBox>
      )
    case 'status_old':
      return (
        <NoticeBox title={t.status_old(name)}>
          <p>{t.statusOldHow}</p>
          {notice.at !== null && <RelativeTime time={notice.at} />}
        </NoticeBox>
      )
    case 'not_persistent':
      return (
        <NoticeBox title={t.not_persistent}>
          <p>{t.notPersistentHow}</p>
        </NoticeBox>
      )
    case 'clock':
      return (
        <NoticeBox kind="warning" title={t.clock}>
          <p>{notice.ahead ? t.clockAhead : t.clockBehind}</p>
        </NoticeBox>
      )
  }
}

/** The reminders get more urgent 30 days and 7 days before the end. */
const urgencyOf = (days: number) => (days <= 7 ? 'danger' : days <= 30 ? 'warning' : 'information')

function ToRenewal({ cardId, where }: { readonly cardId: string; readonly where: RenewalPlace }) {
  const t = useTexts(texts)
  return (
    <>
      {where !== null && <p>{where === 'home' ? t.renewAtHome : t.renewAtCounter}</p>}
      <Link to={pathOf.renew(cardId)}>{where === 'home' ? t.renew : t.howToRenew}</Link>
    </>
  )
}
