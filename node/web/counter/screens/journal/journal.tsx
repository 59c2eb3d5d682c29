import './journal.css'
import { useState } from 'react'
import { Actions, Button } from '../../../kit/button.tsx'
import { exactTime } from '../../../kit/format.ts'
import { useLanguage, useTexts } from '../../../kit/language.tsx'
import { Screen, Section } from '../../../kit/layout.tsx'
import { Await, useLoad } from '../../../kit/load.tsx'
import { Badge } from '../../../kit/status-badge.tsx'
import { Table } from '../../../kit/table.tsx'
import { type JournalDay, type JournalEntry, listOperators, readJournal } from '../../api/administration.ts'
import { counter } from '../../messages/counter.ts'
import { events, journal } from '../../messages/journal.ts'
import { Problem } from '../../problem.tsx'
import { useApi } from '../../session.tsx'

/** Entries in one answer of the node. */
const PAGE = 100

export function Journal() {
  const t = useTexts(journal)
  const { name } = useTexts(counter)
  const api = useApi()
  const [before, setBefore] = useState<number | null>(null)
  const [loaded, again] = useLoad(
    async signal => {
      const [page, operators] = await Promise.all([readJournal(api, before, signal), listOperators(api, signal)])
      return { ...page, names: new Map(operators.map(operator => [operator.id, operator.name])) }
    },
    [api, before],
  )
  return (
    <Screen title={t.title} app={name}>
      <p>{t.explanation}</p>
      <Await of={loaded} failed={error => <Problem error={error} onRetry={again} />}>
        {({ entries, days, names }) => {
          const oldest = entries.at(-1)?.number ?? 0
          return (
            <>
              <Section title={t.days}>
                <Days days={days} />
              </Section>
              <Section title={t.entries}>
                <Entries entries={entries} names={names} />
                <Actions>
                  {entries.length === PAGE && oldest > 0 && (
                    <Button kind="secondary" onPress={() => setBefore(oldest)}>
                      {t.older}
                    </Button>
                  )}
                  {before !== null && (
                    <Button kind="secondary" onPress={() => setBefore(null)}>
                      {t.newest}
                    </Button>
                  )}
                </Actions>
              </Section>
            </>
          )
        }}
      </Await>
    </Screen>
  )
}

function Days({ days }: { readonly days: readonly JournalDay[] }) {
  const t = useTexts(journal)
  return (
    <Table
      caption={t.days}
      isCaptionHidden
      rows={days}
      rowId={({ day }) => day}
      empty={t.none}
      columns={[
        { id: 'day', title: t.day, cell: ({ day }) => day },
        {
          id: 'range',
          title: t.range,
          cell: ({ first, last }) => (last === null ? t.rangeOpen(first) : t.rangeOf(first, last)),
        },
        { id: 'proof', title: t.proof, cell: day => <Proof day={day} /> },
      ]}
    />
  )
}

/** Whether the ledger has the root of the day. */
function Proof({ day: { anchored, last, root } }: { readonly day: JournalDay }) {
  const t = useTexts(journal)
  const language = useLanguage()
  if (!anchored) return last === null ? t.dayOpen : t.notYet
  const { block, time } = anchored
  const where = [block !== null && t.anchoredAt(block), time !== null && exactTime(language, time)]
  return (
    <div className="journal-proof">
      <Badge status="valid" word={t.anchored} />
      <span>{where.filter(Boolean).join(' · ')}</span>
      {root !== null && <code className="journal-root">{root}</code>}
    </div>
  )
}

interface EntriesProps {
  readonly entries: readonly JournalEntry[]
  readonly names: Names
}

function Entries({ entries, names }: EntriesProps) {
  const t = useTexts(journal)
  const eventTexts: Readonly<Record<string, string>> = useTexts(events)
  const language = useLanguage()
  const what = ({ event, to }: JournalEntry) => {
    const change = `status-set.${to}`
    const key = event === 'credential.status-set' && Object.hasOwn(eventTexts, change) ? change : event
    return Object.hasOwn(eventTexts, key) ? eventTexts[key] : event
  }
  return (
    <Table
      caption={t.entries}
      isCaptionHidden
      rows={entries}
      rowId={({ number }) => number}
      empty={t.none}
      columns={[
        { id: 'number', title: t.number, cell: ({ number }) => number },
        { id: 'time', title: t.time, cell: ({ at }) => exactTime(language, at) },
        { id: 'who', title: t.who, cell: entry => who(t, entry, names) },
        { id: 'what', title: t.what, cell: what },
        {
          id: 'object',
          title: t.object,
          cell: entry => <What entry={entry} names={names} />,
        },
      ]}
    />
  )
}

type Names = ReadonlyMap<string, string>

/** An enrolment is the act of the person who enrols. */
function who(t: typeof journal.ko, { by, event, operator }: JournalEntry, names: Names): string {
  if (by === undefined && event === 'operator.enrolled') return names.get(String(operator)) ?? t.system
  if (by?.startsWith('operator:')) return names.get(by.slice('operator:'.length)) ?? by
  if (by?.startsWith('machine:')) return t.machine(by.slice('machine:'.length))
  return by === 'local' ? t.local : t.system
}

/** Members of an entry that can name its object. The first one that the entry has is shown. */
const OBJECTS = ['application', 'credential', 'proposal', 'operator', 'machine', 'person', 'root', 'list', 'card']

function What({ entry, names }: { readonly entry: JournalEntry; readonly names: Names }) {
  if (entry.event === 'journal.day-opened') return entry.day
  const found = OBJECTS.map(name => entry[name]).find(value => value !== undefined && value !== null)
  if (found === undefined) return null
  return names.get(String(found)) ?? <code className="journal-object">{String(found)}</code>
}
