/** The wallet's screens and their paths. */
import { useTexts } from '../kit/language.tsx'
import { Layout } from '../kit/layout.tsx'
import { wallet } from './messages/wallet.ts'
import { NoCards } from './screens/no-cards.tsx'

export function App() {
  const t = useTexts(wallet)
  return (
    <Layout name={t.name}>
      <NoCards />
    </Layout>
  )
}
