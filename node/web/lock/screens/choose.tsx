/** Which cards: all of them are chosen already, so that one press suffices. */
import { useState } from 'react'
import { Actions, Button } from '../../kit/button.tsx'
import { CheckboxGroup } from '../../kit/choices.tsx'
import { day } from '../../kit/format.ts'
import { useLanguage, useTexts } from '../../kit/language.tsx'
import { Screen, Section } from '../../kit/layout.tsx'
import { Notice } from '../../kit/notice.tsx'
import type { LockCalls, Locked, Opened } from '../api.ts'
import { Help } from '../help.tsx'
import { lock as texts } from '../messages/lock.ts'
import { Problem } from '../problem.tsx'

interface ChooseProps {
  readonly calls: LockCalls
  readonly helpLine: string
  readonly opened: Opened
  readonly onLocked: (locked: Locked) => void
  readonly onFailed: (error: unknown) => void
}

export function Choose({ calls, helpLine, opened, onLocked, onFailed }: ChooseProps) {
  const t = useTexts(texts)
  const language = useLanguage()
  const open = opened.cards.filter(({ status }) => status === 'VALID')
  const [chosen, setChosen] = useState<readonly string[]>(open.map(({ id }) => id))
  const [isPending, setPending] = useState(false)
  const [error, setError] = useState<unknown>(null)

  const press = async () => {
    if (chosen.length === 0) return
    setPending(true)
    setError(null)
    try {
      onLocked(await calls.lock(opened.session, chosen))
    } catch (failure) {
      setPending(false)
      setError(failure)
      onFailed(failure)
    }
  }

  if (open.length === 0) {
    return (
      <Screen title={t.noCards} app={t.name} width="narrow">
        <Notice>
          <p>{t.noCardsNext}</p>
        </Notice>
        <Help helpLine={helpLine} />
      </Screen>
    )
  }
  return (
    <Screen title={t.cardsTitle} app={t.name} width="narrow">
      <Section>
        <CheckboxGroup
          id="cards"
          label={t.cards}
          value={chosen}
          onChange={setChosen}
          error={chosen.length === 0 ? t.noneChosen : undefined}
          options={open.map(({ id, name, issuedAt }) => ({
            value: id,
            label: name[language],
            detail: t.issued(day(language, issuedAt)),
          }))}
        />
        {error !== null && <Problem error={error} />}
        <Actions>
          <Button size="large" isPending={isPending} onPress={press}>
            {t.lockNow}
          </Button>
        </Actions>
      </Section>
      <Help helpLine={helpLine} />
    </Screen>
  )
}
