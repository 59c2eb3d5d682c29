/** Our reading of events against the ABI library's, for every event there is. */
import { expect } from 'chai'
import fc from 'fast-check'
import { fromHex, toHex } from '../../../../node/lib/bytes.ts'
import { anchorLog, statusRegistry, trustRegistry } from '../../../../node/registries/contracts.ts'
import { EventReader } from '../../../../node/verifier/replica/logs.ts'

const contracts = { trustRegistry, anchorLog, statusRegistry } as const

describe('replica: events', () => {
  for (const [registry, contract] of Object.entries(contracts) as ['anchorLog', typeof anchorLog][]) {
    contract.forEachEvent(event => {
      it(`${registry} ${event.name}`, () => {
        const values = fc.tuple(
          ...event.inputs.map(({ type }) => {
            if (type === 'string') return fc.string({ maxLength: 80 })
            if (type === 'bytes') return fc.uint8Array({ maxLength: 80 }).map(toHex)
            if (type === 'bytes32') return fc.uint8Array({ minLength: 32, maxLength: 32 }).map(toHex)
            if (type === 'address') return fc.uint8Array({ minLength: 20, maxLength: 20 }).map(toHex)
            const bits = BigInt(/\d+$/.exec(type)?.[0] ?? 256)
            return fc.bigInt({ min: 0n, max: 2n ** (bits < 53n ? bits : 53n) - 1n })
          }),
        )
        fc.assert(
          fc.property(values, args => {
            const { topics, data } = contract.encodeEventLog(event, args)
            const reader = new EventReader({ registry, topics: topics.map(fromHex), data: fromHex(data) })
            expect(reader.name).to.equal(event.name)
            let [indexed, plain] = [0, 0]
            for (const [i, { type, indexed: isIndexed }] of event.inputs.entries()) {
              const want = args[i] as string | bigint
              if (type === 'string') expect(Buffer.from(reader.bytes(plain++)).toString()).to.equal(want)
              else if (type === 'bytes') expect(toHex(reader.bytes(plain++))).to.equal(want)
              else if (typeof want === 'bigint') {
                expect(BigInt(isIndexed ? reader.indexedNumber(indexed++) : reader.number(plain++))).to.equal(want)
              } else {
                const word = toHex(isIndexed ? reader.indexed(indexed++) : reader.word(plain++))
                expect(word.slice(-(want.length - 2))).to.equal(want.slice(2))
              }
            }
          }),
          { numRuns: 30 },
        )
      })
    })
  }
})
