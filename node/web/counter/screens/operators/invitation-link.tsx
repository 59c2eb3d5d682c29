import { Actions, Button } from '../../../kit/button.tsx'
import { TextField } from '../../../kit/fields.tsx'
import { exactTime } from '../../../kit/format.ts'
import { useLanguage, useTexts } from '../../../kit/language.tsx'
import { Facts, Section } from '../../../kit/layout.tsx'
import { Notice } from '../../../kit/notice.tsx'
import { useRoute } from '../../../kit/router.tsx'
import { useToast } from '../../../kit/toast.tsx'
import type { Invitation } from '../../api/administration.ts'
import { operators } from '../../messages/operators.ts'
import { pathOf } from '../../paths.ts'

/** The link is shown once, to be handed to the invited person. */
export function InvitationLink({ invitation }: { readonly invitation: Invitation }) {
  const t = useTexts(operators)
  const language = useLanguage()
  const { go } = useRoute()
  const say = useToast()
  const { operator, enrolmentUrl, expiresAt } = invitation
  const copy = async () => {
    await navigator.clipboard.writeText(enrolmentUrl)
    say(t.copied)
  }
  return (
    <Section title={t.linkFor(operator.name)}>
      <Notice kind="warning">{t.linkDetail}</Notice>
      <TextField label={t.link} isReadOnly lines={4} value={enrolmentUrl} />
      <Facts facts={[[t.linkUntil, exactTime(language, expiresAt)]]} />
      <Actions>
        <Button onPress={copy}>{t.copy}</Button>
        <Button kind="secondary" onPress={() => go(pathOf.operators)}>
          {t.done}
        </Button>
      </Actions>
    </Section>
  )
}
