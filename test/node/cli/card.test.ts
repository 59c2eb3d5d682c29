import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { readCards } from '../../../node/config/cards.ts'
import { CARD_FILE_LIMIT } from '../../../node/credential/card-file.ts'
import { FakeNode, run } from './support.ts'

const FILE = 'node/credential/cards/student.json'
const STUDENT = readFileSync(FILE, 'utf8')

describe('cli: card', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'dojang-card-'))
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  const write = (name: string, text: string): string => {
    const path = join(directory, name)
    writeFileSync(path, text)
    return path
  }

  it('shows the claims in Korean and in English, and the type metadata', async () => {
    const korean = await run(['card', 'check', FILE, '--lang', 'ko', '--data', directory])
    expect(korean.exit, korean.err).to.equal(0)
    expect(korean.out).to.match(/^모바일 학생증 \(student, urn:dojang:example:student:1\)/)
    expect(korean.out).to.match(/student_number +학번 +text +예 +선택 +column:student_number/)
    const english = await run(['card', 'check', FILE, '--lang', 'en', '--data', directory])
    expect(english.out).to.match(/department +Department +text +no +selective +column:department/)
    expect(english.out)
      .to.include('"vct": "urn:dojang:example:student:1"')
      .and.match(/sha256-\S{43}=/)
  })

  it('names the file, the path and what is allowed when it refuses a file', async () => {
    const path = write('card.json', STUDENT.replace('column:student_number', 'column:grades'))
    const { exit, err } = await run(['card', 'check', path, '--data', directory])
    expect(exit).to.equal(2)
    expect(err).to.include('CREDENTIAL_CARD_INVALID').and.include('card.json, claims.4.source')
    expect(err.replace(/\s+/g, ' ')).to.include('Allowed: familyName').and.include('column:student_number')
  })

  it('refuses what is too large, no file, or not there, before it is read', async () => {
    const large = write('large.json', ' '.repeat(CARD_FILE_LIMIT + 1))
    const device = join(directory, 'zero.json')
    symlinkSync('/dev/zero', device)
    for (const path of [large, device, directory]) {
      const { exit, err } = await run(['card', 'check', path, '--data', directory])
      expect([exit, err.includes('CREDENTIAL_CARD_INVALID')], path).to.deep.equal([2, true])
    }
    expect(await run(['card', 'check', join(directory, 'none.json')])).to.include({ exit: 2 })
  })

  it('stores a card once, and prints the grant and that a restart is needed', async () => {
    await using node = await new FakeNode({}).start()
    const added = await run(['card', 'add', FILE, '--data', node.data, '--lang', 'en'])
    expect(added.exit, added.err).to.equal(0)
    expect(added.out)
      .to.include('dojang council propose grant org=1 purpose=issue:urn:dojang:example:student:1 until=never')
      .and.include('Start the node again')
    expect(readCards(node.data).byId('student')?.vct).to.equal('urn:dojang:example:student:1')
    const again = await run(['card', 'add', FILE, '--data', node.data])
    expect(again).to.include({ exit: 2 })
    expect(again.err).to.include('CREDENTIAL_CARD_REPEATED')
  })

  it('does not replace a file that defines another card', async () => {
    await using node = await new FakeNode({}).start()
    mkdirSync(join(node.data, 'cards'))
    const stored = join(node.data, 'cards', 'pupil.json')
    writeFileSync(stored, STUDENT)
    const other = STUDENT.replace('"student"', '"pupil"').replace('example:student:1', 'example:pupil:1')
    const { exit, err } = await run(['card', 'add', write('a.json', other), '--data', node.data])
    expect(exit).to.equal(2)
    expect(err).to.include('CLI_INPUT')
    expect(readFileSync(stored, 'utf8')).to.equal(STUDENT)
  })

  it("does not override one of the program's cards", async () => {
    await using node = await new FakeNode({}).start()
    const path = write('mine.json', STUDENT.replace('urn:dojang:example:student:1', 'urn:dojang:kr:driver:1'))
    const { exit, err } = await run(['card', 'add', path, '--data', node.data])
    expect(exit).to.equal(2)
    expect(err).to.include('CREDENTIAL_CARD_REPEATED').and.include('driver.json')
    expect(existsSync(join(node.data, 'cards', 'student.json'))).to.equal(false)
  })

  it('lists the cards of the install', async () => {
    const { out } = await run(['card', 'list', '--data', directory, '--lang', 'ko'])
    expect(out.split('\n')[0]).to.match(/^resident +urn:dojang:kr:resident:1 +모바일 주민등록증$/)
  })
})
