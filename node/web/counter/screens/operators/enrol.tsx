/** The page of the one-time link. The code stands in the fragment, which a browser sends to nobody. */
import { useState } from 'react'
import { Refused } from '../../../kit/api.ts'
import { Button } from '../../../kit/button.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Layout, Screen, Section } from '../../../kit/layout.tsx'
import { Await, useLoad } from '../../../kit/load.tsx'
import { Notice } from '../../../kit/notice.tsx'
import { useRoute } from '../../../kit/router.tsx'
import { counter } from '../../messages/counter.ts'
import { operators } from '../../messages/operators.ts'
import { type Enrolment, enrol, readEnrolment } from '../../passkey.ts'
import { Problem } from '../../problem.tsx'
import { useAct } from '../../use-act.ts'

const CODE = /^#([\w-]{43})$/

export function Enrol() {
  const t = useTexts(operators)
  const { name } = useTexts(counter)
  const [code] = useState(() => CODE.exec(location.hash)?.[1])
  return (
    <Layout name={name}>
      <Screen title={t.enrolTitle} app={name} width="narrow">
        {code === undefined ? <Notice kind="warning">{t.linkIncomplete}</Notice> : <EnrolWith code={code} />}
      </Screen>
    </Layout>
  )
}

function EnrolWith({ code }: { readonly code: string }) {
  const t = useTexts(operators)
  const { go } = useRoute()
  const [enrolment, again] = useLoad(() => readEnrolment(code), [code])
  const [isDone, setDone] = useState(false)
  if (isDone) {
    return (
      <Section>
        <Notice kind="success" title={t.enrolled}>
          {t.enrolledDetail}
        </Notice>
        <Button size="large" onPress={() => go('', 'replace')}>
          {t.toSignIn}
        </Button>
      </Section>
    )
  }
  return (
    <Await of={enrolment} failed={error => <Problem error={error} {...(!isEnded(error) && { onRetry: again })} />}>
      {found => <MakePasskey code={code} enrolment={found} onDone={() => setDone(true)} />}
    </Await>
  )
}

/** Then only another link helps. */
const isEnded = (error: unknown): boolean => error instanceof Refused && error.code === 'OPERATOR_ENROLMENT_ENDED'

interface MakePasskeyProps {
  readonly code: string
  readonly enrolment: Enrolment
  readonly onDone: () => void
}

function MakePasskey({ code, enrolment, onDone }: MakePasskeyProps) {
  const t = useTexts(operators)
  const roles = useTexts(counter)
  const { isPending, error, run } = useAct()
  const make = () =>
    run(async () => {
      await enrol(code, enrolment)
      onDone()
    })
  return (
    <Section title={t.enrolGreeting(enrolment.name, roles[enrolment.role])}>
      <p>{t.enrolExplanation}</p>
      {error !== null && <Problem error={error} />}
      <Button size="large" isPending={isPending} onPress={make}>
        {t.makePasskey}
      </Button>
    </Section>
  )
}
