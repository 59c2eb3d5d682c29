/** The table of docs/in-person-attacks.md is this test, row by row. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { asker } from './attacks/asker.ts'
import { codes } from './attacks/codes.ts'
import { oneWayAttacks } from './attacks/one-way.ts'
import { rendezvous } from './attacks/rendezvous.ts'
import { twoWay } from './attacks/two-way.ts'

const ATTACKS = [...twoWay, ...oneWayAttacks, ...rendezvous, ...codes, ...asker]
const PAGE = join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'in-person-attacks.md')

describe('attacks on a card shown in person', () => {
  for (const { mode, attack, result, run } of ATTACKS) {
    it(`${mode}: ${attack}: ${result}`, async () => {
      expect(await run()).to.equal(result)
    })
  }

  it('are the rows of the page', () => {
    const rows = [...readFileSync(PAGE, 'utf8').matchAll(/^\| (two-way|one-way|rendezvous|codes|asker) \|.*$/gm)].map(
      ([row]) => row,
    )
    expect(rows).to.deep.equal(ATTACKS.map(({ mode, attack, result }) => `| ${mode} | ${attack} | ${cell(result)} |`))
  })
})

const cell = (result: string): string =>
  result
    .split(', ')
    .map(each => `\`${each}\``)
    .join(', ')
