/** One field for a personal number, or a name and a birthdate. */
import { type FormEvent, useState } from 'react'
import { Button } from '../../../kit/button.tsx'
import { ErrorSummary } from '../../../kit/error-summary.tsx'
import { TextField } from '../../../kit/fields.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Section } from '../../../kit/layout.tsx'
import { Notice } from '../../../kit/notice.tsx'
import { useRoute } from '../../../kit/router.tsx'
import { Table } from '../../../kit/table.tsx'
import type { Found } from '../../api/answers.ts'
import { desk } from '../../messages/desk.ts'
import { pathOf } from '../../paths.ts'
import { Problem } from '../../problem.tsx'
import { parseSearch, type SearchFault } from '../../search.ts'
import { useCalls } from '../../use-cards.ts'

type Result =
  | { readonly state: 'none' | 'searching' }
  | { readonly state: 'fault'; readonly fault: SearchFault }
  | { readonly state: 'found'; readonly residents: readonly Found[] }
  | { readonly state: 'failed'; readonly error: unknown }

const FIELD = 'find'

export function Finder() {
  const t = useTexts(desk)
  const calls = useCalls()
  const { go } = useRoute()
  const [typed, setTyped] = useState('')
  const [result, setResult] = useState<Result>({ state: 'none' })

  const find = async (event: FormEvent) => {
    event.preventDefault()
    const search = parseSearch(typed)
    if (typeof search === 'string') return setResult({ state: 'fault', fault: search })
    setResult({ state: 'searching' })
    try {
      const { residents } = await calls.findResidents(search)
      const [only] = residents
      // A number names one person. Of names, the clerk compares the birthdate and the number first.
      if (only && 'personalNumber' in search) return go(pathOf.person(only.person))
      setResult({ state: 'found', residents })
    } catch (error) {
      setResult({ state: 'failed', error })
    }
  }

  const fault = result.state === 'fault' ? t[`fault-${result.fault}`] : undefined
  return (
    <Section title={t.search}>
      {fault !== undefined && <ErrorSummary faults={[{ field: FIELD, text: fault }]} />}
      <form className="finder" onSubmit={find} noValidate>
        <TextField
          id={FIELD}
          label={t.field}
          description={t.fieldHint}
          error={fault}
          value={typed}
          onChange={setTyped}
          autoComplete="off"
          spellCheck="false"
          autoFocus
        />
        <Button type="submit" isPending={result.state === 'searching'}>
          {t.find}
        </Button>
      </form>
      {result.state === 'failed' && <Problem error={result.error} />}
      {result.state === 'found' && <Residents residents={result.residents} />}
    </Section>
  )
}

function Residents({ residents }: { readonly residents: readonly Found[] }) {
  const t = useTexts(desk)
  const { go } = useRoute()
  if (residents.length === 0) {
    return (
      <Notice kind="warning" title={t.nobody}>
        <p>{t.nobodyNext}</p>
      </Notice>
    )
  }
  return (
    <div role="status">
      <Table
        caption={t.found(String(residents.length))}
        rows={residents}
        rowId={({ person }) => person}
        empty={t.nobody}
        columns={[
          { id: 'name', title: t.name, cell: ({ name }) => name },
          { id: 'birthdate', title: t.birthdate, cell: ({ birthdate }) => birthdate },
          { id: 'number', title: t.number, cell: ({ maskedNumber }) => maskedNumber },
          {
            id: 'open',
            title: t.open,
            cell: ({ person, name }) => (
              <Button kind="secondary" aria-label={t.choose(name)} onPress={() => go(pathOf.person(person))}>
                {t.open}
              </Button>
            ),
          },
        ]}
      />
    </div>
  )
}
