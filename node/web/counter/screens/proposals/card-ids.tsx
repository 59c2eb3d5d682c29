import { useTexts } from '../../../kit/language.tsx'
import { proposals as texts } from '../../messages/proposals.ts'

/** Which cards a proposal is about, folded until somebody wants to see them. */
export function CardIds({ ids }: { readonly ids: readonly string[] }) {
  const t = useTexts(texts)
  return (
    <details className="fold card-ids">
      <summary>{t.whichCards(ids.length)}</summary>
      <ul>
        {ids.map(id => (
          <li key={id}>
            <code className="card-id">{id}</code>
          </li>
        ))}
      </ul>
    </details>
  )
}

interface FailedProps {
  readonly failed: readonly { readonly credential: string; readonly code: string }[]
  readonly why: (code: string) => string
}

/** The cards that could not be changed, each with the reason. */
export function Failed({ failed, why }: FailedProps) {
  const t = useTexts(texts)
  return (
    <details className="fold card-ids">
      <summary>{t.whichFailed(failed.length)}</summary>
      <ul>
        {failed.map(({ credential, code }) => (
          <li key={credential}>
            <code className="card-id">{credential}</code>
            <br />
            {why(code)}
          </li>
        ))}
      </ul>
    </details>
  )
}
