/**
 * Measures a check with proved answers, from a replica and slot by slot, in wall time. No test depends on these budgets.
 */
import { systemClock } from '../../node/lib/time.ts'
import { LedgerHeads } from '../../node/verifier/replica/ledger-heads.ts'
import { Replica } from '../../node/verifier/replica/replica.ts'
import { ReplicaView } from '../../node/verifier/replica/view.ts'
import { Verifier } from '../../node/verifier/verifier.ts'
import { ProvenView } from '../../node/verifier/views/proven.ts'
import { issueOn, openCardWorld, show } from '../../test/node/verifier/replica/card-world.ts'
import { AUDIENCE, NONCE } from '../../test/node/verifier/support.ts'
import { largeLedger } from './large-ledger.ts'

export interface ProofFigure {
  readonly name: string
  readonly value: number
  readonly unit: 'ms' | 'µs' | 'MB'
  readonly budget: number | null
}

const MILLION = 1_000_000
const NATION = 50 * MILLION

export async function measureProof(): Promise<ProofFigure[]> {
  return [
    ...(await measureChecks()),
    ...measureSnapshot(MILLION, 0),
    ...measureSnapshot(MILLION, 10_000),
    ...measureSnapshot(NATION, 0),
  ]
}

/** Measures a complete check of one card: signature, holder, receipt, accreditation, status. */
async function measureChecks(): Promise<ProofFigure[]> {
  const world = await openCardWorld()
  try {
    const cards = []
    for (let i = 0; i < 8; i++) cards.push(await issueOn(world, 1000 * i))
    const presentations = cards.map(card => show(card))
    const heads = new LedgerHeads(world.ledger, world.profile)
    const replica = Replica.empty(world.profile)
    const delta = await heads.delta(0, await heads.newest())
    if (delta) replica.apply(delta, systemClock())
    const views = {
      'proven check of one card, head already checked': new ProvenView(world.ledger, world.profile, systemClock, {
        allowPointQueries: true,
      }),
      'check of one card from a replica': new ReplicaView(() => replica),
    }
    const figures: ProofFigure[] = []
    for (const [name, view] of Object.entries(views)) {
      const verifier = new Verifier({ profile: world.profile, view, clock: systemClock })
      const once = async (i: number) => {
        const verdict = await verifier.verify(presentations[i % 8] as string, { nonce: NONCE, audience: AUDIENCE })
        if (verdict.outcome !== 'valid') throw new Error(`${verdict.outcome}/${verdict.reason}`)
      }
      for (let i = 0; i < 200; i++) await once(i)
      const begun = performance.now()
      for (let i = 0; i < 1000; i++) await once(i)
      figures.push({ name, value: (performance.now() - begun) / 1000, unit: 'ms', budget: 2 })
    }
    return figures
  } finally {
    await world.close()
  }
}

function measureSnapshot(cards: number, batches: number): ProofFigure[] {
  const large = largeLedger(cards, batches, systemClock())
  const size = `${cards / MILLION}M cards`
  const budget = cards === MILLION && batches === 0 ? 1000 : null
  const begun = performance.now()
  const replica = Replica.open(large.snapshot, large.profile, large.now)
  const load = performance.now() - begun
  const { status } = replica.state
  const lists = [...status.lists.keys()]
  let revoked = 0
  const asked = performance.now()
  for (let i = 0; i < MILLION; i++) {
    if (status.at(lists[i % lists.length] as bigint, (i * 7919) % 131_072)?.status === 'INVALID') revoked += 1
  }
  const each = ((performance.now() - asked) * 1000) / MILLION
  if (revoked === 0) throw new Error('nothing was revoked')
  return [
    { name: `snapshot of ${size}, ${batches} batches: load and prove`, value: load, unit: 'ms', budget },
    { name: `status of one card, ${size}`, value: each, unit: 'µs', budget: 10 },
    { name: `snapshot of ${size}: size`, value: large.snapshot.length / 2 ** 20, unit: 'MB', budget: null },
  ]
}

export function proofLines(figures: readonly ProofFigure[]): string {
  return figures
    .map(({ name, value, unit, budget }) => {
      const target = budget === null ? '' : `  (budget ${budget} ${unit})`
      return `  ${name.padEnd(62)} ${value.toFixed(value < 10 ? 3 : 0).padStart(8)} ${unit}${target}`
    })
    .join('\n')
}

if (import.meta.main) console.log(proofLines(await measureProof()))
