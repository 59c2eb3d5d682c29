/** While the phone is still there: a passkey and a recovery code, with which its cards can be locked from another browser. */
import './lock.css'
import { useState } from 'react'
import { Actions, Button } from '../../../kit/button.tsx'
import { exactTime } from '../../../kit/format.ts'
import { useLanguage, useTexts } from '../../../kit/language.tsx'
import { Facts, Section } from '../../../kit/layout.tsx'
import { Notice } from '../../../kit/notice.tsx'
import { useRoute } from '../../../kit/router.tsx'
import type { LossMeans } from '../../core/loss-means.ts'
import { settings as texts } from '../../messages/settings.ts'
import { pathOf } from '../../paths.ts'
import { Problem } from '../../problem.tsx'
import { useAct } from '../../use-act.ts'
import { useStored, useWallet } from '../../wallet-context.tsx'
import { HelpLine } from '../help-line.tsx'
import { Page } from '../page.tsx'
import { lockAddress } from './lock-address.ts'

export function Prepare() {
  const t = useTexts(texts)
  const { wallet, changed } = useWallet()
  const act = useAct()
  const stored = useStored(opened => opened.lossMeans())
  const [code, setCode] = useState<string | null>(null)
  const means = stored.state === 'ready' ? stored.value : null
  const prepare = () =>
    act.run(async () => {
      const prepared = await wallet.prepareForLoss()
      changed()
      setCode(prepared.code)
    })
  if (code !== null) return <Code code={code} />
  return (
    <Page title={t.prepareTitle}>
      <p>{t.prepareWhy}</p>
      {means === null ? (
        <Notice kind="warning" title={t.prepareNone}>
          {null}
        </Notice>
      ) : (
        <Means means={means} />
      )}
      {act.error !== null && <Problem error={act.error} />}
      {means !== null && <p>{t.prepareAgainHow}</p>}
      <Actions>
        <Button
          size="large"
          kind={means === null ? 'primary' : 'secondary'}
          isPending={act.isPending}
          onPress={prepare}
        >
          {means === null ? t.prepareDo : t.prepareAgain}
        </Button>
      </Actions>
      <HelpLine />
    </Page>
  )
}

function Means({ means: { passkey, code, at } }: { readonly means: LossMeans }) {
  const t = useTexts(texts)
  const language = useLanguage()
  return (
    <Notice kind="success" title={t.prepareIs}>
      <Facts
        facts={[
          [t.prepareAt, exactTime(language, at)],
          [t.preparePasskey, passkey ? t.there : t.notThere],
          [t.prepareCode, code ? t.there : t.notThere],
        ]}
      />
    </Notice>
  )
}

/** A screen reader reads each group by itself. */
function Code({ code }: { readonly code: string }) {
  const t = useTexts(texts)
  const { go } = useRoute()
  const groups = code.split(' ')
  return (
    <Page title={t.codeTitle}>
      <Section>
        <ol className="recovery-code" aria-label={t.codeTitle}>
          {groups.map(group => (
            <li key={group} aria-label={[...group].join(' ')}>
              {group}
            </li>
          ))}
        </ol>
        <p>{t.codeOnce}</p>
        <Facts facts={[[t.codeWhere, lockAddress()]]} />
        <HelpLine />
      </Section>
      <Actions>
        <Button size="large" onPress={() => print()}>
          {t.print}
        </Button>
        <Button kind="secondary" onPress={() => go(pathOf.settings, 'replace')}>
          {t.codeKept}
        </Button>
      </Actions>
    </Page>
  )
}
