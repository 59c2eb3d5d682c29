import { Actions, Button } from '../../../kit/button.tsx'
import { exactTime } from '../../../kit/format.ts'
import { useLanguage, useTexts } from '../../../kit/language.tsx'
import { Section } from '../../../kit/layout.tsx'
import { Notice } from '../../../kit/notice.tsx'
import { useRoute } from '../../../kit/router.tsx'
import { type CardStatus, StatusBadge } from '../../../kit/status-badge.tsx'
import { acts as texts } from '../../messages/acts.ts'
import { handout } from '../../messages/handout.ts'
import { pathOf, type StatusAct } from '../../paths.ts'

const RESULT: Readonly<Record<StatusAct, CardStatus>> = { suspend: 'suspended', reinstate: 'valid', revoke: 'revoked' }

interface ActDoneProps {
  readonly act: StatusAct
  readonly at: number
  readonly person: string
  readonly card: string
}

/** The node answers when the ledger has the change. */
export function ActDone({ act, at, person, card }: ActDoneProps) {
  const t = useTexts(texts)
  const h = useTexts(handout)
  const language = useLanguage()
  const { go } = useRoute()
  return (
    <Section title={card}>
      <Notice kind="success" title={t[`${act}Done`]}>
        <StatusBadge status={RESULT[act]} />
        <p>{t.doneAt(exactTime(language, at))}</p>
      </Notice>
      <Actions>
        <Button onPress={() => go(pathOf.person(person))}>{h['done.person']}</Button>
        <Button kind="text" onPress={() => go(pathOf.desk)}>
          {h['done.next']}
        </Button>
      </Actions>
    </Section>
  )
}
