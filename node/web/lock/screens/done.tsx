/** Locked: since when, what comes next, and how the cards are unlocked if the phone is found. */
import { useState } from 'react'
import { Actions, Button } from '../../kit/button.tsx'
import { useClock } from '../../kit/clock.tsx'
import { exactTime } from '../../kit/format.ts'
import { useLanguage, useTexts } from '../../kit/language.tsx'
import { Facts, Screen, Section } from '../../kit/layout.tsx'
import { Notice } from '../../kit/notice.tsx'
import { cardStatus, StatusBadge } from '../../kit/status-badge.tsx'
import type { LockableCard, LockCalls, Opened } from '../api.ts'
import { Help } from '../help.tsx'
import { lock as texts } from '../messages/lock.ts'
import { Problem } from '../problem.tsx'

interface DoneProps {
  readonly calls: LockCalls
  readonly helpLine: string
  readonly opened: Opened
  readonly cards: readonly LockableCard[]
  /** When it was locked on this page, and whether the ledger has it; null for cards that were locked before. */
  readonly locked: { readonly at: number; readonly pending: boolean } | null
  readonly onAgain: () => void
}

export function Done({ calls, helpLine, opened, cards: before, locked, onAgain }: DoneProps) {
  const t = useTexts(texts)
  const language = useLanguage()
  const clock = useClock()
  const [cards, setCards] = useState(before)
  const [busy, setBusy] = useState<string | null>(null)
  const [isUnlocked, setUnlocked] = useState(false)
  const [error, setError] = useState<unknown>(null)

  const unlock = async (id: string) => {
    setBusy(id)
    setError(null)
    try {
      const answer = await calls.unlock(opened.session, id)
      setCards(answer.cards)
      setUnlocked(true)
    } catch (failure) {
      setError(failure)
    }
    setBusy(null)
  }

  return (
    <Screen title={isUnlocked ? t.unlockedTitle : t.lockedTitle} app={t.name} width="narrow">
      <Notice kind="success" title={isUnlocked ? t.unlockedTitle : t.lockedTitle}>
        <p>{isUnlocked ? t.unlocked : t.lockedAll}</p>
      </Notice>
      {locked !== null && !isUnlocked && (
        <>
          <Facts facts={[[t.lockedAt, exactTime(language, locked.at)]]} />
          {locked.pending && <p>{t.pending}</p>}
        </>
      )}
      <Section title={t.statusList}>
        <ul className="lock-cards">
          {cards.map(({ id, name, status, mayUnlock }) => (
            <li key={id}>
              <span>{name[language]}</span>
              <StatusBadge status={cardStatus(status, Number.POSITIVE_INFINITY, clock())} />
              {mayUnlock && (
                <Button kind="secondary" isPending={busy === id} onPress={() => unlock(id)}>
                  {t.unlock(name[language])}
                </Button>
              )}
            </li>
          ))}
        </ul>
        {error !== null && <Problem error={error} />}
      </Section>
      {!isUnlocked && (
        <>
          <Section title={t.next}>
            <ol>
              <li>{t.nextTelecom}</li>
              <li>{t.nextNew}</li>
            </ol>
          </Section>
          <Section title={t.unlockHow}>
            <p>{opened.by === 'passkey' ? t.unlockPasskey : t.unlockCounter}</p>
            <p>{t.unlockElsewhere}</p>
          </Section>
        </>
      )}
      <Help helpLine={helpLine} />
      <Actions>
        <Button kind="text" onPress={onAgain}>
          {t.again}
        </Button>
      </Actions>
    </Screen>
  )
}
