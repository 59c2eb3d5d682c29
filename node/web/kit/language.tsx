/**
 * The language of the page, and the catalogue of texts. Each screen area has a file of messages; a message has a Korean
 * text and an English one, or two functions with the same parameters. A missing one does not compile. Why:
 * docs/decisions/125.
 */
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { I18nProvider } from 'react-aria-components/I18nProvider'

export type Language = 'ko' | 'en'

// biome-ignore lint/suspicious/noExplicitAny: the parameters of each message are inferred from its Korean text
type Text = string | ((...facts: any[]) => string)
type Same<T> = T extends string ? string : T
type Messages<T> = { readonly [K in keyof T]: { readonly ko: T[K]; readonly en: Same<T[K]> } }
export type Texts<T> = { readonly [K in keyof T]: Same<T[K]> }

export interface Catalogue<T> {
  readonly ko: Texts<T>
  readonly en: Texts<T>
}

/** The messages of one screen area. */
export function messages<T extends Readonly<Record<string, Text>>>(all: Messages<T>): Catalogue<T> {
  const entries = Object.entries(all) as [string, { ko: Text; en: Text }][]
  const of = (language: Language) => Object.fromEntries(entries.map(([key, text]) => [key, text[language]])) as Texts<T>
  return { ko: of('ko'), en: of('en') }
}

interface Choice {
  readonly language: Language
  readonly choose: (language: Language) => void
}

const LanguageContext = createContext<Choice>({ language: 'ko', choose: () => undefined })
const STORED = 'dojang.language'
const LOCALES = { ko: 'ko-KR', en: 'en-US' } as const

export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState(firstLanguage)
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  const choose = (chosen: Language) => {
    setLanguage(chosen)
    localStorage.setItem(STORED, chosen)
  }
  return (
    <LanguageContext value={{ language, choose }}>
      <I18nProvider locale={LOCALES[language]}>{children}</I18nProvider>
    </LanguageContext>
  )
}

/** What was chosen here before; otherwise the browser's, if it is one of the two; otherwise Korean. */
function firstLanguage(): Language {
  const wishes = [localStorage.getItem(STORED) ?? '', ...navigator.languages].map(wish => wish.slice(0, 2))
  return wishes.find(wish => wish === 'ko' || wish === 'en') ?? 'ko'
}

export const useLanguage = (): Language => useContext(LanguageContext).language
export const useLanguageChoice = (): Choice => useContext(LanguageContext)

/** The texts of a screen area in the language of the page. */
export function useTexts<T>(catalogue: Catalogue<T>): Texts<T> {
  return catalogue[useLanguage()]
}

/** A name that exists in both languages, such as a card's. */
export const inLanguage = (language: Language, name: { readonly ko: string; readonly en: string }): string =>
  name[language]
