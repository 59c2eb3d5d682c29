/** A short sentence at the edge of the page after an act that succeeded. It stays until the next one, or until it is closed. */
import './notice.css'
import './toast.css'
import { createContext, type ReactNode, useContext, useState } from 'react'
import { Button } from './button.tsx'
import { useTexts } from './language.tsx'
import { kit } from './messages.ts'

const ToastContext = createContext<(sentence: string) => void>(() => undefined)

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const t = useTexts(kit)
  const [sentence, setSentence] = useState('')
  return (
    <ToastContext value={setSentence}>
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
