/**
 * Measures the last part of the counter's flow over HTTP, with the node in a process of its own: from the clerk's press on
 * *same phone* until the wallet, whose request was waiting, has verified its card.
 */
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { TestNode } from '../../test/e2e/support/node.ts'
import { csvOf, people } from '../../test/e2e/support/people.ts'
import { fetchCard } from '../../test/e2e/wallet/accept.ts'
import { Wallet } from '../../test/e2e/wallet/wallet.ts'
import { scratchDirectory } from '../../test/support/scratch.ts'

const CARDS = 12
/** The first ones warm up the node. */
const WARM_UP = 2
/** Milliseconds that the clerk looks at the digits, and after which the ledger is idle. */
const LOOK_MS = 1500

/** @returns milliseconds of each card */
export async function benchCounter(): Promise<number[]> {
  const node = await TestNode.start()
  const aside = scratchDirectory('bench-counter')
  try {
    const residents = people(CARDS)
    await node.import(csvOf(residents))
    const measured: number[] = []
    for (const [i, { personalNumber }] of residents.entries()) {
      const { residents: found } = await post(node, '/residents/search', { personalNumber })
      const wanted = { person: found[0].person, card: 'resident', kind: 'mobile' }
      const { applicationId: id, version } = await post(node, '/applications', wanted)
      const identity = { version, document: 'passport', means: ['face-compared'] }
      const checked = await post(node, `/applications/${id}/identity`, identity)
      const offer = await post(node, `/applications/${id}/offer`, { version: checked.version })
      const session = await new Wallet(join(aside, String(i))).redeem(offer.offerUrl, offer.txCode)
      const card = fetchCard(session)
      await setTimeout(LOOK_MS)
      const redeemed = (await node.get(`/operator/applications/${id}`)).body
      const from = performance.now()
      await post(node, `/applications/${id}/same-phone`, { version: redeemed.version })
      await card
      if (i >= WARM_UP) measured.push(performance.now() - from)
    }
    return measured
  } finally {
    await node.dispose()
  }
}

// biome-ignore lint/suspicious/noExplicitAny: the node's answers, as JSON
async function post(node: TestNode, path: string, body: object): Promise<any> {
  const { status, body: answer } = await node.post(`/operator${path}`, body)
  if (status >= 300) throw new Error(`${path}: ${status} ${JSON.stringify(answer)}`)
  return answer
}
