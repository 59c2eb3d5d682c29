/** The people of the demo and their telephones. */
import { randomBytes } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Authority } from '../../../node/authority/authority.ts'
import { demoNumbers, populate } from '../../../node/main/demo.ts'
import { StoredRegister } from '../../../node/residents/stored.ts'
import { Vault } from '../../../node/store/vault.ts'
import { ownCards } from '../../support/cards.ts'
import { MemoryStore } from '../../support/memory-store.ts'
import { scratchDirectory } from '../../support/scratch.ts'

const NOW = Date.parse('2027-03-01T12:00:00+09:00') / 1000

describe('the people of the demo', function () {
  this.timeout(60_000)
  const data = scratchDirectory('demo')
  after(() => rmSync(data, { recursive: true, force: true }))

  const random = (length: number) => new Uint8Array(randomBytes(length))
  const store = new MemoryStore()
  const residents = new StoredRegister(store, new Vault(store, random(32), random))
  const config = { data, mode: 'demo', authority: { ko: '가상', en: 'demo' } }
  const rollout = { policy: {}, set: async () => undefined }
  const authority = { residents, rollout, config, cards: ownCards, clock: () => NOW, random } as unknown as Authority
  const note = () => JSON.parse(readFileSync(join(data, 'demo.json'), 'utf8'))

  /** Whether the person that the start text names has the line that it names. */
  async function hasLine(): Promise<boolean> {
    const [someone] = demoNumbers(authority)
    const found = await residents.findByNumber(someone?.personalNumber ?? '')
    if (!found) throw new Error('not in the register')
    return (await residents.lines.ownerOf(someone?.line ?? '', found.person)).owner === 'person'
  }

  it('each have a line that is nobody’s, also in a demo that an older version made', async () => {
    const { put } = residents.lines
    residents.lines.put = async () => []
    await populate(authority)
    const { lines: _, ...older } = note()
    writeFileSync(join(data, 'demo.json'), JSON.stringify(older))
    expect(demoNumbers(authority)[0]?.line, 'not before they have one').to.equal(null)

    residents.lines.put = put
    await populate(authority)
    expect(note()).to.deep.equal({ ...older, lines: true })
    expect(demoNumbers(authority)[0]?.line).to.match(/^010-0000-\d{4}$/)
    expect(await hasLine()).to.equal(true)
  })

  it('stay as they are at the next start', async () => {
    const commits = await store.commit([])
    await populate(authority)
    expect(await store.commit([])).to.equal(commits)
  })
})
