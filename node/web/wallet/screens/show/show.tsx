/** How the card is shown: the three ways of docs/in-person.md, the safest first. */
import './show.css'
import type { ReactNode } from 'react'
import { useTexts } from '../../../kit/language.tsx'
import { Await } from '../../../kit/load.tsx'
import { Link } from '../../../kit/router.tsx'
import { show as texts } from '../../messages/show.ts'
import { pathOf } from '../../paths.ts'
import { Problem } from '../../problem.tsx'
import { useStored } from '../../wallet-context.tsx'
import { Page } from '../page.tsx'

export function Show() {
  const t = useTexts(texts)
  const cards = useStored(wallet => wallet.cards())
  return (
    <Await of={cards} failed={error => <Problem error={error} />}>
      {all =>
        all.length === 0 ? (
          <Page title={t.noCards}>
            <p>{t.noCardsHow}</p>
            <Link to={pathOf.receive}>{t.get}</Link>
          </Page>
        ) : (
          <Page title={t.title}>
            <ul className="ways" aria-label={t.how}>
              <Way to={pathOf.scan} title={t.scan} how={t.scanHow} isFirst />
              <Way to={pathOf.code} title={t.code} how={t.codeHow} />
              <Way to={pathOf.till} title={t.till} how={t.tillHow} />
            </ul>
          </Page>
        )
      }
    </Await>
  )
}

interface WayProps {
  readonly to: string
  readonly title: string
  readonly how: string
  readonly isFirst?: boolean
}

function Way({ to, title, how, isFirst = false }: WayProps): ReactNode {
  return (
    <li>
      <Link to={to} className={isFirst ? 'way way-first' : 'way'}>
        <strong>{title}</strong>
        <span>{how}</span>
      </Link>
    </li>
  )
}
