import { Button } from '../../../kit/button.tsx'
import { useLanguage, useTexts } from '../../../kit/language.tsx'
import { Section } from '../../../kit/layout.tsx'
import { useRoute } from '../../../kit/router.tsx'
import type { MayApply, Refusal } from '../../api/answers.ts'
import { application as kinds } from '../../messages/application.ts'
import { person as texts } from '../../messages/person.ts'
import { pathOf } from '../../paths.ts'
import type { Cards } from '../../use-cards.ts'

interface ApplyProps {
  readonly person: string
  readonly canApply: readonly MayApply[]
  readonly cards: Cards
}

/** Each card once: what may be applied for here and now, first. */
export function Apply({ person, canApply, cards }: ApplyProps) {
  const t = useTexts(texts)
  const { go } = useRoute()
  const ids = [...new Set(canApply.map(({ card }) => card))]
  const rows = ids.map(card => {
    const kinds = canApply.filter(one => one.card === card)
    return { card, allowed: kinds.some(({ allowed }) => allowed), refused: kinds.filter(({ allowed }) => !allowed) }
  })
  const sorted = rows.toSorted((one, other) => Number(other.allowed) - Number(one.allowed))
  // Most people have no licence and no entitlement: that a card is not for them is no news at the counter.
  const isForOthers = ({ refused, allowed }: (typeof rows)[number]) =>
    !allowed && refused.every(({ refusal }) => refusal?.code === 'ISSUER_FACTS_MISSING')
  const [others, own] = [sorted.filter(isForOthers), sorted.filter(row => !isForOthers(row))]
  return (
    <Section title={t.apply}>
      {own.length === 0 && <p>{t.noneToApply}</p>}
      {own.map(({ card, allowed, refused }) => (
        <article key={card} className="card" aria-label={cards.nameOf(card)}>
          <div className="card-head">
            <h3>{cards.nameOf(card)}</h3>
            {allowed && (
              <Button aria-label={t.takeFor(cards.nameOf(card))} onPress={() => go(pathOf.apply(person, card))}>
                {t.take}
              </Button>
            )}
          </div>
          {!allowed && <Refusals refused={refused} />}
        </article>
      ))}
      {others.length > 0 && (
        <details className="fold">
          <summary>{t.forOthers(others.length)}</summary>
          {others.map(({ card, refused }) => (
            <article key={card} className="card" aria-label={cards.nameOf(card)}>
              <h3>{cards.nameOf(card)}</h3>
              <Refusals refused={refused} />
            </article>
          ))}
        </details>
      )}
    </Section>
  )
}

/** One reason once, with the kinds that it concerns. */
function Refusals({ refused }: { readonly refused: readonly MayApply[] }) {
  const k = useTexts(kinds)
  const codes = [...new Set(refused.map(({ refusal }) => refusal?.code))]
  return codes.map(code => {
    const same = refused.filter(({ refusal }) => refusal?.code === code)
    const refusal = same[0]?.refusal
    const which = codes.length > 1 ? same.map(({ kind }) => k[`kind.${kind}`]).join(', ') : undefined
    return refusal ? <Reason key={code} refusal={refusal} which={which} /> : null
  })
}

function Reason({ refusal, which }: { readonly refusal: Refusal; readonly which: string | undefined }) {
  const t = useTexts(texts)
  const language = useLanguage()
  return (
    <div className="refusal">
      <p className="refusal-title">{which === undefined ? t.refused : `${which}: ${t.refused}`}</p>
      <blockquote className="refusal-words">{refusal.text[language]}</blockquote>
    </div>
  )
}
