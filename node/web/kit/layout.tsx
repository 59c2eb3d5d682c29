import './layout.css'
import { type ReactNode, useEffect, useRef } from 'react'
import { Button } from './button.tsx'
import { useLanguageChoice, useTexts } from './language.tsx'
import { kit } from './messages.ts'

export interface LayoutProps {
  /** The name of the app, at the top of each page. */
  readonly name: string
  /** Links to the other screens. */
  readonly navigation?: ReactNode
  /** Who is signed in, and the like. */
  readonly aside?: ReactNode
  readonly children: ReactNode
}

/** The frame of every page: a skip link, the name of the app, the language, and the content. */
export function Layout({ name, navigation, aside, children }: LayoutProps) {
  const t = useTexts(kit)
  return (
    <>
      <a className="skip" href="#content">
        {t.skip}
      </a>
      <header className="header">
        <div className="header-row">
          <p className="header-name">{name}</p>
          <div className="header-aside">
            {aside}
            <LanguageSwitch />
          </div>
        </div>
        {navigation}
      </header>
      <main id="content" className="content" tabIndex={-1}>
        {children}
      </main>
    </>
  )
}

export function LanguageSwitch() {
  const t = useTexts(kit)
  const { language, choose } = useLanguageChoice()
  const other = language === 'ko' ? 'en' : 'ko'
  return (
    <Button kind="text" onPress={() => choose(other)}>
      <span lang={other}>{t.switchLanguage}</span>
    </Button>
  )
}

export interface ScreenProps {
  /** The heading, which is also the title of the page. */
  readonly title: string
  readonly app: string
  /** `narrow` is for one question. */
  readonly width?: 'narrow' | 'wide'
  readonly children: ReactNode
}

/** One screen. Its heading takes the focus when it appears, so that a screen reader reads it and Tab begins there. */
export function Screen({ title, app, width = 'wide', children }: ScreenProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · ${app}`
  }, [title, app])
  useEffect(() => {
    // The button that led here may have been far down its screen.
    scrollTo(0, 0)
    // A field that the screen begins with has taken the focus already.
    const isTaken = heading.current?.parentElement?.contains(document.activeElement) === true
    if (!isTaken) heading.current?.focus({ preventScroll: true })
  }, [])
  return (
    <div className={`screen screen-${width}`}>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children}
    </div>
  )
}

/** A box with a heading of its own. */
export function Section({ title, children }: { readonly title?: string; readonly children: ReactNode }) {
  return (
    <section className="section">
      {title !== undefined && <h2>{title}</h2>}
      {children}
    </section>
  )
}

/** On a desk two columns, the person on the left and the work on the right; on a phone one below the other. */
export function TwoColumns({ left, right }: { readonly left: ReactNode; readonly right: ReactNode }) {
  return (
    <div className="columns">
      <div className="columns-left">{left}</div>
      <div className="columns-right">{right}</div>
    </div>
  )
}

/** Names and values. */
export function Facts({ facts }: { readonly facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="facts">
      {facts.map(([name, value], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two parts of a claim may have the name of the whole
        <div key={index} className="facts-row">
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
