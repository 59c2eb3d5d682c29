import { useState } from 'react'
import { Actions, Button } from '../kit/button.tsx'
import { Dialog } from '../kit/dialog.tsx'
import { Problem } from './problem.tsx'
import { useAct } from './use-act.ts'

export interface AskedActProps {
  /** The words of the button, of the question, and of its two answers. */
  readonly words: Readonly<Record<'button' | 'title' | 'how' | 'confirm' | 'keep', string>>
  /** `close` closes the question. */
  readonly act: (close: () => void) => Promise<void>
}

/** A button for what cannot be undone. It asks first, and shows in the same place what went wrong. */
export function AskedAct({ words, act }: AskedActProps) {
  const acting = useAct()
  const [isAsking, setAsking] = useState(false)
  const close = () => setAsking(false)
  return (
    <>
      <Actions>
        <Button kind="text" onPress={() => setAsking(true)}>
          {words.button}
        </Button>
      </Actions>
      <Dialog title={words.title} isOpen={isAsking} onClose={close}>
        <p>{words.how}</p>
        {acting.error !== null && <Problem error={acting.error} />}
        <Actions>
          <Button kind="danger" isPending={acting.isPending} onPress={() => acting.run(() => act(close))}>
            {words.confirm}
          </Button>
          <Button kind="secondary" onPress={close}>
            {words.keep}
          </Button>
        </Actions>
      </Dialog>
    </>
  )
}
