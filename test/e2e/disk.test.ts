/** Starts on a disk that is full or read-only. Each says what to do, and the next start on a good disk works. */
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { scratchDirectory } from '../support/scratch.ts'
import { mountSmallDisk } from '../support/small-disk.ts'
import { until } from '../support/until.ts'
import { Child, type Finished } from './support/process.ts'

const PORTS = ['--port', '0', '--rpc-port', '0', '--operator-port', '0', '--wallet-port', '0']

describe('e2e: a start on a bad disk', function () {
  this.timeout(120_000)
  const aside = scratchDirectory('disk')
  const disk = join(aside, 'disk')
  const data = join(disk, 'data')
  const ballast = join(disk, 'ballast')
  before(function () {
    if (!mountSmallDisk(disk, 24)) this.skip()
  })
  after(() => {
    spawnSync('umount', ['-l', disk])
    rmSync(aside, { recursive: true, force: true })
  })

  const begin = (...args: string[]) => Child.start('node/main/main.ts', ['start', '--data', data, ...args])

  /** A start that succeeds or waits is ended, and then fails the assertions. */
  async function ended(child: Child): Promise<Finished> {
    const over = () => !child.running || child.out.includes('is ready')
    await until('it fails', over, { withinMs: 20_000 }).catch(() => undefined)
    await child.end('SIGKILL')
    return await child.finished()
  }

  /** Fills the disk but for so many bytes. */
  function fill(left: number): void {
    rmSync(ballast, { force: true })
    const { bavail, bsize } = statfsSync(disk)
    const room = bavail * bsize - left
    if (room > 0) writeFileSync(ballast, Buffer.alloc(room))
  }

  function expectAdvice({ exit, err }: Finished, what: string): void {
    expect(err, what).to.match(/STORE_IO|CONFIG_DATA/)
    expect(err, what)
      .to.include('Check')
      .and.include('disk')
      .and.not.include('because of a bug')
      .and.not.include('    at ')
    expect(exit, what).to.equal(1)
  }

  async function startsWell(): Promise<void> {
    const child = begin(...PORTS)
    await until('it is ready', () => child.out.includes('is ready') || !child.running, { withinMs: 60_000 })
    expect(child.out, child.err).to.include('is ready')
    await child.end('SIGTERM')
  }

  it('says so when a first start finds it full, wherever that happens', async () => {
    for (const left of [0, 4_096, 65_536, 98_304, 200_000]) {
      fill(left)
      expectAdvice(await ended(begin(...PORTS)), `${left} bytes left`)
      rmSync(data, { recursive: true, force: true })
    }
    rmSync(ballast)
    await startsWell()
  })

  it('says so when an install is on a read-only disk', async () => {
    expect(spawnSync('mount', ['-o', 'remount,ro', disk]).status).to.equal(0)
    try {
      expectAdvice(await ended(begin()), 'read-only')
    } finally {
      spawnSync('mount', ['-o', 'remount,rw', disk])
    }
    await startsWell()
  })

  it('says so when an install is on a full disk', async () => {
    const before = readFileSync(join(data, 'ledger.json'), 'utf8')
    fill(0)
    expectAdvice(await ended(begin()), 'full')
    rmSync(ballast)
    await startsWell()
    expect(readFileSync(join(data, 'ledger.json'), 'utf8')).to.equal(before)
  })
})
