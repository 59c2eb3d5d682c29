import { getActivePrecompiles, type PrecompileFunc, paramsEVM } from '@ethereumjs/evm'
import { expect } from 'chai'
import fc from 'fast-check'
import { quickBlake2f } from '../../../../node/ledger/embedded/blake2f.ts'
import { chainRules } from '../../../../node/ledger/embedded/evm.ts'
import type { EmbeddedLedger } from '../../../../node/ledger/embedded/ledger.ts'
import { quickModexp } from '../../../../node/ledger/embedded/modexp.ts'
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

describe('embedded ledger: precompiles that are quicker than the library', () => {
  it('BLAKE2F has the library’s results', async () => {
    const own = quickBlake2f(theirs(9))
    await fc.assert(
      fc.asyncProperty(bytes(208), fc.nat(40), fc.boolean(), async (rest, n, f) => {
        const data = concat(u32be(n), rest, Uint8Array.of(f ? 1 : 0))
        expect(await run(own, data, 100n)).to.deep.equal(await run(theirs(9), data, 100n))
      }),
    )
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

  it('MODEXP has the library’s results, for any lengths and for data that ends early', async () => {
    const own = quickModexp(theirs(5))
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

describe('embedded ledger: transactions that take long', () => {
  const directory = temporaryDirectory()
  let ledger: EmbeddedLedger

  before(async () => {
    ledger = await openLedger(directory.path)
  })
  after(async () => {
    await ledger.close()
    directory.remove()
  })
  const to = (number: number, data: Uint8Array) => ({ to: `0x${addressOf(number)}`, data: toHex(data) })

  it('a precompile takes no longer than its gas price allows, with the same results', async () => {
    const rounds = 1_000_000
    const exponent = 15_000
    const long = modexp(new Uint8Array(8).fill(3), new Uint8Array(exponent).fill(0xff), new Uint8Array(8).fill(0xfd))
    for (const [nonce, request, gas] of [
      [0, to(9, blake(rounds)), rounds],
      [1, to(5, long), Math.floor(((exponent - 32) * 8 + 255) / 3)],
    ] as const) {
      const began = performance.now()
      const receipt = await send(ledger, { nonce, ...request, gasLimit: 7_000_000n })
      const calldata = fromHex(request.data as Hex)
      const paid = calldata.reduce((sum, byte) => sum + (byte === 0 ? 4 : 16), 21_000 + gas)
      expect(receipt).to.include({ status: '0x1', gasUsed: `0x${paid.toString(16)}` })
      expect(performance.now() - began).to.be.below(5_000)
    }
  })

  it('a transaction with a gas limit over 16.7 M is refused', async () => {
    const raw = (gasLimit: bigint) => sign({ nonce: 2, to: SENDER, gasLimit })
    const { code, message } = await refusal(ledger.request('eth_sendRawTransaction', [await raw(16_777_217n)]))
    expect([code, message]).to.deep.equal([-32000, 'gas limit too high: a transaction has at most 16777216 here'])
    await ledger.request('eth_sendRawTransaction', [await raw(16_777_216n)])
  })
})
