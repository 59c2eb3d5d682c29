import { Refused, Unreachable } from '../kit/api.ts'
import { Button } from '../kit/button.tsx'
import { type Language, useLanguage, useTexts } from '../kit/language.tsx'
import { kit } from '../kit/messages.ts'
import { Notice } from '../kit/notice.tsx'
import { PasskeyRefused } from '../kit/passkey.ts'
import { problems } from './messages/problems.ts'

/** What went wrong and what to do, in the language of the page. */
export function useProblemText(): (error: unknown) => string {
  const language = useLanguage()
  return error => problemText(language, error)
}

export function problemText(language: Language, error: unknown): string {
  const t = problems[language]
  if (error instanceof Unreachable) return t.unreachable
  if (error instanceof PasskeyRefused) return t[`passkey-${error.why}`]
  if (!(error instanceof Refused)) return t.unexpected
  const words = wordsFor(language, error.facts.say ?? error.facts.text)
  if (words !== undefined) return words
  const sentences: Readonly<Record<string, unknown>> = t
  const known = Object.hasOwn(sentences, error.code) ? sentences[error.code] : undefined
  if (typeof known === 'string') return known
  // The node's own sentence is in English.
  return language === 'en' ? error.sentence : t.refused(error.code)
}

/** For a code without its error, as in a list of what failed. */
export function codeText(language: Language, code: string): string {
  const sentences: Readonly<Record<string, unknown>> = problems[language]
  const known = Object.hasOwn(sentences, code) ? sentences[code] : undefined
  return typeof known === 'string' ? known : problems[language].refused(code)
}

/** Of a refusal that the node explains in both languages, for the clerk to say to the applicant. */
function wordsFor(language: Language, words: unknown): string | undefined {
  if (typeof words !== 'object' || words === null) return undefined
  const text = (words as Partial<Record<Language, unknown>>)[language]
  return typeof text === 'string' ? text : undefined
}

export interface ProblemProps {
  readonly error: unknown
  readonly onRetry?: () => void
}

/** Where something could not be read or done. */
export function Problem({ error, onRetry }: ProblemProps) {
  const t = useTexts(kit)
  const textOf = useProblemText()
  return (
    <Notice kind="danger">
      <p>{textOf(error)}</p>
      {onRetry && (
        <Button kind="secondary" onPress={onRetry}>
          {t.retry}
        </Button>
      )}
    </Notice>
  )
}
