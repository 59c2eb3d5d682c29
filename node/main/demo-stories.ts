/** The stories of a demo's guide: an invented person, a clerk's account, and what has happened to the person's card. */
import type { Authority } from '../authority/authority.ts'
import type { Stories, Story, StoryState } from '../http/demo-routes.ts'
import { toBase64url } from '../lib/bytes.ts'
import type { DemoPeople } from './demo-people.ts'
import { DEMO_CLERK } from './demo-rollout.ts'

type Parts = Pick<Authority, 'accounts' | 'config' | 'credentials' | 'mirror' | 'random'>

interface Begun {
  readonly person: Uint8Array
  readonly clerk: string
}

/** The card of the story. */
const CARD = 'resident'
/** Nobody plays more at the same time. The oldest is forgotten first. */
const MOST = 64

export class DemoStories implements Stories {
  /** In memory only: after a restart the guide begins a new one. */
  readonly #begun = new Map<string, Begun>()

  constructor(
    private readonly parts: Parts,
    private readonly people: DemoPeople,
  ) {}

  async begin(known: string | null): Promise<Story> {
    const { accounts, config, random } = this.parts
    const { person, facts } = await this.people.someoneWithout(CARD)
    const active = known === null ? undefined : accounts.active(known)
    const isClerk = active?.role === DEMO_CLERK.role && active.centre === DEMO_CLERK.centre
    const invitation = isClerk ? null : await accounts.invite(DEMO_CLERK, { kind: 'local' })
    const clerk = invitation?.operator.id ?? (known as string)
    const id = toBase64url(random(16))
    this.#begun.set(id, { person, clerk })
    for (const oldest of this.#begun.keys()) {
      if (this.#begun.size <= MOST) break
      this.#begun.delete(oldest)
    }
    return {
      ...{ id, clerk },
      person: { id: toBase64url(person), name: facts.familyName + facts.givenName },
      enrolmentUrl: invitation?.enrolmentUrl ?? null,
      ...{ operatorUrl: config.operatorUrl, walletUrl: config.walletUrl },
    }
  }

  async stateOf(id: string): Promise<StoryState | undefined> {
    const { accounts, credentials, mirror } = this.parts
    const begun = this.#begun.get(id)
    if (!begun) return undefined
    await mirror.catchUp()
    const issued = (await credentials.ofPerson(begun.person)).filter(({ record }) => record.cardId === CARD)
    const newest = issued.reduce<(typeof issued)[number] | null>(
      (latest, one) => (latest === null || one.record.issuedAt >= latest.record.issuedAt ? one : latest),
      null,
    )
    return {
      isEnrolled: accounts.active(begun.clerk) !== undefined,
      card: newest && { id: newest.id, status: credentials.statusOf(newest.record) },
    }
  }
}
