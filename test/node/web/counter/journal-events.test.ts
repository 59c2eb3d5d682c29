/** The journal's screen has words for each event that the node writes. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { APPLICATION_STATES } from '../../../../node/credential/application.ts'

const NODE = join(import.meta.dirname, '..', '..', '..', '..', 'node')

describe('web/counter/journal', () => {
  it('has words for each event of the journal', () => {
    const messages = readFileSync(join(NODE, 'web/counter/messages/journal.ts'), 'utf8')
    const worded = new Set([...messages.matchAll(/^ {2}'([a-z-]+\.[a-z_-]+)': \{ ko/gm)].map(([, name = '']) => name))
    const things = new Set([...worded].map(name => name.split('.')[0]))
    const written = new Set<string>(APPLICATION_STATES.map(state => `application.${state}`))
    for (const room of ['issuer', 'status', 'residents', 'authority']) {
      for (const file of readdirSync(join(NODE, room), { recursive: true, encoding: 'utf8' })) {
        if (!file.endsWith('.ts')) continue
        for (const [, name = ''] of readFileSync(join(NODE, room, file), 'utf8').matchAll(/'([a-z-]+\.[a-z_-]+)'/g)) {
          if (things.has(name.split('.')[0])) written.add(name)
        }
      }
    }
    const files = ['status.key', 'rollout.json', 'credential.pem']
    expect([...written].filter(name => !worded.has(name) && !files.includes(name))).to.deep.equal([])
    expect(written.size).to.be.at.least(40)
  })
})
