import { Button } from '../../kit/button.tsx'
import { useTexts } from '../../kit/language.tsx'
import { Screen, Section } from '../../kit/layout.tsx'
import { FAKES, type Fake } from '../fakes/fakes.ts'
import { type Attempt, useFakes } from '../fakes/use-fakes.ts'
import { demo } from '../messages/demo.ts'
import { fakes as texts } from '../messages/fakes.ts'
import { TroubleNotice, troubleOf } from '../trouble.tsx'
import { ExposedFake, VerdictLine } from './exposed-fake.tsx'

export function FakesScreen() {
  const t = useTexts(texts)
  const { name } = useTexts(demo)
  const { stage, isOpening, error, open, attemptOf, run } = useFakes()
  return (
    <Screen title={t.title} app={name}>
      <p>{t.intro}</p>
      {error !== null && <TroubleNotice trouble={troubleOf(error)} />}
      {stage === null ? (
        <Section>
          <p>{t.beginHow}</p>
          <Button size="large" isPending={isOpening} onPress={open}>
            {t.begin}
          </Button>
        </Section>
      ) : (
        <>
          <Section title={t.genuine}>
            <p>{t.genuineHow}</p>
            <VerdictLine verdict={stage.genuine} />
          </Section>
          <ul className="fakes">
            {FAKES.map(fake => (
              <li key={fake}>
                <FakePart fake={fake} attempt={attemptOf(fake)} onRun={() => run(fake)} />
              </li>
            ))}
          </ul>
        </>
      )}
    </Screen>
  )
}

interface FakePartProps {
  readonly fake: Fake
  readonly attempt: Attempt
  readonly onRun: () => void
}

function FakePart({ fake, attempt, onRun }: FakePartProps) {
  const t = useTexts(texts)
  const isDone = attempt.state === 'done'
  return (
    <Section title={t[`${fake}.name`]}>
      <p>{t[`${fake}.attack`]}</p>
      <Button kind={isDone ? 'secondary' : 'primary'} isPending={attempt.state === 'running'} onPress={onRun}>
        {isDone ? t.again : t.run}
      </Button>
      {attempt.state === 'failed' && <TroubleNotice trouble={troubleOf(attempt.error)} />}
      {isDone && <ExposedFake fake={fake} exposed={attempt.exposed} />}
    </Section>
  )
}
