import { Actions, Button } from '../../../kit/button.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { line as texts } from '../../messages/line.ts'
import type { StepProps } from './step-props.ts'

/** In place of the code, which only the applicant's telephone has. That it arrived is not known. */
export function CodeSent({ flow, acts }: Pick<StepProps, 'flow' | 'acts'>) {
  const t = useTexts(texts)
  return (
    <>
      <p>{t['sent.text']}</p>
      <p className="hint">{t['sent.missing']}</p>
      <Actions>
        <Button kind="secondary" isPending={flow.doing === 'offer'} onPress={() => acts.newOffer('slip')}>
          {t['sent.slip']}
        </Button>
      </Actions>
    </>
  )
}
