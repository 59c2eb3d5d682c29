/**
 * Who is signed in. A session that ends while somebody works does not take the screen away: the sign-in appears above it,
 * and what was typed stays.
 */
import { createContext, Fragment, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react'
import { type Call, call, Refused } from '../kit/api.ts'
import { Dialog } from '../kit/dialog.tsx'
import { useTexts } from '../kit/language.tsx'
import { Layout } from '../kit/layout.tsx'
import { Loading } from '../kit/load.tsx'
import { counter } from './messages/counter.ts'
import { signIn as texts } from './messages/sign-in.ts'
import { endSession, readSession, type Session, touchPasskey } from './passkey.ts'
import { Problem } from './problem.tsx'
import { SignIn, SignInForm } from './screens/sign-in.tsx'

type State =
  | { readonly name: 'loading' | 'signed-out' }
  | { readonly name: 'failed'; readonly error: unknown }
  | { readonly name: 'signed-in'; readonly session: Session; readonly isOver: boolean }

interface Access {
  readonly session: Session
  /**
   * Calls a route of the operator: `api('/residents/search', { method: 'POST', body })`. If the node asks for a fresh
   * touch of the passkey, it is asked for and the call is made again.
   * @throws {Refused} {Unreachable}
   */
  readonly api: <Answer>(path: string, options?: Call) => Promise<Answer>
  readonly signOut: () => Promise<void>
}

const SessionContext = createContext<Access | null>(null)

/** Only within the screens of somebody who is signed in. */
export function useSession(): Access {
  const access = useContext(SessionContext)
  if (access === null) throw new Error('useSession needs a SessionProvider')
  return access
}

export const useApi = () => useSession().api

/** Shows the sign-in until somebody is signed in. */
export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const t = useTexts(texts)
  const { name } = useTexts(counter)
  const [state, setState] = useState<State>({ name: 'loading' })
  const enter = useCallback((session: Session) => setState({ name: 'signed-in', session, isOver: false }), [])
  const look = useCallback(() => {
    readSession().then(
      session => (session ? enter(session) : setState({ name: 'signed-out' })),
      error => setState({ name: 'failed', error }),
    )
  }, [enter])
  useEffect(look, [look])
  const access = useMemo(() => (state.name === 'signed-in' ? accessOf(state.session, setState) : null), [state])

  switch (state.name) {
    case 'loading':
      return (
        <Layout name={name}>
          <Loading />
        </Layout>
      )
    case 'failed':
      return (
        <Layout name={name}>
          <Problem error={state.error} onRetry={look} />
        </Layout>
      )
    case 'signed-out':
      return <SignIn onSignedIn={enter} />
    case 'signed-in':
      return (
        <SessionContext value={access}>
          {/* If somebody else signs in, nothing of what the first person typed or saw stays. */}
          <Fragment key={state.session.operator.id}>{children}</Fragment>
          <Dialog title={t.sessionOver} isOpen={state.isOver}>
            <p>{t.sessionOverDetail}</p>
            <SignInForm onSignedIn={enter} />
          </Dialog>
        </SessionContext>
      )
  }
}

function accessOf(session: Session, setState: (state: State) => void): Access {
  const api = async <Answer,>(path: string, options: Call = {}): Promise<Answer> => {
    const attempt = () => call<Answer>(`/operator${path}`, options)
    try {
      return await attempt().catch(async error => {
        if (!(error instanceof Refused && error.code === 'HTTP_TOUCH_NEEDED')) throw error
        await touchPasskey()
        return attempt()
      })
    } catch (error) {
      if (error instanceof Refused && error.status === 401) setState({ name: 'signed-in', session, isOver: true })
      throw error
    }
  }
  const signOut = async () => {
    await endSession()
    setState({ name: 'signed-out' })
  }
  return { session, api, signOut }
}
