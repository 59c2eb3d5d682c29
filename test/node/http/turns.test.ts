import { expect } from 'chai'
import type { Request, Response } from 'express'
import { type Step, Turns } from '../../../node/http/turns.ts'

const afterOneLoop = () => new Promise(setImmediate)

/** Requests of these steps, in the order in which they arrive. @returns the order in which they get their turns */
function arrive(turns: Turns, steps: readonly Step[], seen: string[] = []): string[] {
  steps.forEach((step, i) => {
    turns.of(step)({} as Request, {} as Response, () => seen.push(`${step} ${i}`))
  })
  return seen
}

describe('turns of wallets', () => {
  it('go to the request that is closest to a card', async () => {
    const seen = arrive(new Turns(), ['offer', 'nonce', 'credential', 'token', 'credential'])
    while (seen.length < 5) await afterOneLoop()
    // The fourth turn goes to the one that has waited longest.
    expect(seen).to.deep.equal(['credential 2', 'credential 4', 'token 3', 'offer 0', 'nonce 1'])
  })

  it('are in the order of arrival within one step', async () => {
    const seen = arrive(new Turns(), Array(40).fill('token'))
    while (seen.length < 40) await afterOneLoop()
    expect(seen).to.deep.equal(Array.from({ length: 40 }, (_, i) => `token ${i}`))
  })

  it('leave time to read what has arrived, which then may go first', async () => {
    const turns = new Turns()
    const seen = arrive(turns, Array(1_000).fill('offer'))
    await afterOneLoop()
    expect(seen.length).to.be.lessThan(50)
    arrive(turns, ['credential'], seen)
    await afterOneLoop()
    expect(seen).to.include('credential 0')
    expect(seen.length).to.be.lessThan(100)
  })

  it('are never taken from a wallet that begins, however many requests of later steps come', async () => {
    const turns = new Turns()
    const seen: string[] = []
    let flood = true
    const again = () => {
      if (flood) turns.of('credential')({} as Request, {} as Response, again)
    }
    for (let i = 0; i < 100; i++) again()
    arrive(turns, ['offer', 'offer', 'offer'], seen)
    for (let loops = 0; loops < 60 && seen.length < 3; loops++) await afterOneLoop()
    flood = false
    expect(seen).to.deep.equal(['offer 0', 'offer 1', 'offer 2'])
  })

  it('go to renewals last, but are never taken from them', async () => {
    const turns = new Turns()
    const seen = arrive(turns, ['refresh', 'renewal', ...Array(10).fill('token')])
    while (seen.length < 12) await afterOneLoop()
    expect(seen.slice(0, 3)).to.deep.equal(['token 2', 'token 3', 'token 4'])
    expect(seen.indexOf('renewal 1'), 'the eighth turn').to.equal(7)
    expect(seen.at(-1), 'when nobody else waits').to.equal('refresh 0')
  })

  it('are given to so many wallets that begin a renewal; the others are asked to come later, at different times', () => {
    const turns = new Turns()
    const delays: string[] = []
    const response = {
      status: () => response,
      set: (headers: Record<string, string>) => void delays.push(headers['Retry-After'] ?? ''),
      json: () => undefined,
    } as unknown as Response
    for (let i = 0; i < 300; i++) turns.of('refresh')({} as Request, response, () => undefined)
    expect(delays).to.have.length(300 - 256)
    expect(new Set(delays).size).to.equal(delays.length)
    for (const delay of delays) expect(Number(delay)).to.be.within(10, 70)
  })

  it('come at once when very many wait', () => {
    const turns = new Turns()
    arrive(turns, Array(2_048).fill('offer'))
    expect(arrive(turns, ['offer'])).to.deep.equal(['offer 0'])
  })
})
