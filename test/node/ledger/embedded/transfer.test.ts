import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { checkLedger } from '../../../../node/ledger/embedded/check-directory.ts'
import { openLedgerStore } from '../../../../node/ledger/embedded/ledger-store.ts'
import { exportLedger, importLedger } from '../../../../node/ledger/embedded/transfer.ts'
import type { LedgerHead } from '../../../../node/ledger/ledger.ts'
import { type Hex, toHex } from '../../../../node/lib/bytes.ts'
import { blockHash, decodeHeader, encodeHeader } from '../../../../node/proof/header.ts'
import { decodeRlp, encodeRlp, type RlpItem, rlpList } from '../../../../node/proof/rlp.ts'
import { failureOf } from '../../../support/failure.ts'
import { CHAIN_ID, deployStore, openLedger, put, sign, temporaryDirectory } from './fixture.ts'

const decodeHeaderOf = (block: Uint8Array) =>
  decodeHeader(encodeRlp(rlpList(decodeRlp(block), 'block', 3)[0] as RlpItem))

describe('embedded ledger: export and import', () => {
  const directory = temporaryDirectory()
  const at = (name: string) => join(directory.path, name)
  let head: LedgerHead
  let expected: Parameters<typeof importLedger>[2]
  let whole: Buffer

  before(async function () {
    this.timeout(60_000)
    const ledger = await openLedger(at('ledger'))
    const contract = await deployStore(ledger)
    for (let nonce = 1; nonce < 12; nonce++) {
      await ledger.setClockOffset(ledger.head.timestamp + 1 - Math.floor(Date.now() / 1000))
      const raw = await sign({ nonce, to: contract, data: put(nonce, nonce), type: nonce % 3 })
      await ledger.request('eth_sendRawTransaction', [raw])
    }
    const block = async (number: number) =>
      (await ledger.request('eth_getBlockByNumber', [`0x${number.toString(16)}`, false])) as { hash: Hex }
    const checkpoint = { height: 5, hash: (await block(5)).hash }
    expected = { chainId: CHAIN_ID, genesis: (await block(0)).hash, checkpoint }
    head = ledger.head
    await ledger.close()
    await new Promise(resolve => setTimeout(resolve, 0))
    expect(await exportLedger(at('ledger'), at('history.rlp'))).to.deep.equal(head)
    whole = readFileSync(at('history.rlp'))
  })
  after(() => directory.remove())

  // The blocks are later than the system's clock, because the ledger's clock was moved.
  const settle = async () => {
    while (Math.floor(Date.now() / 1000) + 10 < head.timestamp) await new Promise(resolve => setTimeout(resolve, 100))
  }

  it('imports the same ledger, compressed or not, and a second time into the same directory', async function () {
    this.timeout(60_000)
    await settle()
    await exportLedger(at('ledger'), at('history.rlp.gz'))
    expect(gunzipSync(readFileSync(at('history.rlp.gz'))).equals(whole)).to.equal(true)
    for (const file of ['history.rlp', 'history.rlp.gz', 'history.rlp']) {
      expect(await importLedger(at('copy'), at(file), expected, Date.now)).to.deep.equal(head)
    }
    expect(await checkLedger(at('copy'))).to.deep.equal(await checkLedger(at('ledger')))
    expect((await checkLedger(at('copy'))).faults).to.deep.equal([])
  })

  /** The end of each item of the file: of each block, then of the end mark. */
  const endsOf = (bytes: Uint8Array) => {
    const ends: number[] = []
    for (let position = 0; position < bytes.length; ) {
      const first = bytes[position] as number
      const long = first - 0xf7
      const size =
        long > 0
          ? 1 + long + Number(`0x${Buffer.from(bytes).toString('hex', position + 1, position + 1 + long)}`)
          : 1 + first - 0xc0
      position += size
      ends.push(position)
    }
    return ends
  }
  const written = (name: string, bytes: Uint8Array) => {
    writeFileSync(at(name), bytes)
    return at(name)
  }
  /** Expects that no node starts in the directory, that nothing can be exported from it, and that a check says why. */
  const expectUnfinished = async (name: string) => {
    expect((await failureOf(openLedger(at(name)))).code).to.equal('LEDGER_IMPORT_UNFINISHED')
    expect((await failureOf(exportLedger(at(name), at('never.rlp')))).code).to.equal('LEDGER_IMPORT_UNFINISHED')
    expect((await checkLedger(at(name))).faults.join()).to.match(/import was not finished/)
  }

  it('continues an interrupted import, and no node seals before it is finished', async () => {
    const half = written('half.rlp', whole.subarray(0, Math.floor(whole.length * 0.7)))
    const failure = await failureOf(importLedger(at('half'), half, expected, Date.now))
    expect(failure.message).to.match(/the file ends in the middle/)
    await expectUnfinished('half')
    expect(await importLedger(at('half'), at('history.rlp'), expected, Date.now)).to.deep.equal(head)
    expect((await checkLedger(at('half'))).faults).to.deep.equal([])
    const ledger = await openLedger(at('half'))
    expect(ledger.head).to.deep.equal(head)
    await ledger.close()
  })

  it('notices that a file was cut off between two blocks', async () => {
    const ends = endsOf(whole)
    expect(ends).to.have.length(head.number + 2)
    const cut = written('cut.rlp', whole.subarray(0, ends.at(-3)))
    const failure = await failureOf(importLedger(at('cut'), cut, expected, Date.now))
    expect(failure.code).to.equal('LEDGER_IMPORT_UNFINISHED')
    expect(failure.message).to.match(new RegExp(`ends with block ${head.number - 1}, .*cut off`))
    await expectUnfinished('cut')
    // With the end mark of another history it is not complete either.
    const patched = Buffer.concat([whole.subarray(0, ends.at(-3)), whole.subarray(ends.at(-2))])
    expect(
      (await failureOf(importLedger(at('cut'), written('patched.rlp', patched), expected, Date.now))).message,
    ).to.match(new RegExp(`end mark of the file names block ${head.number}`))
    const more = Buffer.concat([whole, whole.subarray(0, ends[0])])
    expect((await failureOf(importLedger(at('more'), written('more.rlp', more), expected, Date.now))).message).to.match(
      /something follows the end/,
    )
    await expectUnfinished('more')
    expect(await importLedger(at('cut'), at('history.rlp'), expected, Date.now)).to.deep.equal(head)
  })

  it('compares the head that the operator names, and with it accepts a file of an older version', async () => {
    const older = written('older.rlp', whole.subarray(0, endsOf(whole).at(-2)))
    const other = { ...expected, head: expected.genesis }
    for (const file of [older, at('history.rlp')]) {
      const failure = await failureOf(importLedger(at('older'), file, other, Date.now))
      expect(failure.message).to.match(new RegExp(`ends with block ${head.number}, ${head.hash}, and not with`))
      await expectUnfinished('older')
    }
    expect(await importLedger(at('older'), older, { ...expected, head: head.hash }, Date.now)).to.deep.equal(head)
    expect((await checkLedger(at('older'))).faults).to.deep.equal([])
  })

  it('leaves a complete ledger complete when a file adds nothing', async () => {
    await exportLedger(at('ledger'), at('base.rlp'))
    await importLedger(at('kept'), at('base.rlp'), expected, Date.now)
    const ends = endsOf(whole)
    const last = whole.subarray(ends.at(-3), ends.at(-2))
    // A block that cannot come next, after all that are there: the mark is set and removed again.
    const header = { ...decodeHeaderOf(last), number: head.number + 1 }
    const wrong = encodeRlp([decodeRlp(encodeHeader(header)), [], []])
    const failure = await failureOf(
      importLedger(
        at('kept'),
        written('wrong.rlp', Buffer.concat([whole.subarray(0, ends.at(-2)), wrong])),
        expected,
        Date.now,
      ),
    )
    expect(failure.code).to.equal('LEDGER_BLOCK_REFUSED')
    const ledger = await openLedger(at('kept'))
    expect(ledger.head).to.deep.equal(head)
    await ledger.close()
  })

  it('keeps the mark while the file is shorter than that of the unfinished import', async () => {
    const ends = endsOf(whole)
    const shorter = whole.subarray(0, ends.at(-4))
    const hash = toHex(blockHash(decodeHeaderOf(whole.subarray(ends.at(-5), ends.at(-4)))))
    await failureOf(
      importLedger(at('longer'), written('longer.rlp', whole.subarray(0, ends.at(-3))), expected, Date.now),
    )
    const failure = await failureOf(
      importLedger(at('longer'), written('shorter.rlp', shorter), { ...expected, head: hash }, Date.now),
    )
    expect(failure.message).to.match(/the unfinished import has later blocks/)
    await expectUnfinished('longer')
  })

  it('says what is wrong with a file, and creates nothing for a missing file', async () => {
    await exportLedger(at('ledger'), at('zipped.rlp.gz'))
    const zipped = readFileSync(at('zipped.rlp.gz'))
    const files = [written('cut.rlp.gz', zipped.subarray(0, -20)), written('junk.rlp.gz', Buffer.from('hello'))]
    for (const file of files) {
      const failure = await failureOf(importLedger(at('zip'), file, expected, Date.now))
      expect(failure.code).to.equal('LEDGER_BLOCK_REFUSED')
      expect(failure.message).to.match(/cut off, or it is not a gzip file \(Z_\w+_ERROR\)/)
    }
    await failureOf(importLedger(at('not-made'), at('not-there.rlp'), expected, Date.now))
    expect((await failureOf(exportLedger(at('not-made'), at('never.rlp')))).message).to.match(/There is no ledger in/)
    expect(existsSync(at('not-made'))).to.equal(false)
  })

  it('limits its memory for a small file that unpacks to a large one', async function () {
    this.timeout(60_000)
    const list = (content: Uint8Array) => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(content.length)
      return Buffer.concat([Buffer.from([0xfb]), length, content])
    }
    const many = (megabytes: number) => list(Buffer.alloc(megabytes * 1024 * 1024, 1))
    const genesis = whole.subarray(0, endsOf(whole)[0])
    const [header] = rlpList(decodeRlp(genesis), 'block', 3)
    const nothing = encodeRlp([])
    const bombs: [string, Uint8Array, RegExp][] = [
      ['transactions', Buffer.concat([encodeRlp(header as RlpItem), many(30), nothing]), /more than 10000 parts/],
      ['a header', Buffer.concat([many(30), nothing, nothing]), /header is too long/],
      ['parts', Buffer.alloc(30 * 1024 * 1024, 1), /does not have three parts|more than 3 parts/],
      ['too much', Buffer.concat([encodeRlp(header as RlpItem), many(40), nothing]), /too long/],
    ]
    for (const [what, content, message] of bombs) {
      const file = written('bomb.rlp.gz', gzipSync(list(content)))
      const began = performance.now()
      const before = process.memoryUsage().heapUsed
      const failure = await failureOf(importLedger(at('bomb'), file, expected, Date.now))
      expect(failure.code, what).to.equal('LEDGER_BLOCK_REFUSED')
      expect(failure.message).to.match(message)
      expect(process.memoryUsage().heapUsed - before, `bytes on the heap: ${what}`).to.be.lessThan(100_000_000)
      expect(performance.now() - began, `ms: ${what}`).to.be.lessThan(10_000)
    }
  })

  it('seals on an imported ledger with the same key', async () => {
    const clockOffset = head.timestamp + 1 - Math.floor(Date.now() / 1000)
    const ledger = await openLedger(at('copy'), { clockOffset })
    expect(ledger.head).to.deep.equal(head)
    expect(await ledger.request('eth_sendRawTransaction', [await sign({ nonce: 12, data: '0x' })])).to.be.a('string')
    await ledger.close()
    const failure = await failureOf(importLedger(at('copy'), at('history.rlp'), { ...expected, chainId: 7 }, Date.now))
    expect(failure.code).to.equal('LEDGER_WRONG_CHAIN')
  })

  it('refuses a changed byte at every position, another ledger, and a history that ends too early', async function () {
    this.timeout(60_000)
    let refused = 0
    for (let position = 3; position < whole.length; position += Math.floor(whole.length / 25)) {
      const changed = Buffer.from(whole)
      changed[position] = (changed[position] as number) ^ 1
      writeFileSync(at('changed.rlp'), changed)
      const failure = await failureOf(importLedger(at(`changed-${position}`), at('changed.rlp'), expected, Date.now))
      expect(failure.code ?? failure.message, `byte ${position}`).to.match(
        /LEDGER_BLOCK_REFUSED|LEDGER_WRONG_CHAIN|LEDGER_IMPORT_UNFINISHED|PROOF_/,
      )
      refused += 1
    }
    expect(refused).to.be.greaterThan(20)
    const genesis = `0x${'12'.repeat(32)}` as Hex
    const other = await failureOf(importLedger(at('other'), at('history.rlp'), { ...expected, genesis }, Date.now))
    expect(other.code).to.equal('LEDGER_WRONG_CHAIN')
    const later = { ...expected, checkpoint: { height: 50, hash: head.hash } }
    expect((await failureOf(importLedger(at('short'), at('history.rlp'), later, Date.now))).message).to.match(
      /checkpoint is block 50/,
    )
    const wrong = { ...expected, checkpoint: { height: 5, hash: head.hash } }
    expect((await failureOf(importLedger(at('wrong'), at('history.rlp'), wrong, Date.now))).message).to.match(
      /the profile has/,
    )
    writeFileSync(at('text.rlp'), 'hello')
    expect((await failureOf(importLedger(at('text'), at('text.rlp'), expected, Date.now))).message).to.match(
      /not a file of blocks/,
    )
  })

  it('is refused while a node has the directory open', async () => {
    const store = await openLedgerStore(at('ledger'))
    expect((await failureOf(exportLedger(at('ledger'), at('never.rlp')))).code).to.equal('LEDGER_IN_USE')
    expect((await failureOf(checkLedger(at('ledger')))).code).to.equal('LEDGER_IN_USE')
    await store.close()
    expect((await checkLedger(at('nowhere'))).faults).to.deep.equal(['there is no ledger here'])
  })
})
