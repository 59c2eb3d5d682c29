/** Locking a lost phone: who is it, which cards, done. */
import { useMemo, useState } from 'react'
import { Refused } from '../kit/api.ts'
import { Button } from '../kit/button.tsx'
import { useTexts } from '../kit/language.tsx'
import { Layout, Screen } from '../kit/layout.tsx'
import { Await, Loading, useLoad } from '../kit/load.tsx'
import { type Locked, type LockSettings, lockCalls, type Opened, readSettings } from './api.ts'
import { lock as texts } from './messages/lock.ts'
import { Problem } from './problem.tsx'
import { Choose } from './screens/choose.tsx'
import { Done } from './screens/done.tsx'
import { Proof } from './screens/proof.tsx'

export function App() {
  const t = useTexts(texts)
  const [settings, again] = useLoad(readSettings, [])
  return (
    <Layout name={t.name}>
      {settings.state === 'loading' ? (
        <Loading />
      ) : (
        <Await
          of={settings}
          failed={error => (
            <Screen title={t.offlineTitle} app={t.name} width="narrow">
              <Problem error={error} />
              <Button onPress={again}>{t.retry}</Button>
            </Screen>
          )}
        >
          {value => <Steps settings={value} />}
        </Await>
      )}
    </Layout>
  )
}

function Steps({ settings }: { readonly settings: LockSettings }) {
  const calls = useMemo(() => lockCalls(settings), [settings])
  const [opened, setOpened] = useState<Opened | null>(null)
  const [locked, setLocked] = useState<Locked | null>(null)
  const [why, setWhy] = useState<unknown>(null)
  const { helpLine } = settings

  const again = (reason: unknown) => {
    setOpened(null)
    setLocked(null)
    setWhy(reason)
  }
  if (opened === null) return <Proof calls={calls} helpLine={helpLine} why={why} onOpen={setOpened} />
  const done = { calls, helpLine, opened, onAgain: () => again(null) }
  if (locked !== null) return <Done {...done} cards={locked.cards} locked={locked} />
  const isLockedAlready = opened.cards.length > 0 && opened.cards.every(({ status }) => status !== 'VALID')
  if (isLockedAlready) return <Done {...done} cards={opened.cards} locked={null} />
  const failed = (error: unknown) => {
    if (error instanceof Refused && error.code === 'LOCK_SESSION_ENDED') again(error)
  }
  return <Choose calls={calls} helpLine={helpLine} opened={opened} onLocked={setLocked} onFailed={failed} />
}
