import { getActivePrecompiles, type PrecompileFunc, paramsEVM } from '@ethereumjs/evm'
import { expect } from 'chai'
import fc from 'fast-check'
import { compress, pacedBlake2f } from '../../../../node/ledger/embedded/blake2f.ts'
import { chainRules } from '../../../../node/ledger/embedded/evm.ts'
import type { EmbeddedLedger } from '../../../../node/ledger/embedded/ledger.ts'
import { pacedModexp } from '../../../../node/ledger/embedded/modexp.ts'
import { concat, fromHex, type Hex, toHex, u32be } from '../../../../node/lib/bytes.ts'
import { CHAIN_ID, openLedger, refusal, SENDER, send, sign, temporaryDirectory, word } from './fixture.ts'

const rules = chainRules(CHAIN_ID)
rules.updateParams(paramsEVM)
const addressOf = (number: number) => number.toString(16).padStart(40, '0')
const theirs = (number: number) => getActivePrecompiles(rules).get(addressOf(number)) as PrecompileFunc

async function run(precompile: PrecompileFunc, data: Uint8Array, gasLimit: bigint) {
  const input = { data, gasLimit, common: rules } as Parameters<PrecompileFunc>[0]
  const { executionGasUsed, returnValue, exceptionError } = await precompile(input)
  return { executionGasUsed, returnValue: toHex(returnValue), error: exceptionError?.error }
}

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const blake = (rounds: number) => concat(u32be(rounds), new Uint8Array(208), Uint8Array.of(1))
const modexp = (base: Uint8Array, exponent: Uint8Array, modulus: Uint8Array) =>
  concat(...[base, exponent, modulus].map(each => fromHex(`0x${word(each.length)}`)), base, exponent, modulus)

describe('embedded ledger: precompiles that let others in', () => {
  it('BLAKE2F is the library’s, however it is sliced', async () => {
    await fc.assert(
      fc.asyncProperty(
        bytes(208),
        fc.nat(40),
        fc.boolean(),
        fc.integer({ min: 1, max: 13 }),
        async (rest, n, f, slice) => {
          const data = concat(u32be(n), rest, Uint8Array.of(f ? 1 : 0))
          const { returnValue } = await run(theirs(9), data, 100n)
          let breaths = 0
          const pace = () => {
            breaths += 1
            return breaths % 2 === 0 ? Promise.resolve() : undefined
          }
          expect(toHex(await compress(data, n, slice, pace))).to.equal(returnValue)
          expect(breaths).to.equal(Math.ceil(n / slice))
        },
      ),
    )
    const own = pacedBlake2f(theirs(9), () => undefined)
    const wrong = concat(u32be(20_003), new Uint8Array(208), Uint8Array.of(2))
    for (const [data, gas] of [
      [blake(20_003), 20_003n],
      [blake(20_003), 20_002n],
      [blake(12), 12n],
      [wrong, 30_000n],
      [blake(20_003).subarray(1), 30_000n],
      [concat(blake(20_003), Uint8Array.of(0)), 30_000n],
      [new Uint8Array(0), 30_000n],
    ] as const) {
      expect(await run(own, data, gas)).to.deep.equal(await run(theirs(9), data, gas))
    }
  })

  it('MODEXP is the library’s, for any lengths and for data that end early', async () => {
    const own = pacedModexp(theirs(5), () => undefined)
    const some = (max: number) => fc.nat(max).chain(bytes)
    await fc.assert(
      fc.asyncProperty(some(40), some(80), some(40), fc.nat(120), fc.nat(20_000), async (b, e, m, cut, gas) => {
        const whole = modexp(b, e, m)
        const data = whole.subarray(0, Math.max(0, whole.length - (cut > 60 ? cut : 0)))
        for (const limit of [BigInt(gas), 10n ** 9n]) {
          expect(await run(own, data, limit)).to.deep.equal(await run(theirs(5), data, limit))
        }
      }),
      { numRuns: 400 },
    )
    const zeros = new Uint8Array(50)
    for (const data of [
      modexp(Uint8Array.of(3), zeros, Uint8Array.of(7)),
      modexp(Uint8Array.of(3), zeros, Uint8Array.of(1)),
      modexp(Uint8Array.of(3), concat(zeros, Uint8Array.of(5)), Uint8Array.of(0)),
      modexp(zeros, zeros, zeros),
      modexp(new Uint8Array(0), zeros, new Uint8Array(0)),
      modexp(new Uint8Array(0), zeros, Uint8Array.of(9)),
      fromHex(`0x${'ff'.repeat(96)}`),
      fromHex(`0x${word(1)}${'ff'.repeat(32)}${word(1)}`),
    ]) {
      expect(await run(own, data, 10n ** 7n), toHex(data)).to.deep.equal(await run(theirs(5), data, 10n ** 7n))
    }
  })
})

