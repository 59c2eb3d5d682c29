import type { MouseEvent, ReactNode } from 'react'
import { useTexts } from '../../kit/language.tsx'
import { story as texts } from '../messages/story.ts'

const SIZES = { desk: [1080, 900], phone: [430, 900] } as const

export interface OpenScreenProps {
  readonly url: string
  readonly shape: keyof typeof SIZES
  readonly children: ReactNode
}

/** A link to another screen: in a window beside the guide where there is room, otherwise in the next tab. */
export function OpenScreen({ url, shape, children }: OpenScreenProps) {
  const t = useTexts(texts)
  const beside = (event: MouseEvent) => {
    const [width, height] = SIZES[shape]
    const isPlain = !event.metaKey && !event.ctrlKey && !event.shiftKey && event.button === 0
    if (!isPlain || innerWidth < 1000) return
    event.preventDefault()
    const left = Math.max(0, screen.availWidth - width)
    open(url, '_blank', `noopener,noreferrer,popup,width=${width},height=${height},left=${left},top=0`)
  }
  return (
    <a className="button button-primary button-large" href={url} target="_blank" rel="noreferrer" onClick={beside}>
      {children}
      <span className="visually-hidden">{`(${t.newWindow})`}</span>
    </a>
  )
}
