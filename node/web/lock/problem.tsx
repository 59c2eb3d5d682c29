import { Refused, Unreachable } from '../kit/api.ts'
import { useTexts } from '../kit/language.tsx'
import { Notice } from '../kit/notice.tsx'
import { PasskeyRefused } from '../kit/passkey.ts'
import { lock as texts } from './messages/lock.ts'

/** What went wrong, and what to do. */
export function Problem({ error }: { readonly error: unknown }) {
  const t = useTexts(texts)
  const words: Readonly<Record<string, unknown>> = t
  if (error instanceof PasskeyRefused) {
    return (
      <Notice kind="warning">
        <p>{error.why === 'unsupported' ? t['passkey-unsupported'] : t['passkey-cancelled']}</p>
      </Notice>
    )
  }
  if (!(error instanceof Refused)) {
    return (
      <Notice kind="danger" {...(error instanceof Unreachable && { title: t.offlineTitle })}>
        <p>{t.offline}</p>
      </Notice>
    )
  }
  const known = Object.hasOwn(words, error.code) ? words[error.code] : undefined
  return (
    <Notice kind="danger">
      <p>{typeof known === 'string' ? known : t.refused(error.code)}</p>
    </Notice>
  )
}
