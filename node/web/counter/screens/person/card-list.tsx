import { DAY } from '../../../../lib/time.ts'
import { Actions, Button } from '../../../kit/button.tsx'
import { useNow } from '../../../kit/clock.tsx'
import { day } from '../../../kit/format.ts'
import { useLanguage, useTexts } from '../../../kit/language.tsx'
import { Facts, Section } from '../../../kit/layout.tsx'
import { Notice } from '../../../kit/notice.tsx'
import { RelativeTime } from '../../../kit/relative-time.tsx'
import { useRoute } from '../../../kit/router.tsx'
import { type CardStatus, cardStatus, StatusBadge } from '../../../kit/status-badge.tsx'
import type { Credential, Suspension } from '../../api/answers.ts'
import { person as texts } from '../../messages/person.ts'
import { pathOf, type StatusAct } from '../../paths.ts'
import { mayChangeStatus } from '../../roles.ts'
import { useSession } from '../../session.tsx'
import type { Cards } from '../../use-cards.ts'
import { useReportWords } from '../act/report.tsx'

/** What can follow a status. Nothing follows `revoked`; an expired card needs nothing. */
const ACTS: Readonly<Record<CardStatus, readonly StatusAct[]>> = {
  valid: ['suspend', 'revoke'],
  suspended: ['reinstate', 'revoke'],
  revoked: [],
  expired: [],
  unknown: [],
}

interface CardListProps {
  readonly person: string
  readonly credentials: readonly Credential[]
  readonly cards: Cards
}

/** The person's cards with their status on the ledger: those in force first, then the newest. */
export function CardList({ person, credentials, cards }: CardListProps) {
  const t = useTexts(texts)
  const now = useNow(10)
  const rank = ({ status, expiresAt }: Credential) => ACTS[cardStatus(status ?? '', expiresAt, now)].length
  const sorted = credentials.toSorted((one, other) => rank(other) - rank(one) || other.issuedAt - one.issuedAt)
  return (
    <Section title={t.cards}>
      {sorted.length === 0 && <p>{t.noCards}</p>}
      {sorted.map(credential => (
        <OneCard key={credential.credentialId} person={person} credential={credential} cards={cards} now={now} />
      ))}
    </Section>
  )
}

interface OneCardProps {
  readonly person: string
  readonly credential: Credential
  readonly cards: Cards
  readonly now: number
}

function OneCard({ person, credential, cards, now }: OneCardProps) {
  const t = useTexts(texts)
  const language = useLanguage()
  const { go } = useRoute()
  const { role } = useSession().session.operator
  const { credentialId, card, status, issuedAt, expiresAt, asOf, suspension, heldSince } = credential
  // What is published counts, before the ledger has it.
  const shown = cardStatus(heldSince !== null && status === 'VALID' ? 'SUSPENDED' : (status ?? ''), expiresAt, now)
  const acts = ACTS[shown].filter(act => mayChangeStatus(role, act) && !(act === 'reinstate' && heldSince !== null))
  return (
    <article className="card" aria-label={cards.nameOf(card)}>
      <div className="card-head">
        <h3>{cards.nameOf(card)}</h3>
        <StatusBadge status={shown} />
      </div>
      <Facts
        facts={[
          [t.issued, day(language, issuedAt)],
          [t.expires, day(language, expiresAt)],
          [
            t.cardId,
            <code key="id" className="card-id">
              {credentialId}
            </code>,
          ],
          [
            t.onLedger,
            asOf === null ? (
              t.notRead
            ) : (
              <span key="as-of" className="as-of">
                {t.asOf(String(asOf.block))} <RelativeTime time={asOf.time} />
              </span>
            ),
          ],
        ]}
      />
      {shown === 'suspended' && suspension !== null && <Suspended suspension={suspension} />}
      {shown === 'suspended' && heldSince !== null && (
        <p className="suspended">
          {`${t.held} · `}
          <RelativeTime time={heldSince} />
        </p>
      )}
      <Renewal person={person} credential={credential} name={cards.nameOf(card)} now={now} />
      {acts.length > 0 && (
        <Actions>
          {acts.map(act => (
            <Button
              key={act}
              kind={act === 'revoke' ? 'danger' : 'secondary'}
              onPress={() => go(pathOf.act(person, credentialId, act))}
            >
              {t[act]}
            </Button>
          ))}
        </Actions>
      )}
    </article>
  )
}

interface RenewalProps extends Pick<OneCardProps, 'person' | 'credential' | 'now'> {
  readonly name: string
}

/** The next step for a card that is outdated or in its last weeks. */
function Renewal({ person, credential, name, now }: RenewalProps) {
  const t = useTexts(texts)
  const { go } = useRoute()
  const { card, status, outdated, expiresAt, renewableFrom } = credential
  const shown = cardStatus(status ?? '', expiresAt, now)
  const isDue = shown === 'valid' && now >= renewableFrom
  if (shown === 'revoked' || (!outdated && !isDue)) return null
  return (
    <Notice kind="warning" title={outdated ? t.outdated : t.due(Math.ceil((expiresAt - now) / DAY))}>
      <p>{t.renewNext}</p>
      <Button aria-label={t.renewOf(name)} onPress={() => go(pathOf.apply(person, card))}>
        {t.renew}
      </Button>
    </Notice>
  )
}

/** Why and when it was locked: the first question of whoever brings the phone back. */
function Suspended({ suspension }: { readonly suspension: Suspension }) {
  const t = useTexts(texts)
  const { reason, who } = useReportWords()(suspension)
  return (
    <p className="suspended">
      {`${t.suspendedFor(reason)} · ${who} · `}
      <RelativeTime time={suspension.time} />
    </p>
  )
}
