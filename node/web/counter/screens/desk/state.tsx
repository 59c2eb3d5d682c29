import type { ApplicationState as Name } from '../../../../credential/application.ts'
import { useTexts } from '../../../kit/language.tsx'
import { desk } from '../../messages/desk.ts'

/** A word and a shape: filled when the card was issued, crossed out when it will not be. */
export function State({ state }: { readonly state: Name }) {
  const t = useTexts(desk)
  return (
    <span className={`state state-${state}`}>
      <span className="state-mark" aria-hidden="true" />
      {t[`state.${state}`]}
    </span>
  )
}
