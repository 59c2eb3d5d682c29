/** How an offer comes to the phone: by its QR code, or by a link. */
import { useState } from 'react'
import { Scanner } from '../../../kit/camera/scanner.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Section } from '../../../kit/layout.tsx'
import { Notice } from '../../../kit/notice.tsx'
import { Link } from '../../../kit/router.tsx'
import { receive as texts } from '../../messages/receive.ts'
import { show } from '../../messages/show.ts'
import { useOpenLink } from '../../open-link.tsx'
import { pathOf } from '../../paths.ts'
import { LinkField } from '../link-field.tsx'
import { Page } from '../page.tsx'

export function Receive() {
  const t = useTexts(texts)
  const s = useTexts(show)
  const { openLink } = useOpenLink()
  const [isOther, setOther] = useState(false)
  return (
    <Page title={t.title}>
      <Scanner hint={t.scanHint} onText={text => setOther(!openLink(text))} />
      {isOther && (
        <Notice kind="warning">
          <p>{s.notOurs}</p>
        </Notice>
      )}
      <Section title={t.orLink}>
        <LinkField label={t.link} />
      </Section>
      <Section title={t.orChip}>
        <p>{t.chipWhat}</p>
        <Link to={pathOf.chip}>{t.withChip}</Link>
      </Section>
      <Section title={t.orOnline}>
        <p>{t.onlineHow}</p>
        <Link to={pathOf.apply}>{t.seeCards}</Link>
      </Section>
    </Page>
  )
}
