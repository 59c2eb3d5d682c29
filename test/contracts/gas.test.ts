import { expect } from 'chai'
import { SCENARIOS } from './support/gas.ts'
import { networkHelpers, rules } from './support/world.ts'

/** The budgets of docs/gas.md. `npm run snapshots -- --check` compares every figure with the committed one. */
describe('gas', () => {
  for (const scenario of SCENARIOS) {
    it(`${scenario.name}: within budget`, async () => {
      for (const { act, gas, budget } of await networkHelpers.loadFixture(scenario)) {
        const shown = `${act.padEnd(48)} ${gas.toLocaleString('en').padStart(9)}`
        console.log(`      ${shown}${budget === undefined ? '' : `  of ${budget.toLocaleString('en')}`}`)
        if (budget !== undefined) expect(gas, `${act} on ${rules}`).to.be.at.most(budget)
      }
    })
  }
})
