/** What would be shared, claim by claim; where there is a choice, the choice. */
import { RadioGroup } from '../../../kit/choices.tsx'
import { isPersonalNumber, labelOf, maskedNumber, nameOf, valueText } from '../../../kit/claims/claim-text.ts'
import { inLanguage, type Language, useLanguage, useTexts } from '../../../kit/language.tsx'
import { Section } from '../../../kit/layout.tsx'
import { Notice } from '../../../kit/notice.tsx'
import type { Card, CardRequest, RequestGroup, RequestPart, SharedClaim } from '../../core/wallet.ts'
import { request as texts } from '../../messages/request.ts'
import { useStored } from '../../wallet-context.tsx'
import { type Chosen, candidateOf, optionOf } from './choice.ts'

export interface GroupsProps {
  readonly request: Pick<CardRequest, 'groups'>
  readonly chosen: Chosen
  readonly onChoose: (chosen: Chosen) => void
}

export function Groups({ request, chosen, onChoose }: GroupsProps) {
  const stored = useStored(wallet => wallet.cards())
  const cards = stored.state === 'ready' ? stored.value : []
  return request.groups.map((group, index) => {
    const choose = (option: number | null) =>
      onChoose({ ...chosen, options: chosen.options.map((was, at) => (at === index ? option : was)) })
    const option = optionOf(request, chosen, index)
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: a group is its place in the request
      <div key={index} className="form">
        <OptionChoice group={group} chosen={chosen.options[index] ?? null} cards={cards} onChoose={choose} />
        {option === undefined && group.required && <Lacking group={group} />}
        {option?.parts.map(part => (
          <Part
            key={part.query}
            part={part}
            chosen={chosen}
            cards={cards}
            onCard={cardId => onChoose({ ...chosen, cards: new Map(chosen.cards).set(part.query, cardId) })}
          />
        ))}
      </div>
    )
  })
}

interface OptionChoiceProps {
  readonly group: RequestGroup
  readonly chosen: number | null
  readonly cards: readonly Card[]
  readonly onChoose: (option: number | null) => void
}

function OptionChoice({ group, chosen, cards, onChoose }: OptionChoiceProps) {
  const t = useTexts(texts)
  const language = useLanguage()
  const possible = group.options.flatMap((option, index) => (option.possible ? [{ option, index }] : []))
  if (possible.length === 0 || (possible.length === 1 && group.required)) return null
  const options = [
    ...possible.map(({ option, index }) => ({
      value: String(index),
      label: option.parts.map(({ candidates: [best] }) => cardName(language, cards, best?.cardId)).join(' + '),
    })),
    ...(group.required ? [] : [{ value: NONE, label: t.nothing }]),
  ]
  return (
    <RadioGroup
      label={t.whichWay}
      options={options}
      value={chosen === null ? NONE : String(chosen)}
      onChange={value => onChoose(value === NONE ? null : Number(value))}
    />
  )
}

const NONE = 'none'

const cardName = (language: Language, cards: readonly Card[], id: string | undefined): string => {
  const card = cards.find(each => each.id === id)
  return card ? inLanguage(language, card.name) : ''
}

/** Why no option of a required group is possible. */
function Lacking({ group }: { readonly group: RequestGroup }) {
  const t = useTexts(texts)
  const lacks = group.options.flatMap(option => option.parts.flatMap(({ lack }) => lack ?? []))
  const lack = lacks.includes('withheld') ? 'withheld' : 'no_card'
  return (
    <Notice kind="warning">
      <p>{t[`lack_${lack}`]}</p>
    </Notice>
  )
}

interface PartProps {
  readonly part: RequestPart
  readonly chosen: Chosen
  readonly cards: readonly Card[]
  readonly onCard: (cardId: string) => void
}

function Part({ part, chosen, cards, onCard }: PartProps) {
  const t = useTexts(texts)
  const language = useLanguage()
  const candidate = candidateOf(part, chosen)
  if (!candidate) return null
  const nameAt = (id: string) => cardName(language, cards, id)
  const describe = (id: string) => {
    const card = cards.find(each => each.id === id)
    return card ? nameOf(card, language) : ''
  }
  return (
    <>
      {part.candidates.length > 1 && (
        <RadioGroup
          label={t.whichCard}
          options={part.candidates.map(({ cardId }) => ({
            value: cardId,
            label: nameAt(cardId),
            detail: describe(cardId),
          }))}
          value={candidate.cardId}
          onChange={onCard}
        />
      )}
      <Section title={t.claimsFrom(nameAt(candidate.cardId))}>
        <dl className="shared">
          {candidate.claims.map(claim => (
            <Claim key={claim.path.join('\0')} claim={claim} />
          ))}
        </dl>
      </Section>
    </>
  )
}

function Claim({ claim: { path, label, value, beyond } }: { readonly claim: SharedClaim }) {
  const t = useTexts(texts)
  const language = useLanguage()
  const isPicture = typeof value === 'string' && value.startsWith('data:image/')
  const isReceipt = path.length === 1 && path[0] === 'anchor'
  const text = isReceipt ? t.receiptIncluded : valueText(language, value, path)
  return (
    <div className={beyond ? 'shared-row shared-beyond' : 'shared-row'}>
      <dt>{isReceipt ? t.receipt : labelOf(language, label, path)}</dt>
      <dd>
        {isPicture ? (
          <img className="shared-picture" src={value} alt={text} />
        ) : isPersonalNumber(path) ? (
          maskedNumber(text)
        ) : (
          text
        )}
        {beyond && (
          <p className="shared-why">
            <strong>{t.beyond}</strong>
            <span>{t.beyondHow}</span>
          </p>
        )}
      </dd>
    </div>
  )
}
