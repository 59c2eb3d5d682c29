import { useCallback, useEffect, useState } from 'react'
import { Actions, Button } from '../../../kit/button.tsx'
import { useClock } from '../../../kit/clock.tsx'
import { Countdown } from '../../../kit/countdown.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Notice } from '../../../kit/notice.tsx'
import { useRoute } from '../../../kit/router.tsx'
import type { OneWayShow } from '../../core/wallet.ts'
import { show as texts } from '../../messages/show.ts'
import { pathOf } from '../../paths.ts'
import { Problem } from '../../problem.tsx'
import { ShownCode } from '../../shown-code.tsx'
import { Page } from '../page.tsx'

export interface RunningCodeProps {
  readonly shown: OneWayShow
  readonly onAgain: () => void
}

/** The code, made anew every few seconds until its time is over or the screen is left. */
export function RunningCode({ shown, onAgain }: RunningCodeProps) {
  const t = useTexts(texts)
  const { go } = useRoute()
  const clock = useClock()
  const [begun] = useState(clock)
  const [isOver, setOver] = useState(false)
  const over = useCallback(() => setOver(true), [])
  const { message, error } = useRenewed(shown, isOver)
  return (
    <Page title={isOver ? t.codeOver : t.codeTitle} isAct>
      {error !== null && !isOver && <Problem error={error} />}
      {message && !isOver && <ShownCode message={message} label={t.codeLabel} />}
      {!isOver && <Countdown until={shown.endsAt} total={shown.endsAt - begun} onOver={over} />}
      {!isOver && (
        <Notice>
          <p>{t.codeRenewed}</p>
        </Notice>
      )}
      <Actions>
        {isOver && (
          <Button size="large" onPress={onAgain}>
            {t.again}
          </Button>
        )}
        <Button kind="secondary" size="large" onPress={() => go(pathOf.cards, 'replace')}>
          {t.finish}
        </Button>
      </Actions>
    </Page>
  )
}

function useRenewed(shown: OneWayShow, isOver: boolean) {
  const [message, setMessage] = useState<Uint8Array | null>(null)
  const [error, setError] = useState<unknown>(null)
  useEffect(() => {
    if (isOver) return shown.end()
    let isLeft = false
    const renew = () =>
      shown.next().then(
        made => isLeft || setMessage(made),
        failure => isLeft || setError(failure),
      )
    void renew()
    const timer = setInterval(renew, shown.renewal * 1000)
    return () => {
      isLeft = true
      clearInterval(timer)
    }
  }, [shown, isOver])
  // The keys are forgotten when the screen is left.
  useEffect(() => () => shown.end(), [shown])
  return { message, error }
}
