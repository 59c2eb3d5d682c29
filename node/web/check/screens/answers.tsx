import { useState } from 'react'
import type { Disclosed } from '../../../verifier/check.ts'
import { Button } from '../../kit/button.tsx'
import { maskedNumber } from '../../kit/claims/claim-text.ts'
import { claims as claimTexts } from '../../kit/claims/messages.ts'
import { useLanguage, useTexts } from '../../kit/language.tsx'
import { Facts } from '../../kit/layout.tsx'
import type { CardLabels } from '../core/labels.ts'
import { shownClaims } from '../core/shown-claims.ts'
import { verdict as texts } from '../messages/verdict.ts'

export interface AnswersProps {
  readonly disclosed: readonly Disclosed[]
  /** By `vct`. */
  readonly labels: ReadonlyMap<string, CardLabels>
}

/** The claims that were asked for, and what each card says. */
export function Answers({ disclosed, labels }: AnswersProps) {
  const t = useTexts(texts)
  const c = useTexts(claimTexts)
  const language = useLanguage()
  const [revealed, setRevealed] = useState(false)
  const cards = disclosed.map(each => {
    const known = labels.get(each.vct)
    return {
      key: each.query ?? each.vct,
      name: known?.name[language] || each.vct,
      claims: shownClaims(each, known, language),
    }
  })
  const hasNumber = cards.some(({ claims }) => claims.some(({ isNumber }) => isNumber))
  return (
    <>
      {cards.map(({ key, name, claims }) => (
        <Facts
          key={key}
          facts={[
            [t.card, name],
            ...claims.map(
              ({ name, value, isNumber }) => [name, isNumber && !revealed ? maskedNumber(value) : value] as const,
            ),
          ]}
        />
      ))}
      {hasNumber && (
        <Button kind="secondary" onPress={() => setRevealed(!revealed)}>
          {revealed ? c.hide : c.reveal}
        </Button>
      )}
    </>
  )
}
