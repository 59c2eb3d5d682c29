/** The steps of the walk-through over HTTP. test/e2e/walk.test.ts does them with the command line. */
import { setTimeout } from 'node:timers/promises'
import { expect } from 'chai'
import type { Wallet } from '../wallet/wallet.ts'
import type { TestNode } from './node.ts'

/** The cards of the walk-through. */
export type CardId = 'resident' | 'driver' | 'veteran'
export type Change = 'suspend' | 'reinstate' | 'revoke'

export interface OfferAnswer {
  readonly applicationId: string
  readonly offerUrl: string
  readonly txCode: string
}

export async function offer(node: TestNode, card: string, personalNumber: string): Promise<OfferAnswer> {
  const { status, body } = await node.post('/operator/offers', { card, personalNumber })
  expect(status, JSON.stringify(body)).to.equal(201)
  return body as OfferAnswer
}

/** The card in the wallet, and its id at the issuer. */
export async function issue(node: TestNode, wallet: Wallet, card: string, personalNumber: string) {
  const offered = await offer(node, card, personalNumber)
  const accepted = await wallet.accept(offered.offerUrl, { txCode: offered.txCode })
  const { body } = await node.get(`/operator/applications/${offered.applicationId}`)
  expect(body.state).to.equal('issued')
  return { ...accepted, applicationId: offered.applicationId, credentialId: String(body.credentialId) }
}

export async function request(node: TestNode, preset: string): Promise<{ id: string; requestUrl: string }> {
  const { status, body } = await node.post('/operator/presentations', { preset })
  expect(status, JSON.stringify(body)).to.equal(201)
  return body
}

// biome-ignore lint/suspicious/noExplicitAny: a verdict, as JSON
export async function verdictOf(node: TestNode, id: string): Promise<any> {
  for (let tries = 0; tries < 20; tries++) {
    const { body } = await node.get(`/operator/presentations/${id}?wait=10`)
    if (body.state === 'done') return body.verdict
    await setTimeout(100)
  }
  throw new Error(`no verdict on request ${id}`)
}

/** Requests a card, lets the wallet present it, and returns the verdict. */
export async function check(node: TestNode, wallet: Wallet, preset: string, cards = wallet.home.cards()) {
  const { id, requestUrl } = await request(node, preset)
  const { sent } = await wallet.present(requestUrl, cards)
  expect(sent.status).to.equal(200)
  return await verdictOf(node, id)
}

export async function change(node: TestNode, credentialId: string, act: Change) {
  return await node.post(`/operator/credentials/${credentialId}/${act}`, { reason: `test ${act}` })
}

export function finding(verdict: { outcome: string; reason: string | null }): string {
  return verdict.reason === null ? verdict.outcome : `${verdict.outcome}/${verdict.reason}`
}
