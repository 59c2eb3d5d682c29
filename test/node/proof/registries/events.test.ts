/** Compares our decoding of events with that of the ABI library, for every event that the contracts declare. */
import { expect } from 'chai'
import type { EventFragment, Interface } from 'ethers'
import fc from 'fast-check'
import { fromHex, type Hex, toHex, utf8 } from '../../../../node/lib/bytes.ts'
import { ParseError } from '../../../../node/lib/parse-error.ts'
import { accessManagerEvents } from '../../../../node/proof/registries/events/access-manager.ts'
import type { EventFields } from '../../../../node/proof/registries/events/contract-events.ts'
import { decodeEvent, registryEvents } from '../../../../node/proof/registries/events.ts'
import { type Log, parseLog, REGISTRIES } from '../../../../node/proof/registries/log.ts'
import { accessManager, anchorLog, statusRegistry, trustRegistry } from '../../../../node/registries/contracts.ts'
import { codeOf } from '../refused.ts'

interface Events {
  readonly names: readonly string[]
  topic(name: string): Hex
  fields(name: string): EventFields
  decode(log: Log): object | null
}

const CONTRACTS: readonly (readonly [string, Interface, Events])[] = [
  ['trustRegistry', trustRegistry, registryEvents.trustRegistry],
  ['anchorLog', anchorLog, registryEvents.anchorLog],
  ['statusRegistry', statusRegistry, registryEvents.statusRegistry],
  ['accessManager', accessManager, accessManagerEvents],
]
/** Counters of 64 bits, which we decode as numbers. */
const COUNTERS = ['batch']

const hex = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map(toHex)

function arbitraryOf({ name, type }: { readonly name: string; readonly type: string }): fc.Arbitrary<unknown> {
  if (type === 'string') return fc.string({ maxLength: 80, unit: 'binary' })
  if (type === 'bytes') return fc.uint8Array({ maxLength: 80 }).map(toHex)
  if (type === 'bool') return fc.boolean()
  if (type === 'address') return hex(20)
  const [, kind, size] = /^(uint|bytes)(\d+)$/.exec(type) ?? []
  if (kind === 'bytes') return hex(Number(size))
  const bits = COUNTERS.includes(name) ? 53n : BigInt(size ?? 256)
  return fc.bigInt({ min: 0n, max: 2n ** bits - 1n })
}

/** Our decoded value in the form of the ABI library. */
function theirs(value: unknown, type: string): unknown {
  if (value instanceof Uint8Array) return type === 'string' ? Buffer.from(value).toString() : toHex(value)
  return typeof value === 'number' ? BigInt(value) : value
}

describe('registries: events', () => {
  for (const [name, contract, events] of CONTRACTS) {
    const declared: EventFragment[] = []
    contract.forEachEvent(event => declared.push(event))

    it(`has every event of ${name}, and no other`, () => {
      expect(events.names).to.have.members(declared.map(event => event.name))
      for (const event of declared) {
        expect(events.topic(event.name), event.name).to.equal(event.topicHash)
        expect(Object.keys(events.fields(event.name)), event.name).to.deep.equal(event.inputs.map(input => input.name))
      }
    })

    for (const event of declared) {
      const logged = fc
        .tuple(...event.inputs.map(arbitraryOf))
        .map(args => ({ args, log: parseLog(contract.encodeEventLog(event, args)) }))

      it(`${name} ${event.name}: reads what the ABI library reads`, () => {
        fc.assert(
          fc.property(logged, ({ args, log }) => {
            const topics = log.topics.map(toHex)
            const expected = contract.decodeEventLog(event, toHex(log.data), topics)
            const { type, ...values } = events.decode(log) as Record<string, unknown>
            expect(type).to.equal(event.name)
            for (const [i, input] of event.inputs.entries()) {
              const value = theirs(values[input.name], input.type)
              const wanted = input.type === 'address' ? expected[i].toLowerCase() : expected[i]
              expect(value, input.name).to.equal(wanted).and.to.equal(args[i])
            }
            expect(Object.keys(values)).to.have.length(event.inputs.length)
          }),
          { numRuns: 30 },
        )
      })

      it(`${name} ${event.name}: refuses a log that the contract never emits`, () => {
        fc.assert(
          fc.property(logged, ({ log: { topics, data } }) => {
            const refused = (log: Log) => expect(codeOf(() => events.decode(log))).to.equal('PROOF_MALFORMED')
            refused({ topics: [...topics, new Uint8Array(32)], data })
            if (topics.length > 1) refused({ topics: topics.slice(0, -1), data })
            const words = event.inputs.filter(input => !input.indexed).length
            for (let length = 0; length < 32 * words; length += 31) refused({ topics, data: data.subarray(0, length) })
            let [topic, word] = [1, 0]
            for (const { type, indexed } of event.inputs) {
              const place = indexed ? topic++ : word++
              if (type === 'bytes32') continue
              // One bit more than the type has; of a length or a place, more than there is.
              const bit = type === 'bytes4' ? 31 : 0
              const wide = { topics: topics.map(each => each.slice()), data: data.slice() }
              const at = indexed ? (wide.topics[place] as Uint8Array) : wide.data.subarray(32 * place, 32 * place + 32)
              at[bit] = 1
              refused(wide)
            }
          }),
          { numRuns: 10 },
        )
      })
    }
  }

  it('refuses values that are not a log of JSON-RPC', () => {
    for (const log of [null, 7, {}, { topics: 'x', data: '0x' }, { topics: [1], data: '0x' }, { topics: [] }]) {
      expect(() => parseLog(log), JSON.stringify(log)).to.throw(ParseError)
    }
    expect(() => parseLog({ topics: ['0x1'], data: '0x' })).to.throw(ParseError)
  })

  it('returns null for the event of another contract', () => {
    const word = toHex(new Uint8Array(32))
    const log = parseLog(anchorLog.encodeEventLog('Disowned', [1, word, word, 1, word]))
    expect(REGISTRIES.map(registry => decodeEvent({ registry, ...log })?.type)).to.deep.equal([
      undefined,
      'Disowned',
      undefined,
    ])
    expect(decodeEvent({ registry: 'anchorLog', topics: [], data: fromHex('0x') })).to.equal(null)
    expect(decodeEvent({ registry: 'anchorLog', topics: [utf8('short')], data: fromHex('0x') })).to.equal(null)
  })
})
