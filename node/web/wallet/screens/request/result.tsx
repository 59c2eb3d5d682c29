import { useEffect } from 'react'
import { Actions, Button } from '../../../kit/button.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Notice } from '../../../kit/notice.tsx'
import { useRoute } from '../../../kit/router.tsx'
import { request as texts } from '../../messages/request.ts'
import { wallet as frame } from '../../messages/wallet.ts'
import { pathOf } from '../../paths.ts'
import { ShownCode } from '../../shown-code.tsx'
import { useWallet } from '../../wallet-context.tsx'
import { Page } from '../page.tsx'
import type { Outcome } from './outcome.ts'

export function Result({ outcome: { act, redirectUri, message } }: { readonly outcome: Outcome }) {
  const t = useTexts(texts)
  const f = useTexts(frame)
  const { go } = useRoute()
  const { haip } = useWallet().settings
  useEffect(() => {
    // HAIP 1.0 §5.1. Without HAIP the holder reads first what was shared, and then goes back by the button.
    if (haip && redirectUri !== null) location.assign(redirectUri)
  }, [haip, redirectUri])
  const isShared = act === 'shared'
  if (message) return <ShownAnswer message={message} />
  return (
    <Page title={isShared ? t.sharedTitle : t.declinedTitle}>
      <Notice kind={isShared ? 'success' : 'information'}>
        <p>{isShared ? t.sharedHow : t.declinedHow}</p>
      </Notice>
      <Actions>
        {redirectUri !== null && (
          <Button size="large" onPress={() => location.assign(redirectUri)}>
            {t.goBack}
          </Button>
        )}
        <Button
          kind={redirectUri === null ? 'primary' : 'secondary'}
          size="large"
          onPress={() => go(pathOf.cards, 'replace')}
        >
          {f.toCards}
        </Button>
      </Actions>
    </Page>
  )
}

/** The encrypted answer, for the asker's camera. */
function ShownAnswer({ message }: { readonly message: Uint8Array }) {
  const t = useTexts(texts)
  const { go } = useRoute()
  return (
    <Page title={t.showAnswer} isAct>
      <ShownCode message={message} label={t.answerCode} />
      <p>{t.showAnswerHow}</p>
      <Actions>
        <Button size="large" onPress={() => go(pathOf.cards, 'replace')}>
          {t.finish}
        </Button>
      </Actions>
    </Page>
  )
}
