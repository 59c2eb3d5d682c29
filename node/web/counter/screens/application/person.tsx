import { useTexts } from '../../../kit/language.tsx'
import { Facts, Section } from '../../../kit/layout.tsx'
import { Portrait } from '../../../kit/portrait.tsx'
import type { Resident } from '../../api/answers.ts'
import { person as texts } from '../../messages/person.ts'

/** Whom the work on the right concerns. */
export function Person({ resident }: { readonly resident: Resident }) {
  const t = useTexts(texts)
  const { name, portrait, birthdate, maskedNumber } = resident
  return (
    <Section>
      <div className="whom">
        <Portrait source={portrait} alt={t.photo(name)} />
        <div className="whom-words">
          <h2>{name}</h2>
          <Facts
            facts={[
              [t.birthdate, birthdate],
              [t.number, maskedNumber],
            ]}
          />
        </div>
      </div>
    </Section>
  )
}
