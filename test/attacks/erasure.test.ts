/** A thief has all files of an install, with its master key, some time after a person was erased. */
import { createDecipheriv, createHmac, hkdfSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { Level } from 'level'
import type { ResidentFacts } from '../../node/credential/subject.ts'
import { Bucket } from '../../node/store/buckets.ts'
import { TestNode } from '../e2e/support/node.ts'
import { csvOf, people } from '../e2e/support/people.ts'
import { readFiles } from '../e2e/support/remains.ts'
import { change, issue } from '../e2e/support/steps.ts'
import { Wallet } from '../e2e/wallet/wallet.ts'

/** A value of the database that makes the person readable to somebody with the master key. */
interface Trace {
  readonly what: string
  readonly bytes: Buffer
}

describe('attack: the files after an erasure', function () {
  this.timeout(120_000)
  const [erased, other] = people(2) as [ResidentFacts, ResidentFacts]
  const node = new TestNode()
  let traces: Trace[] = []

  before(() => node.start())
  after(() => node.dispose())

  const master = () => Buffer.from(readFileSync(join(node.data, 'keys', 'master.key'), 'utf8').trim(), 'hex')
  const derived = (purpose: string) => Buffer.from(hkdfSync('sha256', master(), new Uint8Array(), purpose, 32))
  const hashOf = (label: string, value: string) =>
    createHmac('sha256', derived('dojang vault index')).update(`${label}\0${value}`).digest()
  const indexOf = (number: string) => hashOf('personal-number', number)

  /** What a thief needs of the stopped node's database: the wrapped data key, and the index entry of the number. */
  async function tracesOf(number: string): Promise<Trace[]> {
    const db = new Level<Uint8Array, Uint8Array>(join(node.data, 'authority'), {
      ...{ keyEncoding: 'view', valueEncoding: 'view', createIfMissing: false },
    })
    await db.open()
    try {
      const index = indexOf(number)
      const person = await db.get(Buffer.from([Bucket.residentByNumber, ...index]))
      if (!person) return []
      const wrapped = await db.get(Buffer.from([Bucket.personKey, ...person]))
      if (!wrapped) return []
      return [
        { what: 'wrapped data key', bytes: Buffer.from(wrapped) },
        { what: 'index entry', bytes: index },
        { what: 'record', bytes: Buffer.from((await db.get(Buffer.from([Bucket.resident, ...person]))) ?? []) },
        { what: 'line', bytes: Buffer.from((await db.get(Buffer.from([Bucket.linesByPerson, ...person]))) ?? []) },
      ]
    } finally {
      await db.close()
    }
  }

  /** Any 16 bytes in a row: tables are compressed in blocks. */
  function found(): string[] {
    const files = readFiles(node.data)
    return traces.flatMap(({ what, bytes }) => {
      const windows = Array.from({ length: Math.min(bytes.length, 76) - 15 }, (_, i) => bytes.subarray(i, i + 16))
      return files
        .filter(file => windows.some(window => file.bytes.includes(window)))
        .map(({ path }) => `${what} in ${path}`)
    })
  }

  it('could read everything before', async () => {
    await node.import(csvOf([erased, other]))
    const lines = `line_number,personal_number\n010-1234-5678,${erased.personalNumber}\n`
    expect((await node.cli(['lines', 'import', '-'], lines)).exit).to.equal(0)
    const wallet = new Wallet(join(node.data, '..', 'wallet'))
    const { credentialId } = await issue(node, wallet, 'resident', erased.personalNumber)
    await change(node, credentialId, 'revoke')
    await node.stop()
    traces = await tracesOf(erased.personalNumber)
    expect(traces).to.have.length(4)
    expect(traces[3]?.bytes).to.deep.equal(hashOf('line', '+821012345678'))
    const [{ bytes } = { bytes: Buffer.alloc(0) }] = traces
    const unwrap = createDecipheriv('aes-256-gcm', derived('dojang vault wrapping'), bytes.subarray(0, 12))
    expect(unwrap.update(bytes.subarray(12, -16)), 'the data key').to.have.length(32)
    expect(found()).to.not.deep.equal([])
    await node.start()
  })

  it('finds nothing while the node runs, as soon as the command has ended', async () => {
    const { exit, err } = await node.cli(['erase', '--yes'], `${erased.personalNumber}\n`)
    expect(exit, err).to.equal(0)
    expect(found()).to.deep.equal([])
  })

  it('finds nothing after more work and a restart, and others are still there', async () => {
    const wallet = new Wallet(join(node.data, '..', 'other'))
    await issue(node, wallet, 'resident', other.personalNumber)
    await node.stop()
    await node.start()
    expect(found()).to.deep.equal([])
    const gone = await node.cli(['credentials'], erased.personalNumber)
    expect(gone.err).to.include('ISSUER_PERSON_UNKNOWN')
    expect((await node.cli(['credentials'], other.personalNumber)).out).to.include('resident')
    await node.stop()
    expect(await tracesOf(erased.personalNumber)).to.deep.equal([])
    await node.start()
  })

  it('finds nothing of somebody who was imported and erased within a moment', async () => {
    const person = people(3)[2] as ResidentFacts
    await node.import(csvOf([person]))
    traces = [{ what: 'index entry', bytes: indexOf(person.personalNumber) }]
    expect(found()).to.not.deep.equal([])
    expect((await node.cli(['erase', '--yes'], person.personalNumber)).exit).to.equal(0)
    expect(found()).to.deep.equal([])
  })
})
