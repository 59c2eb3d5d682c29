import { expect } from 'chai'
import { ownStatusLists } from '../../../node/authority/own-status-lists.ts'
import type { StatusListSource } from '../../../node/verifier/status/source.ts'
import { issuer, NOW, trusting } from '../verifier/support.ts'

describe('the lists that the own verifier reads', () => {
  const asked: string[] = []
  const others: StatusListSource = {
    statusOf: async ({ uri }) => {
      asked.push(uri)
      return { known: false, why: 'unreachable', source: 'list' }
    },
  }
  const held = { heldSince: ({ idx }: { idx: number }) => (idx === 7 ? NOW - 1 : undefined) }
  const lists = ownStatusLists('http://own.example', held, others)
  const ask = (uri: string, index: number) => lists.statusOf({ uri, index, ...trusting(issuer), now: NOW })

  it('have what is held at once, and nothing else: the rest is on the ledger', async () => {
    expect(await ask('http://own.example/status-lists/4294967297', 7)).to.include({ known: true, status: 'SUSPENDED' })
    expect(await ask('http://own.example/status-lists/4294967297', 8)).to.include({ known: false })
    expect(asked).to.deep.equal([])
  })

  it('of another issuer are fetched', async () => {
    await ask('http://other.example/status-lists/4294967297', 7)
    expect(asked).to.deep.equal(['http://other.example/status-lists/4294967297'])
  })
})
