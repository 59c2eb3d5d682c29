import { Actions, Button } from '../../../kit/button.tsx'
import { exactTime } from '../../../kit/format.ts'
import { useLanguage, useTexts } from '../../../kit/language.tsx'
import { Facts, Section } from '../../../kit/layout.tsx'
import { Notice } from '../../../kit/notice.tsx'
import { useRoute } from '../../../kit/router.tsx'
import type { Application } from '../../flow/application.ts'
import { application as kinds } from '../../messages/application.ts'
import { handout as texts } from '../../messages/handout.ts'
import { pathOf } from '../../paths.ts'
import type { StepProps } from './step-props.ts'

export function Done({ application, cards, person }: StepProps & { readonly application: Application }) {
  const t = useTexts(texts)
  const k = useTexts(kinds)
  const language = useLanguage()
  const { go } = useRoute()
  const { card, kind, times, block } = application
  return (
    <Section>
      <Notice kind="success" title={cards.nameOf(card)}>
        <p>{kind === 'mobile' ? t['done.text'] : t['done.plasticText']}</p>
      </Notice>
      <Facts
        facts={[
          [k.kind, k[`kind.${kind}`]],
          ...(times.issued === undefined
            ? []
            : [[kind === 'mobile' ? t['done.at'] : t['done.madeAt'], exactTime(language, times.issued)] as const]),
          ...(block === null ? [] : [[t['done.block'], String(block)] as const]),
        ]}
      />
      <Actions>
        <Button size="large" onPress={() => go(pathOf.desk)}>
          {t['done.next']}
        </Button>
        <Button kind="text" onPress={() => go(pathOf.person(person))}>
          {t['done.person']}
        </Button>
      </Actions>
    </Section>
  )
}
