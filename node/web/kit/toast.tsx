/**
 * A short sentence at the edge of the page after an act that succeeded. It stays on the screen that the act leads to, until
 * it is closed or that screen is left.
 */
import './notice.css'
import './toast.css'
import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from 'react'
import { Button } from './button.tsx'
import { useTexts } from './language.tsx'
import { kit } from './messages.ts'
import { useRoute } from './router.tsx'

const ToastContext = createContext<(sentence: string) => void>(() => undefined)

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const t = useTexts(kit)
  const { path } = useRoute()
  const [sentence, setSentence] = useState('')
  const [shownAt, setShownAt] = useState<string | null>(null)
  const say = useCallback((said: string) => {
    setSentence(said)
    setShownAt(null)
  }, [])
  useEffect(() => {
    if (sentence === '') return
    if (shownAt === null) setShownAt(path)
    else if (shownAt !== path) setSentence('')
  }, [sentence, shownAt, path])
  return (
    <ToastContext value={say}>
      {children}
      {/* The region exists before its text does, otherwise a screen reader does not read it. */}
      <div className="toast-region" role="status">
        {sentence !== '' && (
          <div className="toast">
            <p>{sentence}</p>
            <Button kind="text" onPress={() => setSentence('')}>
              {t.close}
            </Button>
          </div>
        )}
      </div>
    </ToastContext>
  )
}

export const useToast = () => useContext(ToastContext)
