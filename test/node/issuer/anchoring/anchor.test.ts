import { expect } from 'chai'
import type { CardDefinition } from '../../../../node/credential/card.ts'
import { prepareCredential } from '../../../../node/credential/prepare.ts'
import { Anchorer, type PreparedOrder } from '../../../../node/issuer/anchoring/anchor.ts'
import { driver, resident } from '../../../support/cards.ts'
import { openGate } from '../../../support/gate.ts'
import { withinReach } from '../../../support/reach.ts'
import { input, issuer, random } from '../../credential/support.ts'

describe('anchoring', () => {
  /** The causes of the transactions of each submission. */
  let submitted: string[][]
  let refusal: string | undefined
  /** The id of a card that the contract would refuse to anchor. */
  let unaccredited: string | undefined
  let results: string[]
  let anchorer: Anchorer

  beforeEach(() => {
    submitted = []
    refusal = unaccredited = undefined
    results = []
    anchorer = new Anchorer({
      lane: {
        submitAll: (requests: string[]) => {
          submitted.push(requests)
          return requests.map(one => ({
            committed: Promise.resolve(),
            outcome: Promise.resolve({ revert: one.startsWith('anchor') && refusal }),
          }))
        },
      },
      batches: {
        check: async () => undefined,
        request: ({ id }: CardDefinition, _batch: unknown, credentials: string[], applications: string[]) => {
          if (id === unaccredited) throw new Error(`no ${id} for you`)
          expect(new Set(credentials).size).to.equal(applications.length)
          return `anchor ${id} ${applications}`
        },
        refused: (reason: string) => new Error(`refused: ${reason}`),
      },
      credentials: {
        add: () => [],
        locked: (_ids: string[], body: () => Promise<unknown>) => body(),
        reach: async () => undefined,
      },
      gate: openGate(),
      issuances: { put: () => undefined, get: () => undefined },
      reach: withinReach,
      replacement: {
        suspensions: (ids: string[]) => ids.map(id => `suspend ${id}`),
        suspendedBefore: ({ replaces }: { replaces: string[] }) => replaces,
      },
      finisher: {
        seal: () => random(1),
        finish: async ({ credentialId, receipt }: { credentialId: string; receipt: { size: number } }) => {
          if (receipt.size !== 16) throw new Error('not padded')
          return { credentialId, credential: '' }
        },
      },
      auditor: issuer,
      ...{ chainId: 7, anchorLog: `0x${'22'.repeat(20)}`, org: 1, clock: () => 1000, random },
    } as never)
  })
  const order = (application: string, card = resident, replaces: string[] = []): PreparedOrder => ({
    order: { application, card, person: random(16), ops: [] } as unknown as PreparedOrder['order'],
    holderThumbprint: 'thumbprint',
    prepared: {
      credential: prepareCredential(input(card), random),
      status: { list: 1n, idx: 7 },
      ...{ issuedAt: 1000, expiresAt: 2000, sealedFacts: '', ops: [] },
    },
    installation: { installation: { id: 'i'.repeat(22) }, ops: [] } as unknown as PreparedOrder['installation'],
    replaces,
    resolve: () => void results.push(application),
    reject: error => void results.push(`${application}: ${(error as Error).message}`),
    lost: () => void results.push(`${application}: lost`),
  })
  const anchor = async (...orders: PreparedOrder[]) => {
    await anchorer.anchor(orders)
    await new Promise(resolve => setImmediate(resolve))
    return results.sort()
  }

  it('makes a batch for each kind of card, and resolves each order', async () => {
    expect(await anchor(order('a'), order('b', driver), order('c'))).to.deep.equal(['a', 'b', 'c'])
    expect(submitted.sort()).to.deep.equal([['anchor driver b'], ['anchor resident a,c']])
  })

  it('suspends the replaced cards before it anchors the new ones', async () => {
    await anchor(order('a', resident, ['old a']), order('b'), order('c', resident, ['old c', 'older c']))
    expect(submitted).to.deep.equal([['suspend old a', 'suspend old c', 'suspend older c', 'anchor resident a,b,c']])
  })

  it('rejects only the orders of a batch that cannot be anchored', async () => {
    unaccredited = 'driver'
    expect(await anchor(order('a'), order('b', driver))).to.deep.equal(['a', 'b: no driver for you'])
  })

  it('rejects the orders of a batch that the ledger refused', async () => {
    refusal = 'GrantMissing'
    expect(await anchor(order('a', resident, ['old']))).to.deep.equal(['a: refused: GrantMissing'])
  })
})