describe('embedded ledger: calls and transactions that take long', () => {
  const directory = temporaryDirectory()
  let ledger: EmbeddedLedger

  before(async () => {
    ledger = await openLedger(directory.path)
  })
  after(async () => {
    await ledger.close()
    directory.remove()
  })

  /** The longest that somebody else waited meanwhile (ms). */
  async function longestWait(work: () => Promise<unknown>): Promise<number> {
    let longest = 0
    let done = false
    const others = (async () => {
      while (!done) {
        const asked = performance.now()
        await ledger.request('eth_blockNumber')
        longest = Math.max(longest, performance.now() - asked)
        await new Promise(resolve => setTimeout(resolve, 5))
      }
    })()
    await work()
    done = true
    await others
    return longest
  }
  const to = (number: number, data: Uint8Array) => ({ to: `0x${addressOf(number)}`, data: toHex(data) })
  const refused = (request: unknown) => async () => {
    const { code, message } = await refusal(ledger.request('eth_call', [request]))
    expect(code).to.equal(-32000)
    expect(message).to.match(/execution aborted: .*(takes over 5 s|too long to try out)/)
  }

  it('a precompile of a minute is ended, and nobody waits for it', async () => {
    const exponent = new Uint8Array(300_000).fill(0xff)
    const long = modexp(new Uint8Array(32).fill(3), exponent, new Uint8Array(32).fill(0xfd))
    for (const request of [to(9, blake(90_000_000)), to(8, new Uint8Array(33 * 192))]) {
      expect(await longestWait(refused(request))).to.be.below(1_500)
    }
    expect(await longestWait(() => ledger.request('eth_call', [to(5, long)]))).to.be.below(1_500)
    expect(await ledger.request('eth_call', [to(8, new Uint8Array(32 * 192))])).to.equal(`0x${word(1)}`)
  })

  it('hashing a megabyte again and again, without a loop, lets others in', async () => {
    const megabyte = '63000f4240'
    const data = `0x6000${megabyte}53${`${megabyte}60002050`.repeat(480)}`
    expect(await longestWait(() => refusal(ledger.request('eth_call', [{ data }])))).to.be.below(1_500)
  })

  it('init code that would run in one stretch is not tried out, at whatever depth', async () => {
    const straight = (length: number) => '600050'.repeat(length / 3)
    await refused({ data: `0x${straight(49_200)}` })()
    expect(await ledger.request('eth_call', [{ data: `0x${straight(48_000)}` }])).to.equal('0x')
    // It makes 100,000 bytes of memory a contract.
    await refused({ data: '0x620186a060006000f0' })()
  })

  it('a transaction of many rounds is executed by the same rules, while others are served', async () => {
    const rounds = 6_000_000
    const request = { ...to(9, blake(rounds)), gasLimit: 7_000_000n }
    const waited = await longestWait(async () => {
      const receipt = await send(ledger, { nonce: 0, ...request })
      const calldata = fromHex(request.data as Hex)
      const paid = calldata.reduce((sum, byte) => sum + (byte === 0 ? 4 : 16), 21_000 + rounds)
      expect(receipt).to.include({ status: '0x1', gasUsed: `0x${paid.toString(16)}` })
    })
    expect(waited).to.be.below(1_500)
  })

  it('a transaction that may take more than 30 M gas is not taken', async () => {
    const raw = (gasLimit: bigint) => sign({ nonce: 1, to: SENDER, gasLimit })
    const { code, message } = await refusal(ledger.request('eth_sendRawTransaction', [await raw(30_000_001n)]))
    expect([code, message]).to.deep.equal([-32000, 'gas limit too high: a transaction has at most 30000000 here'])
    await ledger.request('eth_sendRawTransaction', [await raw(30_000_000n)])
  })
})
