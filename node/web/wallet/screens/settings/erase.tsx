import { useState } from 'react'
import { Actions, Button } from '../../../kit/button.tsx'
import { Checkbox } from '../../../kit/choices.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Notice } from '../../../kit/notice.tsx'
import { useRoute } from '../../../kit/router.tsx'
import { useToast } from '../../../kit/toast.tsx'
import { settings as texts } from '../../messages/settings.ts'
import { pathOf } from '../../paths.ts'
import { Problem } from '../../problem.tsx'
import { useAct } from '../../use-act.ts'
import { useWallet } from '../../wallet-context.tsx'
import { Page } from '../page.tsx'

export function Erase() {
  const t = useTexts(texts)
  const { wallet, changed } = useWallet()
  const { go } = useRoute()
  const say = useToast()
  const act = useAct()
  const [understood, setUnderstood] = useState(false)
  const [fault, setFault] = useState(false)
  const erase = () => {
    if (!understood) return setFault(true)
    act.run(async () => {
      await wallet.erase()
      changed()
      say(t.erased)
      go(pathOf.cards, 'replace')
    })
  }
  return (
    <Page title={t.eraseTitle}>
      <Notice kind="danger" title={t.eraseTitle}>
        <p>{t.eraseHow}</p>
      </Notice>
      <p>{t.eraseNot}</p>
      <Checkbox
        label={t.eraseAgree}
        isSelected={understood}
        onChange={agreed => {
          setUnderstood(agreed)
          setFault(false)
        }}
      />
      {fault && (
        <Notice kind="danger">
          <p>{t.eraseNeeded}</p>
        </Notice>
      )}
      {act.error !== null && <Problem error={act.error} />}
      <Actions>
        <Button kind="danger" isPending={act.isPending} onPress={erase}>
          {t.eraseDo}
        </Button>
        <Button kind="secondary" onPress={() => go(pathOf.settings, 'replace')}>
          {t.eraseKeep}
        </Button>
      </Actions>
    </Page>
  )
}
