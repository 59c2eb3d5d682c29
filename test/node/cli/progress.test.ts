/** What is drawn on a terminal fits it, and what goes into a log is plain. */
import { PassThrough, Readable } from 'node:stream'
import { expect } from 'chai'
import { Progress } from '../../../node/cli/progress.ts'
import { showQr } from '../../../node/cli/qr.ts'
import type { Context } from '../../../node/cli/terminal.ts'

function contextOn(terminal: { readonly isTTY: boolean; readonly columns?: number }) {
  const stderr = Object.assign(new PassThrough({ encoding: 'utf8' }), terminal)
  const streams = { stdin: Readable.from([]), stdout: new PassThrough(), stderr, env: {} }
  const context: Context = { terminal: streams, clock: () => 0, data: 'data', json: false, language: 'en' }
  return { context, written: () => String(stderr.read() ?? '') }
}

/** What a line shows when everything in it was drawn. */
const lastDrawn = (text: string) => text.split('\x1b[2K').at(-1) ?? ''

describe('cli: progress', () => {
  for (const columns of [200, 80, 40, 20]) {
    it(`is no wider than a terminal of ${columns} columns`, () => {
      const { context, written } = contextOn({ isTTY: true, columns })
      const progress = new Progress(context, 'importing', 1_000_000, () => 1_000)
      progress.update(500_000)
      const line = lastDrawn(written())
      expect(line).to.include('importing').and.include('500,000').and.include('50%')
      expect(line.length).to.be.lessThan(Math.max(columns, 26))
      if (columns >= 40) expect(line).to.match(/█░/)
      progress.end()
      expect(lastDrawn(written())).to.equal('')
    })
  }

  it('shows a count if the total is unknown', () => {
    const onTerminal = contextOn({ isTTY: true })
    new Progress(onTerminal.context, 'importing', 0, () => 1_000).update(500)
    expect(onTerminal.written()).to.match(/importing {2}500$/)
    const inLog = contextOn({ isTTY: false })
    new Progress(inLog.context, 'importing', 0, () => 1_000).update(500)
    expect(inLog.written()).to.equal('importing 500\n')
  })
})

describe('cli: QR codes', () => {
  it('are drawn only if they fit the terminal', async () => {
    const url = `openid4vp://?client_id=x509_hash%3A${'a'.repeat(43)}&request_uri=${'b'.repeat(80)}`
    const wide = contextOn({ isTTY: true, columns: 80 })
    await showQr(wide.context.terminal.stderr, url)
    const drawn = wide.written()
    const colours = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g')
    const width = Math.max(...drawn.split('\n').map(line => line.replace(colours, '').length))
    expect(width).to.be.within(40, 80)
    for (const [columns, fits] of [
      [width, true],
      [width - 1, false],
    ] as const) {
      const terminal = contextOn({ isTTY: true, columns })
      await showQr(terminal.context.terminal.stderr, url)
      const shown = terminal.written()
      if (fits) expect(shown).to.equal(drawn)
      else expect(shown).to.include('wider than this terminal').and.not.include('▄')
    }
  })
})
