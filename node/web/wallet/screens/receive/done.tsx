import { Actions, Button } from '../../../kit/button.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Section } from '../../../kit/layout.tsx'
import { useRoute } from '../../../kit/router.tsx'
import type { Card } from '../../core/wallet.ts'
import { receive as texts } from '../../messages/receive.ts'
import { wallet as frame } from '../../messages/wallet.ts'
import { pathOf } from '../../paths.ts'
import { CardFace, Looking } from '../cards/card-face.tsx'
import { Page } from '../page.tsx'

export function Done({ card }: { readonly card: Card }) {
  const t = useTexts(texts)
  const f = useTexts(frame)
  const { go } = useRoute()
  return (
    <Page title={t.doneTitle}>
      <CardFace card={card} />
      <Looking />
      <Actions>
        <Button size="large" onPress={() => go(pathOf.cards, 'replace')}>
          {f.toCards}
        </Button>
      </Actions>
      <Section>
        <p>{t.doneLock}</p>
        <Actions>
          <Button kind="secondary" onPress={() => go(pathOf.prepare, 'replace')}>
            {t.prepare}
          </Button>
          <Button kind="text" onPress={() => go(pathOf.lock, 'replace')}>
            {t.seeLock}
          </Button>
        </Actions>
      </Section>
    </Page>
  )
}
