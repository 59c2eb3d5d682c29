import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Authority } from '../../../node/authority/authority.ts'
import { ageOn } from '../../../node/credential/dates.ts'
import { systemClock } from '../../../node/lib/time.ts'
import { banner, startProgress } from '../../../node/main/start-text.ts'
import { fictitiousPopulation } from '../../../node/residents/population/population.ts'
import { ownCards } from '../../support/cards.ts'

const CHECKOUT = join(import.meta.dirname, '..', '..', '..')

function bannerOf(
  data: string,
  witnesses: Authority['config']['witnesses'] = { quorum: 0, members: [] },
  mode = 'local',
  lacking: Parameters<typeof banner>[1] = [],
  links: Parameters<typeof banner>[2] = null,
): string {
  const config = {
    ...{ mode, publicUrl: 'http://localhost:4100', host: '127.0.0.1', port: 4100, rpcPort: 4101 },
    ...{ operatorUrl: 'http://localhost:4102', operator: { host: '127.0.0.1', port: 4102 }, ledgerUrl: null },
    ...{ walletUrl: 'http://localhost:4103', wallet: { host: '127.0.0.1', port: 4103 }, tls: null },
    ...{ authority: { ko: '도장', en: 'Dojang' }, data, witnesses },
  }
  const parts = { config, cards: ownCards, clock: systemClock, profile: { chainId: 1 }, profileFile: { key: 'key' } }
  return banner(parts as unknown as Authority, lacking, links)
}

describe('the banner of a start', () => {
  it('names the data directory in the next commands, unless it is the default', () => {
    expect(bannerOf(join(CHECKOUT, 'data')))
      .to.include('dojang -- residents')
      .and.not.include('--data')
    expect(bannerOf('/var/lib/dojang/data')).to.include('dojang -- --data /var/lib/dojang/data residents import')
    expect(bannerOf("/home/kim's files/data")).to.include(`--data '/home/kim'\\''s files/data' offer`)
  })

  it('shows the link of the first administrator at the first start only', () => {
    const link = 'http://localhost:4102/counter/enrol#code'
    const shown = bannerOf('/data', undefined, 'local', [], { administrator: link, clerk: null })
    expect(shown).to.include(`    ${link}\n`).and.not.include('as a clerk')
    const demo = bannerOf('/data', undefined, 'demo', [], { administrator: link, clerk: `${link}2` })
    expect(demo).to.match(/as a clerk.*\n {4}\S+#code2\n.*administrator.*\n {4}\S+#code\n/)
    expect(bannerOf('/data')).not.to.include('/counter/enrol')
  })

  it('offers cards to people who are in the register of the demo, also on a later day', () => {
    const data = mkdtempSync(join(tmpdir(), 'dojang-banner-'))
    try {
      const note = join(data, 'demo.json')
      const firstOf = (today: string) =>
        [...fictitiousPopulation({ count: 20, seed: 'demo', today })].find(
          ({ birthdate }) => ageOn(birthdate, today) >= 17,
        )?.personalNumber
      expect(firstOf('2026-01-02')).to.not.equal(firstOf('2026-03-04'))
      writeFileSync(note, '{"residents":1000,"today":"2026-01-02"}')
      expect(bannerOf(data, undefined, 'demo')).to.include(`echo ${firstOf('2026-01-02')} | npm run dojang`)
      writeFileSync(note, '{"residents":1000}')
      utimesSync(note, 1, Date.parse('2026-03-04T12:00:00+09:00') / 1000)
      expect(bannerOf(data, undefined, 'demo')).to.include(`echo ${firstOf('2026-03-04')} | npm run dojang`)
    } finally {
      rmSync(data, { recursive: true })
    }
  })

  it('lists what the ledger lacks, each as the command that proposes it', () => {
    expect(bannerOf('/d')).to.not.include('council')
    const shown = bannerOf('/d', undefined, 'local', [
      { act: 'grant', args: { org: '1', purpose: 'issue:urn:x:1', until: 'never' }, ended: false },
      { act: 'grant', args: { org: '1', purpose: "it's", until: 'never' }, ended: true },
    ])
    expect(shown).to.include(
      '\n    npm run dojang -- --data /d council propose grant org=1 purpose=issue:urn:x:1 until=never\n',
    )
    expect(shown).to.include("propose grant org=1 'purpose=it'\\''s' until=never   # the ledger had it: find out first")
  })

  it('says whether the ledger has witnesses', () => {
    const member = { key: 'k'.repeat(43), url: 'http://127.0.0.1:4111' }
    expect(bannerOf('/d')).to.include('no witnesses')
    expect(bannerOf('/d', { quorum: 1, members: [member, member] })).to.include('1 of 2 witnesses')
  })
})

describe('the progress of a start', () => {
  const written = (stream: { isTTY?: boolean; columns?: number }, steps: number): string => {
    const parts: string[] = []
    const out = { ...stream, write: (part: string) => parts.push(part) } as unknown as NodeJS.WriteStream
    const progress = startProgress(out)
    for (let done = 1; done <= steps; done++) progress('upgrade', done, steps, 'numbering the journal')
    progress('first start', 1, 1, 'hand over')
    return parts.join('')
  }

  it('is a bar that each step redraws on a terminal, never wider than it', () => {
    const lines = written({ isTTY: true, columns: 40 }, 4).split('\r\x1b[2K').slice(1)
    expect(lines).to.have.length(5)
    expect(lines[0]).to.equal('upgrade ██████░░░░░░░░░░░░░░░░░░ 1/4 nu')
    expect(lines[3]).to.equal(`upgrade ${'█'.repeat(24)} 4/4 do\n`)
  })

  it('is one line for each task without a terminal', () => {
    expect(written({}, 4)).to.equal(
      'upgrade: numbering the journal, 4 of 4\nfirst start: the ledger knows this authority (1 steps)\n',
    )
  })
})
