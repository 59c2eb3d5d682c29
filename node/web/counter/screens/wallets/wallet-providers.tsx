/** The wallet providers, whether their wallets get cards, and how far the stop of one of them is. */
import { useState } from 'react'
import { Actions, Button } from '../../../kit/button.tsx'
import { useNow } from '../../../kit/clock.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Screen, Section } from '../../../kit/layout.tsx'
import { Await, useLoad } from '../../../kit/load.tsx'
import { Notice } from '../../../kit/notice.tsx'
import { useRoute } from '../../../kit/router.tsx'
import { Table } from '../../../kit/table.tsx'
import { listWalletProviders, type WalletProvider } from '../../api/administration.ts'
import { counter } from '../../messages/counter.ts'
import { wallets as texts } from '../../messages/wallets.ts'
import { pathOf } from '../../paths.ts'
import { Problem } from '../../problem.tsx'
import { useSession } from '../../session.tsx'
import { LiftStop } from './lift.tsx'
import { StopProgress } from './progress.tsx'

/** Seconds. */
const REFRESH = 5

export function WalletProviders() {
  const t = useTexts(texts)
  const { name } = useTexts(counter)
  const { api, session } = useSession()
  const now = useNow(REFRESH)
  const [loaded, again] = useLoad(signal => listWalletProviders(api, signal), [api, now])
  const [lifting, setLifting] = useState<WalletProvider | null>(null)
  const mayPropose = ['administrator', 'supervisor'].includes(session.operator.role)
  const act = {
    id: 'act',
    title: t.act,
    cell: (row: WalletProvider) => <Acts provider={row} onLift={() => setLifting(row)} />,
  }
  return (
    <Screen title={t.title} app={name}>
      <p>{t.explanation}</p>
      {lifting && <LiftStop provider={lifting} onClose={() => setLifting(null)} />}
      <Await of={loaded} failed={error => <Problem error={error} onRetry={again} />}>
        {({ walletAttestation, providers }) => (
          <>
            {walletAttestation === 'accepted' && (
              <Notice kind="warning" title={t.acceptedTitle}>
                <p>{t.accepted}</p>
              </Notice>
            )}
            <Section>
              <Table
                caption={t.title}
                isCaptionHidden
                rows={providers}
                rowId={({ id }) => id}
                empty={t.none}
                columns={[
                  { id: 'provider', title: t.provider, cell: ({ id, name: own }) => t.nameOf(id, own) },
                  { id: 'ledger', title: t.onLedger, cell: ({ admitted }) => (admitted ? t.admitted : t.ended) },
                  { id: 'state', title: t.state, cell: ({ issuing }) => (issuing ? t.issuing : t.notIssuing) },
                  { id: 'progress', title: t.progress, cell: ({ stop }) => <StopProgress stop={stop} /> },
                  ...(mayPropose ? [act] : []),
                ]}
              />
            </Section>
          </>
        )}
      </Await>
    </Screen>
  )
}

function Acts({ provider: { id, stop }, onLift }: { readonly provider: WalletProvider; readonly onLift: () => void }) {
  const t = useTexts(texts)
  const { go } = useRoute()
  const isLifted = stop === null || stop.state === 'lifted' || stop.state === 'reinstating'
  const mayStop = stop === null || stop.state === 'lifted' || stop.state === 'waiting'
  return (
    <Actions>
      {mayStop && (
        <Button kind="secondary" onPress={() => go(pathOf.stopWallets(id))}>
          {stop?.state === 'waiting' ? t.change : t.stop}
        </Button>
      )}
      {!isLifted && (
        <Button kind="secondary" onPress={onLift}>
          {t.lift}
        </Button>
      )}
    </Actions>
  )
}
