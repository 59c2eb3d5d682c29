import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect } from 'chai'
import { encodeImage } from '../../../node/chip/image-file.ts'
import { deskStatus, parseDeskLink, readAtDesk } from '../../../node/chip/reader/desk-client.ts'
import { readingFromJson } from '../../../node/chip/reader/reading-json.ts'
import { writeConfig } from '../../../node/config/file.ts'
import { toBase64url } from '../../../node/lib/bytes.ts'
import { testConfig } from '../../support/config.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { CHALLENGE, NUMBER, testImage } from '../chip/support/image.ts'
import { run } from './support.ts'

describe('cli: the chips of identity cards', () => {
  const demo = scratchDirectory('chip')
  const local = scratchDirectory('chip')
  const image = testImage({ portrait: 2000 })
  const file = join(demo, 'card.json')
  before(() => {
    writeConfig(testConfig(demo, { mode: 'demo' }))
    writeConfig(testConfig(local))
    writeFileSync(file, encodeImage(image))
  })

  const read = (...more: string[]) => run(['card', 'read', '--card', file, '--data', demo, ...more], { input: NUMBER })

  it('read a card, and print which files it has and nothing that is in them', async () => {
    const { exit, out, err } = await read('--lang', 'en')
    expect(exit, err).to.equal(0)
    expect(out).to.match(/^EF\.SOD {2}1,804 bytes\nDG1 +95 bytes\nDG2 +2,004 bytes\n/)
    expect(out).to.include('verifies nothing')
    expect((await read('--lang', 'ko')).out).to.include('아무것도 검증하지 않습니다')
    const { document, challenge, simulated } = JSON.parse((await read('--json')).out)
    expect([document, simulated]).to.deep.equal([undefined, true])
    expect(challenge).to.match(/^[\w-]{11}$/)
  })

  it('store what was read only where they are told to, for the user alone', async () => {
    const out = join(demo, 'reading.json')
    const challenge = toBase64url(CHALLENGE)
    expect((await read('--out', out, '--challenge', challenge)).exit).to.equal(0)
    expect(statSync(out).mode & 0o777).to.equal(0o600)
    expect(readingFromJson(JSON.parse(readFileSync(out, 'utf8'))).dataGroups.get(1)).to.deep.equal(
      image.files.get(0x0101),
    )
    expect((await read('--challenge', 'AAAA')).err).to.include('eight bytes in base64url')
  })

  it('report a wrong number, and refuse a file outside a demo, or one that is no card', async () => {
    const wrong = await run(['card', 'read', '--card', file, '--data', demo], { input: '000000' })
    expect([wrong.exit, wrong.err.includes('CHIP_ACCESS_REFUSED'), wrong.err.includes('000000')]).to.deep.equal([
      1,
      true,
      false,
    ])
    const none = await run(['card', 'read', '--card', file, '--data', demo], { input: '12345' })
    expect([none.exit, none.err.includes('CLI_INPUT')]).to.deep.equal([2, true])
    const outside = await run(['card', 'read', '--card', file, '--data', local], { input: NUMBER })
    expect([outside.exit, outside.err.includes('CHIP_SIMULATED_REFUSED')]).to.deep.equal([1, true])
    const other = await run(['card', 'read', '--card', join(demo, 'config.json'), '--data', demo], { input: NUMBER })
    expect(other.err).to.include('CHIP_IMAGE_INVALID')
    const both = await run(['card', 'read', '--card', file, '--reader', 'ACME', '--data', demo], { input: NUMBER })
    expect([both.exit, both.err.includes('CLI_USAGE')]).to.deep.equal([2, true])
  })

  it('serve a page until they are stopped', async function () {
    this.timeout(60_000)
    const args = ['scripts/dojang.mjs', 'reader', '--card', file, '--data', demo, '--lang', 'en']
    const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    try {
      const [line] = await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line')
      const link = new URL(String(line))
      expect(`${link.origin}${link.pathname}`).to.equal('http://localhost:4100/kiosk/')
      const desk = parseDeskLink(link.hash)
      if (desk === undefined) return expect.fail(link.hash)
      expect(await deskStatus(desk)).to.have.nested.property('value.simulated', true)
      const result = await readAtDesk(desk, { card_access_number: NUMBER, challenge: toBase64url(CHALLENGE) })
      expect(result.kind).to.equal('done')
    } finally {
      child.kill('SIGTERM')
    }
    const [code] = await once(child, 'exit')
    expect(code).to.equal(0)
  })
})
