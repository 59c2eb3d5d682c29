import { expect } from 'chai'
import fc from 'fast-check'
import type { ParsedTransaction } from '../../../../node/ledger/embedded/admission.ts'
import { Pool, pendingOf } from '../../../../node/ledger/embedded/pool.ts'
import type { Hex } from '../../../../node/lib/bytes.ts'

const pending = (from: Hex, nonce: number, bytes = 100, id: Hex = `0x${from}${nonce}`) =>
  pendingOf({ from, nonce, id, raw: new Uint8Array(bytes) } as unknown as ParsedTransaction)

describe('embedded ledger: the pool', () => {
  it("hands out each sender's transactions in nonce order, none twice, none behind a gap", () => {
    const arrival = fc.array(fc.tuple(fc.constantFrom<Hex>('0xa', '0xb', '0xc'), fc.nat(12)), { maxLength: 60 })
    fc.assert(
      fc.property(arrival, fc.infiniteStream(fc.boolean()), (arrivals, sealNow) => {
        const pool = new Pool()
        const used = new Map<Hex, number>()
        const nonceOf = (from: Hex) => used.get(from) ?? 0
        const seal = () => {
          for (let next = pool.peek(); next !== undefined; next = pool.peek()) {
            pool.take(next)
            expect(next.nonce).to.equal(nonceOf(next.from))
            used.set(next.from, next.nonce + 1)
            pool.removeIncluded(next)
          }
        }
        const accepted = new Map<Hex, Set<number>>()
        for (const [from, nonce] of arrivals) {
          if (nonce >= nonceOf(from) && pool.refusal(from, nonce, nonceOf(from)) === null) {
            pool.add(pending(from, nonce), nonceOf(from))
            accepted.set(from, (accepted.get(from) ?? new Set()).add(nonce))
          }
          if (sealNow.next().value) seal()
        }
        seal()
        for (const [from, nonces] of accepted) {
          let next = 0
          while (nonces.has(next)) next += 1
          expect(nonceOf(from)).to.equal(next)
          expect(pool.nextNonce(from, next)).to.equal(next)
        }
        expect(pool.hasReady).to.equal(false)
      }),
    )
  })

  it('refuses a second transaction for a nonce, one far ahead, and any beyond its limit', () => {
    const pool = new Pool()
    pool.add(pending('0xa', 0), 0)
    expect(pool.refusal('0xa', 0, 0)).to.equal('replacement')
    expect(pool.refusal('0xa', 1001, 0)).to.equal(null)
    expect(pool.refusal('0xa', 1002, 0)).to.equal('too far ahead')
    for (let i = 0; pool.size < 10_000; i++) pool.add(pending(`0x${i}`, 0), 0)
    expect(pool.refusal('0xb', 0, 0)).to.equal('full')
  })

  it('transactions behind gaps never keep out one that can be in the next block', () => {
    const pool = new Pool()
    const senders = Array.from({ length: 20 }, (_, i): Hex => `0x${i}`)
    for (const from of senders) {
      for (let nonce = 1; nonce <= 1_000; nonce++) {
        expect(pool.refusal(from, nonce, 0)).to.equal(null)
        pool.add(pending(from, nonce), 0)
      }
    }
    // The oldest were dropped.
    expect(pool.size).to.equal(2_000)
    expect(pool.find('0x0x171000')).to.equal(undefined)
    expect(pool.find('0x0x181')).to.not.equal(undefined)
    for (const from of senders) {
      expect(pool.refusal(from, 0, 0)).to.equal(null)
      pool.add(pending(from, 0), 0)
    }
    expect(pool.size).to.equal(2_020)
    expect(pool.nextNonce('0x19', 0)).to.equal(1_001)
    let ready = 0
    for (let next = pool.peek(); next !== undefined; next = pool.peek()) {
      pool.take(next)
      pool.removeIncluded(next)
      ready += 1
    }
    expect([ready, pool.size]).to.deep.equal([2_020, 0])
  })

  it('limits the bytes of transactions, ready or behind gaps', () => {
    const pool = new Pool()
    for (let nonce = 1; nonce <= 200; nonce++) pool.add(pending('0xa', nonce, 128 * 1024), 0)
    expect(pool.size).to.equal(128)
    // A sender leaves as much for the others as it has.
    const takenBy = (from: Hex) => {
      let taken = 0
      while (pool.refusal(from, taken, 0) === null) pool.add(pending(from, taken++, 128 * 1024), 0)
      expect(pool.refusal(from, taken, 0)).to.equal('full')
      return taken
    }
    const taken = Array.from({ length: 12 }, (_, i) => takenBy(`0xb${i}`))
    expect(taken).to.deep.equal([256, 128, 64, 32, 16, 8, 4, 2, 1, 1, 0, 0])
    expect(taken.reduce((sum, each) => sum + each)).to.equal(512)
    pool.clear(new Error('over'))
    expect(pool.refusal('0xb', 0, 0)).to.equal(null)
  })

  it('takes first from the senders that took little time, and then in order of arrival', () => {
    const pool = new Pool()
    const order = () => {
      const taken: string[] = []
      for (let next = pool.peek(); next !== undefined; next = pool.peek()) {
        pool.take(next)
        pool.removeIncluded(next)
        taken.push(next.from)
      }
      return taken.join(' ')
    }
    const add = (nonce: number) => {
      for (const from of ['0xa', '0xb', '0xc'] as const) pool.add(pending(from, nonce), nonce)
    }
    add(0)
    expect(order()).to.equal('0xa 0xb 0xc')
    pool.spend('0xa', 500)
    pool.spend('0xb', 24)
    add(1)
    expect(order()).to.equal('0xb 0xc 0xa')
    // A tenth less at each block: 103 ms after fifteen, 93 after sixteen, 23 after 29.
    for (let block = 1; block <= 29; block++) {
      pool.beginBlock()
      expect(pool.occupies('0xa'), `block ${block}`).to.equal(block < 16)
      add(2)
      expect(order()).to.equal(block < 29 ? '0xb 0xc 0xa' : '0xa 0xb 0xc')
    }
  })

  it('gives a postponed transaction again in the next block, before the later ones of its sender', () => {
    const pool = new Pool()
    const [first, second, other] = [pending('0xa', 0), pending('0xa', 1), pending('0xb', 0)]
    for (const each of [first, second, other]) pool.add(each, 0)
    pool.take(first)
    pool.postpone(first)
    expect(pool.peek()).to.equal(other)
    pool.take(other)
    expect(pool.peek()).to.equal(undefined)
    expect(pool.hasReady).to.equal(true)
    pool.beginBlock()
    expect(pool.peek()).to.equal(first)
    pool.take(first)
    pool.drop(first, new Error('over'))
    expect([pool.peek(), pool.hasReady, pool.nextNonce('0xa', 0)]).to.deep.equal([undefined, false, 0])
    pool.add(pending('0xa', 0, 100, '0xnew'), 0)
    expect(pool.peek()?.id).to.equal('0xnew')
    expect(pool.nextNonce('0xa', 0)).to.equal(2)
  })

  it('is never filled by one sender', () => {
    const pool = new Pool()
    const fill = (from: Hex) => {
      let nonce = 0
      while (pool.refusal(from, nonce, 0) === null) pool.add(pending(from, nonce++), 0)
      return nonce
    }
    expect([fill('0xa'), fill('0xb'), fill('0xc')]).to.deep.equal([5_000, 2_500, 1_250])
    expect(pool.refusal('0xd', 0, 0)).to.equal(null)
  })

  it('rejects all that wait when it is cleared', async () => {
    const pool = new Pool()
    const [one, two] = [pending('0xa', 0), pending('0xb', 0)]
    pool.add(one, 0)
    pool.add(two, 0)
    pool.take(one)
    pool.clear(new Error('over'))
    for (const each of [one, two]) expect((await each.done.catch(error => error)).message).to.equal('over')
    expect([pool.size, pool.hasReady, pool.peek()]).to.deep.equal([0, false, undefined])
  })
})
