import './portrait.css'
import { Actions, Button } from '../../kit/button.tsx'
import { useTexts } from '../../kit/language.tsx'
import { Screen } from '../../kit/layout.tsx'
import { check } from '../messages/check.ts'
import { verdict as texts } from '../messages/verdict.ts'

export interface SamePersonProps {
  /** Data URLs of the images that the issuers signed: one, or one for each card that was shown. */
  readonly portraits: readonly string[]
  readonly onAnswer: (isSame: boolean) => void
}

/** Nothing turns green before a person has compared the photo. Only this finds a code that was relayed from elsewhere. */
export function SamePerson({ portraits, onAnswer }: SamePersonProps) {
  const t = useTexts(texts)
  const { name } = useTexts(check)
  return (
    <Screen title={t.same} app={name} width="narrow">
      <div className="same-portraits">
        {portraits.map(portrait => (
          <img key={portrait} className="same-portrait" src={portrait} alt={t.photo} />
        ))}
      </div>
      <p className="same-hint">{portraits.length > 1 ? t.sameHintAll : t.sameHint}</p>
      <Actions>
        <Button size="large" onPress={() => onAnswer(true)}>
          {t.sameYes}
        </Button>
        <Button size="large" kind="danger" onPress={() => onAnswer(false)}>
          {t.sameNo}
        </Button>
      </Actions>
    </Screen>
  )
}
