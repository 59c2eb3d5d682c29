import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import iconv from 'iconv-lite'
import type { ResidentFacts } from '../../../node/credential/subject.ts'
import { utf8 } from '../../../node/lib/bytes.ts'
import { importResidents } from '../../../node/residents/csv/import.ts'
import { StoredRegister } from '../../../node/residents/stored.ts'
import { LevelStore } from '../../../node/store/level.ts'
import { Vault } from '../../../node/store/vault.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { csvOf, inPieces, NOW, population } from './support.ts'

const importer = fileURLToPath(new URL('importer.ts', import.meta.url))

const ROWS = process.env.DOJANG_TEST_LONG ? 10_000 : 2_000

describe('residents on disk', () => {
  let directory: string
  beforeEach(() => {
    directory = scratchDirectory('residents')
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  it('lose no reported row if the import is killed; importing the file again completes it', async () => {
    const residents = population(1200)
    const file = join(directory, 'residents.csv')
    const database = join(directory, 'db')
    const master = randomBytes(32)
    writeFileSync(file, csvOf(residents))

    let reported = 0
    for (const killAt of [50, 200, 450]) {
      const args = ['--import', 'tsx', importer, database, master.toString('hex'), file]
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
      const closed = once(child, 'close')
      let added = 0
      for await (const line of createInterface(child.stdout)) {
        added = Number(line)
        if (added >= killAt) child.kill('SIGKILL')
      }
      const [, signal] = await closed
      expect(signal).to.equal('SIGKILL')
      reported += added
    }
    expect(reported).to.be.at.least(700)

    const store = await LevelStore.open(database)
    const register = new StoredRegister(store, new Vault(store, master, randomBytes))
    const present = []
    for (const { personalNumber } of residents)
      if (await register.findByNumber(personalNumber)) present.push(personalNumber)
    expect(present.length).to.be.at.least(reported)

    const report = await importResidents(inPieces(csvOf(residents)), register, { columns: [], now: NOW })
    expect(report).to.deep.include({ added: 1200 - present.length, unchanged: present.length, changed: 0 })
    for (const facts of residents) {
      expect((await register.findByNumber(facts.personalNumber))?.facts).to.deep.equal(facts)
    }
    await store.close()
  })

  it('contain no value in the clear; the rate of the import is printed', async function () {
    this.timeout(180_000)
    const residents = population(ROWS)
    const file = csvOf(residents)
    const database = join(directory, 'db')
    const store = await LevelStore.open(database)
    const register = new StoredRegister(store, new Vault(store, randomBytes(32), randomBytes))
    const rate = async (expected: object) => {
      const begun = performance.now()
      expect(await importResidents(inPieces(file, 65_536), register, { columns: [], now: NOW })).to.deep.include(
        expected,
      )
      return Math.round(ROWS / ((performance.now() - begun) / 1000))
    }
    const first = await rate({ added: ROWS })
    const again = await rate({ unchanged: ROWS })
    console.log(`      ${first} rows/s new, ${again} rows/s unchanged, ${(file.length / ROWS).toFixed(0)} bytes a row`)
    await store.close()

    // In the files as they are, and in the records, which LevelDB may have compressed.
    const stored = [
      ...readdirSync(database).map(name => readFileSync(join(database, name))),
      await everything(database),
    ]
    const bytes = Buffer.concat(stored)
    for (const facts of [...residents.slice(0, 10), ...residents.slice(-10)]) {
      for (const [what, needle] of needles(facts)) expect(bytes.includes(needle), what).to.equal(false)
    }
  })

  it('the search finds a value in the clear if there is one', async () => {
    const [someone] = population(1)
    if (!someone) throw new Error('no population')
    const database = join(directory, 'db')
    const store = await LevelStore.open(database)
    await store.commit([{ put: utf8('clear'), value: utf8(someone.address) }])
    await store.close()
    const bytes = await everything(database)
    expect(needles(someone).some(([, needle]) => bytes.includes(needle))).to.equal(true)
  })
})

/** The keys and values of the database, concatenated. */
async function everything(database: string): Promise<Buffer> {
  const store = await LevelStore.open(database)
  const parts: Uint8Array[] = []
  for await (const [key, value] of store.range(new Uint8Array(), new Uint8Array([0xff]))) parts.push(key, value)
  await store.close()
  return Buffer.concat(parts)
}

/** The bytes to search for, in several encodings. Short ones are left out, because random bytes may contain them. */
function needles(facts: ResidentFacts): [string, Buffer][] {
  const { personalNumber, birthdate, address, licence, veteran } = facts
  const name = facts.familyName + facts.givenName
  const texts = { name, personalNumber, birthdate, address, digits: personalNumber.replace('-', '') }
  const cards = { ...(licence && { licence: licence.number }), ...(veteran && { veteran: veteran.number }) }
  const forms = (text: string): Buffer[] => {
    const base64 = Buffer.from(text).toString('base64').slice(0, -4)
    return [
      Buffer.from(text),
      iconv.encode(text, 'cp949'),
      Buffer.from(text, 'utf16le'),
      Buffer.from(text, 'utf16le').swap16(),
      Buffer.from(base64),
    ].filter(form => form.length >= 6)
  }
  return [
    ...Object.entries({ ...texts, ...cards }).flatMap(([what, text]) =>
      forms(text).map((form): [string, Buffer] => [what, form]),
    ),
    ['portrait', Buffer.from(facts.portrait.slice(-60, -20))],
    ['portrait', Buffer.from(Buffer.from(facts.portrait).toString('base64').slice(60, 100))],
  ]
}
