/** The pages of a demo: the story, which leads through the real screens. */
import { useTexts } from '../kit/language.tsx'
import { Layout } from '../kit/layout.tsx'
import { demo } from './messages/demo.ts'
import { StoryScreen } from './screens/story.tsx'

export function App() {
  const t = useTexts(demo)
  return (
    <Layout name={t.name}>
      <StoryScreen />
    </Layout>
  )
}
