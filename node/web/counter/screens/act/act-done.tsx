import { Actions, Button } from '../../../kit/button.tsx'
import { exactTime } from '../../../kit/format.ts'
import { useLanguage, useTexts } from '../../../kit/language.tsx'
import { Facts, Section } from '../../../kit/layout.tsx'
import { Notice } from '../../../kit/notice.tsx'
import { useRoute } from '../../../kit/router.tsx'
import { type CardStatus, StatusBadge } from '../../../kit/status-badge.tsx'
import type { Credential, StatusChange } from '../../api/answers.ts'
import { acts as texts } from '../../messages/acts.ts'
import { handout } from '../../messages/handout.ts'
import { pathOf, type StatusAct } from '../../paths.ts'
import { useReportWords } from './report.tsx'

const RESULT: Readonly<Record<StatusAct, CardStatus>> = { suspend: 'suspended', reinstate: 'valid', revoke: 'revoked' }

interface ActDoneProps {
  readonly act: StatusAct
  readonly change: StatusChange
  readonly person: string
  readonly credential: Credential
  readonly card: string
}

/** The node answers when the ledger has the change, or, for a lock, when the published list has it. */
export function ActDone({ act, change, person, credential, card }: ActDoneProps) {
  const t = useTexts(texts)
  const h = useTexts(handout)
  const language = useLanguage()
  const { go } = useRoute()
  const words = useReportWords()
  const { suspension } = credential
  return (
    <Section title={card}>
      <Notice kind="success" title={t[`${act}Done`]}>
        <StatusBadge status={RESULT[act]} />
        <p>{t[`${act}Next`]}</p>
      </Notice>
      <Facts
        facts={[
          ...(change.block === null
            ? [[t.published, exactTime(language, change.time)] as const, [t.onLedger, t.ledgerFollows] as const]
            : [[t.onLedger, exactTime(language, change.time)] as const, [t.block, String(change.block)] as const]),
          ...(act === 'reinstate' && suspension !== null
            ? [[t.closed, `${words(suspension).reason} · ${exactTime(language, suspension.time)}`] as const]
            : []),
        ]}
      />
      <Actions>
        <Button onPress={() => go(pathOf.person(person))}>{h['done.person']}</Button>
        <Button kind="text" onPress={() => go(pathOf.desk)}>
          {h['done.next']}
        </Button>
      </Actions>
    </Section>
  )
}
