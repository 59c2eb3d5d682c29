import './relative-time.css'
import { Button } from 'react-aria-components/Button'
import { Tooltip, TooltipTrigger } from 'react-aria-components/Tooltip'
import type { UnixSeconds } from '../../lib/time.ts'
import { useNow } from './clock.tsx'
import { exactTime, relativeTime } from './format.ts'
import { useLanguage } from './language.tsx'

/** "3분 전"; the exact time when it is pointed at, focused or pressed. */
export function RelativeTime({ time }: { readonly time: UnixSeconds }) {
  const language = useLanguage()
  const now = useNow(5)
  const exact = exactTime(language, time)
  return (
    <TooltipTrigger delay={200} closeDelay={100} shouldCloseOnPress={false}>
      <Button className="time">
        <time dateTime={new Date(time * 1000).toISOString()}>{relativeTime(language, time, now)}</time>
      </Button>
      <Tooltip className="time-exact" offset={4}>
        {exact}
      </Tooltip>
    </TooltipTrigger>
  )
}
