import { useState } from 'react'
import { Button } from '../../kit/button.tsx'
import { useTexts } from '../../kit/language.tsx'
import { Layout, Screen, Section } from '../../kit/layout.tsx'
import { counter } from '../messages/counter.ts'
import { signIn as texts } from '../messages/sign-in.ts'
import { type Session, signIn } from '../passkey.ts'
import { Problem } from '../problem.tsx'

interface SignInProps {
  readonly onSignedIn: (session: Session) => void
}

export function SignIn({ onSignedIn }: SignInProps) {
  const t = useTexts(texts)
  const { name } = useTexts(counter)
  return (
    <Layout name={name}>
      <Screen title={t.title} app={name} width="narrow">
        <Section>
          <SignInForm onSignedIn={onSignedIn} />
        </Section>
      </Screen>
    </Layout>
  )
}

export function SignInForm({ onSignedIn }: SignInProps) {
  const t = useTexts(texts)
  const [isPending, setPending] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const press = async () => {
    setPending(true)
    setError(null)
    try {
      onSignedIn(await signIn())
    } catch (failure) {
      setError(failure)
      setPending(false)
    }
  }
  return (
    <>
      {error !== null && <Problem error={error} />}
      <Button size="large" isPending={isPending} onPress={press}>
        {t.withPasskey}
      </Button>
    </>
  )
}
