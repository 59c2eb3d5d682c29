import type { ReactNode } from 'react'
import { Button } from '../../kit/button.tsx'
import { useTexts } from '../../kit/language.tsx'
import { Screen, Section, TwoColumns } from '../../kit/layout.tsx'
import { useLoad } from '../../kit/load.tsx'
import { Notice } from '../../kit/notice.tsx'
import { useRoute } from '../../kit/router.tsx'
import { demo } from '../messages/demo.ts'
import { story as texts } from '../messages/story.ts'
import { EXPECTED, type Progress, STEPS, stepOf, verdictOf } from '../story/progress.ts'
import { type Telling, useStory } from '../story/use-story.ts'
import { TroubleNotice } from '../trouble.tsx'
import { StepList } from './step-list.tsx'
import { StepPart } from './step-part.tsx'

export function StoryScreen() {
  const telling = useStory()
  const { progress, trouble } = telling
  if (progress === null) return <Intro telling={telling} />
  const step = stepOf(progress)
  return (
    <Told telling={telling} progress={progress}>
      {trouble !== null && <TroubleNotice trouble={trouble} />}
      {trouble === null && step === undefined && <Done progress={progress} />}
      {trouble !== 'lost' && step !== undefined && (
        <>
          <OtherVerdict telling={telling} progress={progress} />
          <StepPart key={step} step={step} progress={progress} />
        </>
      )}
    </Told>
  )
}

interface ToldProps {
  readonly telling: Telling
  readonly progress: Progress
  readonly children: ReactNode
}

function Told({ telling, progress, children }: ToldProps) {
  const t = useTexts(texts)
  const { name } = useTexts(demo)
  return (
    <Screen title={progress.at < STEPS.length ? t.title : t.done} app={name}>
      <TwoColumns
        left={<StepList at={progress.at} />}
        right={
          <>
            {children}
            <Button kind="text" isPending={telling.isBeginning} onPress={telling.begin}>
              {t.restart}
            </Button>
          </>
        }
      />
    </Screen>
  )
}

function Intro({ telling: { trouble, isBeginning, begin } }: { readonly telling: Telling }) {
  const t = useTexts(texts)
  const { name } = useTexts(demo)
  const [canTouch] = useLoad(async () => canVerifyUsers(), [])
  return (
    <Screen title={t.title} app={name} width="narrow">
      {trouble !== null && <TroubleNotice trouble={trouble} />}
      <Section>
        <p className="story-what">{t.intro}</p>
        <p>{t.introHow}</p>
        <p>{t.introKeep}</p>
        {canTouch.state === 'ready' && !canTouch.value && (
          <Notice>
            <p>{t.noPasskey}</p>
          </Notice>
        )}
        <Button size="large" isPending={isBeginning} onPress={begin}>
          {t.begin}
        </Button>
      </Section>
    </Screen>
  )
}

/** Passkeys of this computer itself. A phone or a security key can make them too. */
const canVerifyUsers = async (): Promise<boolean> =>
  (await globalThis.PublicKeyCredential?.isUserVerifyingPlatformAuthenticatorAvailable?.()) ?? false

/** The check has answered, but not what this step is about. */
function OtherVerdict({ telling: { verdict }, progress }: { readonly telling: Telling; readonly progress: Progress }) {
  const t = useTexts(texts)
  const step = stepOf(progress)
  const expected = step && EXPECTED[step]
  if (expected === undefined || verdictOf(progress, verdict) === null) return null
  return (
    <Notice kind="warning" title={t.otherTitle}>
      <p>{expected === 'valid' ? t.otherGood : t.otherLocked}</p>
    </Notice>
  )
}

function Done({ progress: { begun, since } }: { readonly progress: Progress }) {
  const t = useTexts(texts)
  const { go } = useRoute()
  const took = since - begun
  return (
    <Section>
      <Notice kind="success">
        <p>{t.doneWhat(Math.floor(took / 60), took % 60)}</p>
      </Notice>
      <Button size="large" onPress={() => go('fakes')}>
        {t.toFakes}
      </Button>
    </Section>
  )
}
