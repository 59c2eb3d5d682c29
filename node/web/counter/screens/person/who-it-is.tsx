import { useState } from 'react'
import { Button } from '../../../kit/button.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Facts, Section } from '../../../kit/layout.tsx'
import { Portrait } from '../../../kit/portrait.tsx'
import type { Resident } from '../../api/answers.ts'
import { person as texts } from '../../messages/person.ts'
import { Problem } from '../../problem.tsx'
import { useCalls } from '../../use-cards.ts'

export interface WhoItIsProps {
  readonly id: string
  readonly resident: Resident
}

/** The register's photo and facts, with which the clerk compares the person. */
export function WhoItIs({ id, resident }: WhoItIsProps) {
  const t = useTexts(texts)
  const { name, portrait, birthdate, address, municipality, maskedNumber } = resident
  return (
    <Section>
      <Portrait source={portrait} alt={t.photo(name)} />
      <h2>{name}</h2>
      <Facts
        facts={[
          [t.birthdate, birthdate],
          [t.address, address],
          // A register may know only the municipality's code, which says nothing to a clerk.
          ...(/^\d+$/.test(municipality) ? [] : [[t.municipality, municipality] as const]),
          [t.number, <PersonalNumber key="number" id={id} masked={maskedNumber} />],
        ]}
      />
    </Section>
  )
}

/** Masked until it is asked for; the node records that it was. */
function PersonalNumber({ id, masked }: { readonly id: string; readonly masked: string }) {
  const t = useTexts(texts)
  const calls = useCalls()
  const [number, setNumber] = useState<string | null>(null)
  const [error, setError] = useState<unknown>(null)
  const reveal = async () => {
    setError(null)
    try {
      setNumber((await calls.revealNumber(id)).personalNumber)
    } catch (failure) {
      setError(failure)
    }
  }
  return (
    <div className="number">
      <span role="status" className="number-text">
        {number ?? masked}
      </span>
      {number === null ? (
        <>
          <Button kind="secondary" onPress={reveal}>
            {t.reveal}
          </Button>
          <span className="number-note">{t.revealNote}</span>
        </>
      ) : (
        <Button kind="secondary" onPress={() => setNumber(null)}>
          {t.hide}
        </Button>
      )}
      {error !== null && <Problem error={error} />}
    </div>
  )
}
