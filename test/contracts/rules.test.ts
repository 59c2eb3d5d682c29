import { expect } from 'chai'
import { bare, provider, rules } from './support/world.ts'

/** `hardhat test --network berlin` runs every test as an engine without London has it. */
describe(`on ${rules} rules`, () => {
  it('runs with the configured rules', async () => {
    expect(rules).to.be.oneOf(['london', 'berlin'])
    const block = await provider.request({ method: 'eth_getBlockByNumber', params: ['latest', false] })
    expect('baseFeePerGas' in (block as object)).to.equal(rules === 'london')
  })

  it('deploys every contract within the size limits of all engines', async () => {
    const { addresses } = await bare()
    for (const [name, address] of Object.entries(addresses)) {
      const code = (await provider.request({ method: 'eth_getCode', params: [address, 'latest'] })) as string
      const size = (code.length - 2) / 2
      // EIP-170's limit; and EIP-3541 of London, which Berlin does not enforce.
      expect(size, name).to.be.greaterThan(1000).and.at.most(24_576)
      expect(code.slice(2, 4), name).to.not.equal('ef')
    }
  })
})
