import { useTexts } from '../../kit/language.tsx'
import { Section } from '../../kit/layout.tsx'
import { story as texts } from '../messages/story.ts'
import { type Progress, STEPS, type Step } from '../story/progress.ts'
import { OpenScreen } from './open-screen.tsx'

type Texts = ReturnType<typeof useTexts<typeof texts.ko>>

/** One step: what happens, what to do, and the screen where it is done. */
export function StepPart({ step, progress }: { readonly step: Step; readonly progress: Progress }) {
  const t = useTexts(texts)
  const { what, todo } = wordsOf(step, t, progress.story.person.name)
  const { url, isWallet } = screenOf(step, progress)
  return (
    <Section title={t[`${step}.name`]}>
      <p className="hint">{t.position(STEPS.indexOf(step) + 1, STEPS.length)}</p>
      <p className="story-what" role="status">
        {what}
      </p>
      <OpenScreen url={url} shape={isWallet ? 'phone' : 'desk'}>
        {isWallet ? t.openWallet : t.openCounter}
      </OpenScreen>
      <h3>{t.todo}</h3>
      <ol className="todo">
        {todo.map(text => (
          <li key={text}>{text}</li>
        ))}
      </ol>
      <p className="hint">{t.waiting}</p>
    </Section>
  )
}

function wordsOf(step: Step, t: Texts, person: string): { readonly what: string; readonly todo: readonly string[] } {
  switch (step) {
    case 'clerk':
      return { what: t['clerk.what'], todo: [t['clerk.1'], t['clerk.2']] }
    case 'issue':
      return { what: t['issue.what'](person), todo: [t['issue.1'], t['issue.2'], t['issue.3'], t['issue.4']] }
    case 'check':
      return { what: t['check.what'], todo: [t['check.1'], t['check.2'], t['check.3'], t['check.4']] }
    case 'lock':
      return { what: t['lock.what'], todo: [t['lock.1']] }
    case 'locked':
      return { what: t['locked.what'], todo: [t['locked.1'], t['locked.2']] }
    case 'unlock':
      return { what: t['unlock.what'], todo: [t['unlock.1']] }
    case 'again':
      return { what: t['again.what'], todo: [t['locked.1'], t['locked.2'], t['check.4']] }
  }
}

/** The screen where the step is done. Paths hold opaque ids only. */
function screenOf(step: Step, { story, card }: Progress): { readonly url: string; readonly isWallet: boolean } {
  const counter = `${story.operatorUrl}/counter`
  const person = `${counter}/people/${story.person.id}`
  switch (step) {
    case 'clerk':
      return { url: story.enrolmentUrl ?? `${counter}/`, isWallet: false }
    case 'issue':
      return { url: `${person}/apply/resident`, isWallet: false }
    case 'lock':
      return { url: `${person}/cards/${card}/suspend`, isWallet: false }
    case 'unlock':
      return { url: `${person}/cards/${card}/reinstate`, isWallet: false }
    case 'check':
    case 'locked':
    case 'again':
      return { url: `${story.walletUrl}/wallet/`, isWallet: true }
  }
}
