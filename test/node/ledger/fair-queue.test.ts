import { expect } from 'chai'
import { FairQueue, OverloadedError } from '../../../node/ledger/fair-queue.ts'

/** Requests that end when the test says so, and the order in which they began. */
class Requests {
  readonly begun: string[] = []
  readonly #ends: (() => void)[] = []

  constructor(private readonly queue: FairQueue) {}

  ask(from: { name: string; destroyed: boolean }): Promise<string> {
    return this.queue.turn(from, async () => {
      this.begun.push(from.name)
      await new Promise<void>(resolve => this.#ends.push(resolve))
      return from.name
    })
  }

  /** Ends the oldest request, so that the next can begin. */
  async end(): Promise<void> {
    this.#ends.shift()?.()
    await new Promise(setImmediate)
  }
}

const connection = (name: string) => ({ name, destroyed: false })

describe('fair queue', () => {
  it('connections take turns, also when one of them sends many requests', async () => {
    const requests = new Requests(new FairQueue(1))
    const [greedy, modest, late] = [connection('greedy'), connection('modest'), connection('late')]
    const answers = [greedy, greedy, greedy, greedy, modest, modest].map(from => requests.ask(from))
    await requests.end()
    answers.push(requests.ask(late))
    for (let i = 0; i < 6; i++) await requests.end()
    expect(requests.begun).to.deep.equal(['greedy', 'greedy', 'modest', 'greedy', 'late', 'modest', 'greedy'])
    expect((await Promise.all(answers)).length).to.equal(7)
  })

  it('requests of a closed connection are refused and not executed', async () => {
    const requests = new Requests(new FairQueue(1))
    const [first, gone, last] = [connection('first'), connection('gone'), connection('last')]
    const answers = [first, gone, gone, last].map(from => requests.ask(from).catch(error => error))
    gone.destroyed = true
    await requests.end()
    await requests.end()
    expect(requests.begun).to.deep.equal(['first', 'last'])
    expect((await Promise.all(answers)).map(answer => answer instanceof OverloadedError)).to.deep.equal([
      false,
      true,
      true,
      false,
    ])
  })

  it('accepts new requests for those that were refused or executed', async () => {
    const requests = new Requests(new FairQueue(1))
    const all: Promise<unknown>[] = []
    for (let round = 0; round < 3; round++) {
      const gone = connection('gone')
      for (let i = 0; i < 101; i++) all.push(requests.ask(gone).catch(error => error))
      gone.destroyed = true
      await requests.end()
    }
    const many = Array.from({ length: 1_001 }, (_, i) => requests.ask(connection(String(i))))
    expect(await requests.ask(connection('too many')).catch(error => error)).to.be.instanceOf(OverloadedError)
    for (let i = 0; i < 1_001; i++) await requests.end()
    await Promise.all([...many, ...all])
  })
})
