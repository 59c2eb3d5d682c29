/**
 * The journal of a running node and of a stopped one: days go by (the clock of the node is shifted), it is anchored, also
 * after `kill -9`, and what somebody writes into the database is found.
 */
import { join } from 'node:path'
import { expect } from 'chai'
import { utf8 } from '../../node/lib/bytes.ts'
import { DAY } from '../../node/lib/time.ts'
import { entryKey, readHead } from '../../node/store/journal-chain.ts'
import { LevelStore } from '../../node/store/level.ts'
import { until } from '../support/until.ts'
import { TestNode } from './support/node.ts'
import { csvOf, people } from './support/people.ts'
import { offer } from './support/steps.ts'

const PRELOAD = `--import=${join(import.meta.dirname, '..', 'support', 'shifted-clock.mjs')}`

describe('e2e: the journal', function () {
  this.timeout(120_000)
  const residents = people(2, 'journal')
  let shift = 0
  const node = new TestNode([], () => ({ NODE_OPTIONS: PRELOAD, DOJANG_TEST_CLOCK_SHIFT: String(shift) }))
  after(() => node.dispose())

  const nextDay = () => {
    shift += DAY * 1000
  }
  /** Days that are over, as the node answers. */
  async function daysOver() {
    const { body } = await node.get('/operator/journal')
    const days = body.days as { day: string; last: number | null; anchored: { block: number } | null }[]
    return days.filter(({ last }) => last !== null)
  }
  const allAnchored = (count: number) =>
    until(
      `${count} days are anchored`,
      async () => {
        const days = await daysOver()
        return days.length === count && days.every(({ anchored }) => anchored !== null)
      },
      { withinMs: 30_000 },
    )
  const check = async (...args: string[]) => {
    const { exit, out, err } = await node.cli(['journal', 'check', '--json', ...args])
    return { exit, err, report: JSON.parse(out) }
  }

  it('says by whom an offer was made, and is not on the ledger before its day is over', async () => {
    await node.start()
    await node.import(csvOf(residents))
    await offer(node, 'resident', residents[0]?.personalNumber ?? '')
    const shown = await node.cli(['journal', 'show'])
    expect(shown.exit, shown.err).to.equal(0)
    expect(shown.out)
      .to.include('application.applied')
      .and.include('journal.day-opened')
      .and.include('not on the ledger yet')
    const { exit, report } = await check()
    expect(exit).to.equal(0)
    expect(report).to.include({ daysOnLedger: 0, provedUntil: null, found: 0 })
  })

  it('anchors the day, and those that ended while it was down, also after a kill', async () => {
    await node.stop()
    nextDay()
    await node.start()
    await allAnchored(1)
    await offer(node, 'resident', residents[1]?.personalNumber ?? '')
    await node.kill()
    nextDay()
    await node.start()
    await node.kill()
    await node.start()
    await allAnchored(2)
    const { exit, report, err } = await check()
    expect(exit, err).to.equal(0)
    expect(report).to.include({ daysOnLedger: 2, found: 0 })
    expect(await (await fetch(`${node.operatorUrl}/readyz`)).json()).to.include({ ready: true, journal: 'anchored' })
    const shown = await node.cli(['journal', 'show', '--lang', 'ko'])
    expect(shown.out).to.include('원장에 기록됨')
  })

  it('pages back to the first entry', async () => {
    const { body } = await node.get('/operator/journal?before=1')
    expect(body.entries.map(({ number, event }: { number: number; event: string }) => [number, event])).to.deep.equal([
      [0, 'journal.day-opened'],
    ])
    expect((await node.get('/operator/journal?before=x')).status).to.equal(400)
  })

  it('is proved from the files of a stopped node, too', async () => {
    await node.stop()
    const { exit, report, err } = await check()
    expect(exit, err).to.equal(0)
    expect(err).to.match(/files are read|파일을 읽습니다/)
    expect(report).to.include({ daysOnLedger: 2, found: 0 })
  })

  it('names an entry that somebody wrote into the database, stopped and running', async () => {
    const store = await LevelStore.open(join(node.data, 'authority'))
    const { count } = readHead(store)
    await store.commit([{ put: entryKey(2), value: utf8('{"at":1,"event":"forged"}') }])
    await store.close()
    const stopped = await check()
    expect(stopped.exit).to.equal(1)
    expect(stopped.report).to.deep.include({ entries: count, findings: [{ kind: 'changed', entry: 2 }] })
    await node.start()
    const running = await node.cli(['journal', 'check', '--lang', 'en'])
    expect(running.exit).to.equal(1)
    expect(running.out).to.include('entry 2: changed')
  })

  it('needs an install', async () => {
    const { exit, out } = await node.cli(['journal', 'check', '--json', '--profile', join(node.data, 'none.json')])
    expect(exit, out).to.equal(2)
  })
})
