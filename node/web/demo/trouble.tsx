import { Refused, Unreachable } from '../kit/api.ts'
import { useTexts } from '../kit/language.tsx'
import { Notice } from '../kit/notice.tsx'
import { demo } from './messages/demo.ts'

export type Trouble = 'stopped' | 'elsewhere' | 'lost' | 'broken'

export function troubleOf(error: unknown): Trouble {
  if (error instanceof Unreachable) return 'stopped'
  if (error instanceof Refused && error.status === 403) return 'elsewhere'
  return error instanceof Refused && error.status === 404 ? 'lost' : 'broken'
}

/** Why the page cannot go on, and what to do. */
export function TroubleNotice({ trouble }: { readonly trouble: Trouble }) {
  const t = useTexts(demo)
  return (
    <Notice kind="warning" title={t[`${trouble}Title`]}>
      <p>{t[trouble]}</p>
    </Notice>
  )
}
