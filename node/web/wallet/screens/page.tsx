import type { ReactNode } from 'react'
import { useTexts } from '../../kit/language.tsx'
import { Screen } from '../../kit/layout.tsx'
import { wallet } from '../messages/wallet.ts'

export interface PageProps {
  readonly title: string
  /** The holder is in the middle of something, which has its own buttons: a phone shows no navigation below them. */
  readonly isAct?: boolean
  readonly children: ReactNode
}

/** One screen of the wallet: one column, with the wallet's name in the title of the page. */
export function Page({ title, isAct = false, children }: PageProps) {
  return (
    <div className={isAct ? 'page act' : 'page'}>
      <Screen title={title} app={useTexts(wallet).name} width="narrow">
        {children}
      </Screen>
    </div>
  )
}
