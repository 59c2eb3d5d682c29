import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect } from 'chai'
import { encode as encodeJpeg } from 'jpeg-js'
import { encodeImage } from '../../../node/chip/image-file.ts'
import { deskStatus, parseDeskLink, readAtDesk } from '../../../node/chip/reader/desk-client.ts'
import { writeConfig } from '../../../node/config/file.ts'
import { toBase64 } from '../../../node/lib/base64.ts'
import { toBase64url } from '../../../node/lib/bytes.ts'
import { testConfig } from '../../support/config.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { CHALLENGE, NUMBER, testImage } from '../chip/support/image.ts'
import { readingFromJson } from '../chip/support/readers.ts'
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

  it('are made in a demo, of an invented person or of given facts, and read again', async () => {
    const made = JSON.parse((await run(['card', 'make', '--person', '3', '--data', demo, '--json'])).out)
    expect(made.file).to.equal(join(demo, 'chips', `${made.documentNumber}.json`))
    expect(statSync(made.file).mode & 0o777).to.equal(0o600)
    const shown = (card: string, number: string) =>
      run(['card', 'read', '--card', card, '--show', '--data', demo, '--lang', 'en'], { input: number })
    expect((await shown(made.file, made.cardAccessNumber)).out).to.match(
      new RegExp(`document number +${made.documentNumber}\\n`),
    )

    const portrait = toBase64(encodeJpeg({ width: 24, height: 30, data: Buffer.alloc(24 * 30 * 4, 0xd0) }, 50).data)
    const names = { familyName: '홍', givenName: '가온', address: '서울특별시 종로구 가상로 1' }
    const facts = { documentNumber: 'K00000001', personalNumber: '070315-4000000', ...names, portrait }
    const given = join(demo, 'facts.json')
    writeFileSync(given, JSON.stringify(facts))
    const card = join(demo, 'hong.json')
    const { cardAccessNumber } = JSON.parse(
      (await run(['card', 'make', '--facts', given, '--out', card, '--data', demo, '--json'])).out,
    )
    const { out } = await shown(card, cardAccessNumber)
    expect(out).to.match(/document number +K00000001/)
    expect(out).to.match(/birthdate +2007-03-15/)

    writeFileSync(given, JSON.stringify({ ...facts, personalNumber: '079999-4000000' }))
    const wrong = await run(['card', 'make', '--facts', given, '--data', demo])
    expect([wrong.exit, wrong.err.includes('CLI_INPUT'), wrong.err.includes('079999')]).to.deep.equal([2, true, false])
    const outside = await run(['card', 'make', '--data', local])
    expect([outside.exit, outside.err.includes('CHIP_SIMULATED_REFUSED')]).to.deep.equal([1, true])
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
