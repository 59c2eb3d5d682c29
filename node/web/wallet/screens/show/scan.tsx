/** The code of somebody who asks: a link, or a request that the screen shows itself, in a code that moves. */
import { useState } from 'react'
import { FrameReader } from '../../../../verifier/in-person/frames.ts'
import { Scanner } from '../../../kit/camera/scanner.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Section } from '../../../kit/layout.tsx'
import { Notice } from '../../../kit/notice.tsx'
import { show as texts } from '../../messages/show.ts'
import { useOpenLink } from '../../open-link.tsx'
import { LinkField } from '../link-field.tsx'
import { Page } from '../page.tsx'

export function Scan() {
  const t = useTexts(texts)
  const { openLink, openMessage } = useOpenLink()
  const [reader] = useState(() => new FrameReader())
  const [progress, setProgress] = useState(0)
  const [isOther, setOther] = useState(false)
  const read = (text: string) => {
    const { complete, progress: arrived, refused } = reader.add(text)
    if (complete) return openMessage(complete)
    if (refused === undefined) setProgress(arrived)
    setOther(refused === 'other' && !openLink(text))
  }
  return (
    <Page title={t.scan}>
      <Scanner hint={t.scanHint} onText={read} progress={progress} />
      {isOther && (
        <Notice kind="warning">
          <p>{t.notOurs}</p>
        </Notice>
      )}
      <Section title={t.orLink}>
        <LinkField label={t.link} />
      </Section>
    </Page>
  )
}
