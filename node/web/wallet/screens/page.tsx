import type { ReactNode } from 'react'
import { useTexts } from '../../kit/language.tsx'
import { Screen } from '../../kit/layout.tsx'
import { wallet } from '../messages/wallet.ts'

/** One screen of the wallet: one column, with the wallet's name in the title of the page. */
export function Page({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Screen title={title} app={useTexts(wallet).name} width="narrow">
      {children}
    </Screen>
  )
}
