/** The log of a ledger and its witnesses: the witness of this project speaks the protocol on the other side. */
import { expect } from 'chai'
import { makeEd25519Pem, NoteSigner } from '../../../../node/keys/note-signer.ts'
import { type CosignedCheckpoint, Cosigner } from '../../../../node/ledger/transparency/cosigner.ts'
import { TransparencyLog } from '../../../../node/ledger/transparency/transparency-log.ts'
import { toHex } from '../../../../node/lib/bytes.ts'
import { verifyCheckpoint } from '../../../../node/proof/tlog/checkpoint.ts'
import { leafHash, rootOf } from '../../../../node/proof/tlog/merkle.ts'
import { COSIGNATURE_V1, ED25519 } from '../../../../node/proof/tlog/note.ts'
import { nodesOfTiles, parseEntries, tilePath, widthAt } from '../../../../node/proof/tlog/tiles.ts'
import { MemoryStore } from '../../../support/memory-store.ts'
import { BlockLedger } from './block-ledger.ts'

const signer = new NoteSigner(makeEd25519Pem(), 'ledger.example.kr/tlog', ED25519)

class Witness {
  state: CosignedCheckpoint | null = null
  readonly signer: NoteSigner
  readonly cosigner: Cosigner
  /** Whether it answers. */
  up = true
  asked = 0

  constructor(name: string) {
    this.signer = new NoteSigner(makeEd25519Pem(), name, COSIGNATURE_V1)
    const state = {
      read: () => this.state,
      write: async (checkpoint: CosignedCheckpoint) => {
        this.state = checkpoint
      },
    }
    this.cosigner = new Cosigner({ log: signer.key, signer: this.signer, state, clock: () => 1_800_000_000 })
  }

  get address() {
    return { key: this.signer.key, url: `https://${this.signer.key.name}` }
  }
}

describe('the transparency log of a ledger', () => {
  let now: number
  let ledger: BlockLedger
  let store: MemoryStore
  let witnesses: Witness[]
  let warned: string[]
  let alarms: string[]
  beforeEach(() => {
    now = 1_800_000_000
    ledger = new BlockLedger(3)
    store = new MemoryStore()
    witnesses = ['w1.example', 'w2.example', 'w3.example'].map(name => new Witness(name))
    warned = []
    alarms = []
  })

  const fetcher = async (url: string, init: RequestInit) => {
    const witness = witnesses.find(({ address }) => url === `${address.url}/add-checkpoint`)
    if (!witness?.up) throw new TypeError('fetch failed')
    witness.asked += 1
    const { status, type, body } = await witness.cosigner.addCheckpoint(String(init.body))
    return new Response(body, { status, headers: { 'content-type': type } })
  }
  const open = (quorum = 2) =>
    new TransparencyLog({
      ...{ ledger, store, signer, quorum, fetcher, clock: () => now },
      witnesses: witnesses.map(({ address }) => address),
      warn: (_facts, message) => void warned.push(message),
      alarm: (_facts, message) => void alarms.push(message),
    })
  const keys = () => witnesses.map(({ signer: { key } }) => key)
  const published = (log: TransparencyLog) => verifyCheckpoint(log.published?.note ?? '', signer.key, keys())

  it('has a leaf for each block, and is cosigned', async () => {
    const log = open()
    await log.round()
    ledger.grow(600)
    await log.round()
    const { size, root, cosignatures } = published(log)
    expect(size).to.equal(603)
    expect(cosignatures).to.have.length(3)
    const tiles = nodesOfTiles(size, tile => log.tile(tilePath(tile))?.bytes ?? new Uint8Array())
    expect(toHex(await rootOf(size, tiles))).to.equal(toHex(root))
    for (const index of [0, 1, 2]) {
      const width = widthAt(null, index, size)
      const entries = parseEntries(log.tile(tilePath({ level: null, index, width }))?.bytes ?? new Uint8Array(), width)
      expect(entries.map(toHex)).to.deep.equal(ledger.hashes.slice(index * 256, index * 256 + width))
      expect(toHex(await tiles(0, index * 256))).to.equal(toHex(leafHash(entries[0] as Uint8Array)))
    }
    expect(log.tile('tile/0/003')).to.equal(null)
    expect(log.tile('tile/0/002.p/92')).to.equal(null)
    expect(warned).to.deep.equal([])
  })

  it('continues after a restart, and proves the witnesses what they do not have', async () => {
    await open().round()
    ledger.grow(300)
    ;(witnesses[2] as Witness).up = false
    await open().round()
    ledger.grow(1)
    ;(witnesses[2] as Witness).up = true
    const log = open()
    await log.round()
    expect(published(log)).to.deep.include({ size: 304 })
    expect(published(log).cosignatures).to.have.length(3)
    const memory = new BlockLedger(0)
    memory.hashes.push(...ledger.hashes)
    store = new MemoryStore()
    ledger = memory
    const anew = open()
    await anew.round()
    expect(toHex(published(anew).root), 'the tree depends on the blocks alone').to.equal(toHex(published(log).root))
  })

  it('publishes a checkpoint only with enough cosignatures, and keeps the one before until then', async () => {
    const log = open()
    await log.round()
    for (const witness of witnesses.slice(1)) witness.up = false
    ledger.grow(1)
    await log.round()
    expect(published(log).size).to.equal(3)
    expect(warned.join()).to.include('too few witnesses')
    ;(witnesses[1] as Witness).up = true
    await log.round()
    expect(published(log).size).to.equal(4)
    expect(published(log).cosignatures).to.have.length(2)
  })

  it('is not cosigned again while nothing changes, and again when the cosignatures become old', async () => {
    const log = open()
    await log.round()
    const { asked } = witnesses[0] as Witness
    await log.round()
    expect((witnesses[0] as Witness).asked).to.equal(asked)
    now += 61
    await log.round()
    expect((witnesses[0] as Witness).asked).to.equal(asked + 1)
    expect(log.published?.time).to.equal(now)
  })

  it('never signs a second history: neither a rewritten ledger nor an older copy', async () => {
    const log = open()
    ledger.grow(5)
    await log.round()
    const rewritten = new BlockLedger(2)
    rewritten.story = 'second'
    rewritten.grow(8)
    const older = new BlockLedger(4)
    for (const other of [rewritten, older]) {
      ledger = other
      const after = open()
      await after.round()
      expect(after.fork?.detail.code).to.equal('LEDGER_LOG_FORK')
      expect(alarms.splice(0)).to.have.length(1)
      await after.round()
      expect(alarms).to.deep.equal([])
      expect(published(after).size).to.equal(8)
    }
    for (const { state } of witnesses) expect(state?.size).to.equal(8)
  })

  it('does not accept blocks that do not follow one another', async () => {
    const log = open()
    await log.round()
    ledger.grow(5)
    ledger.hashes[5] = `0x${'77'.repeat(32)}`
    const request = ledger.request.bind(ledger)
    ledger.request = async (method, params) => {
      const block = (await request(method, params)) as { number: string; parentHash: string }
      return Number(block.number) === 6 ? { ...block, parentHash: `0x${'11'.repeat(32)}` } : block
    }
    await log.round()
    expect(log.fork?.detail).to.include({ code: 'LEDGER_LOG_FORK', block: 6 })
  })

  it('waits for a ledger that is out of reach, and loses nothing', async () => {
    const log = open()
    await log.round()
    ledger.grow(2)
    ledger.reachable = false
    expect(await log.round().catch(e => e.detail.code)).to.equal('LEDGER_UNREACHABLE')
    ledger.reachable = true
    await log.round()
    expect(published(log).size).to.equal(5)
    expect(log.fork).to.equal(null)
  })

  it('does not believe a witness that signs another text, with another key, or nothing', async () => {
    const [first] = witnesses as [Witness]
    const impostor = new NoteSigner(makeEd25519Pem(), 'w1.example', COSIGNATURE_V1)
    const liar = new Witness('w1.example')
    for (const lie of [
      async (body: string) =>
        new Cosigner({
          log: signer.key,
          signer: impostor,
          state: { read: () => null, write: async () => {} },
          clock: () => 1,
        }).addCheckpoint(body),
      async () => ({ status: 200, type: 'text/plain', body: '' }),
      async () => ({ status: 200, type: 'text/plain', body: '— w1.example AAAA\n' }),
      async () => ({ status: 409, type: 'text/plain', body: '1\n' }),
      async () => ({ status: 409, type: 'text/x.tlog.size', body: 'x\n' }),
      async () => ({ status: 409, type: 'text/x.tlog.size', body: '99999\n' }),
      async () => ({ status: 409, type: 'text/x.tlog.size', body: '1\n' }),
      async () => ({ status: 500, type: 'text/plain', body: 'x'.repeat(100_000) }),
    ]) {
      store = new MemoryStore()
      first.cosigner.addCheckpoint = lie
      const log = open(3)
      await log.round()
      expect(log.published).to.equal(null)
      expect(warned.splice(0).join()).to.include('a witness did not cosign')
    }
    expect(liar.state).to.equal(null)
  })
})

describe('the witness of a transparency log', () => {
  it('answers as C2SP tlog-witness says', async () => {
    const ledger = new BlockLedger(9)
    const witness = new Witness('w.example')
    const bodies: string[] = []
    let forced: Response | null = null
    const fetcher = async (_url: string, init: RequestInit) => {
      bodies.push(String(init.body))
      if (forced) return forced
      const { status, type, body } = await witness.cosigner.addCheckpoint(String(init.body))
      return new Response(body, { status, headers: { 'content-type': type } })
    }
    const store = new MemoryStore()
    const none = () => undefined
    const log = new TransparencyLog({
      ...{ ledger, store, signer, quorum: 1, fetcher, clock: () => 1 },
      ...{ witnesses: [witness.address], warn: none, alarm: none },
    })
    await log.round()
    ledger.grow(4)
    forced = new Response('', { status: 503 })
    await log.round()
    forced = null
    const second = bodies.at(-1) ?? ''
    const ask = async (body: string) => {
      const { status, type, body: said } = await witness.cosigner.addCheckpoint(body)
      return [status, type.split(';')[0], status === 409 ? said : ''].join(' ').trim()
    }
    expect(await ask(second.replace('old 9', 'old 0'))).to.equal('409 text/x.tlog.size 9')
    expect(await ask(second.replace('old 9', 'old 8'))).to.equal('409 text/x.tlog.size 9')
    expect(await ask(second.replace('old 9', 'old 14'))).to.equal('400 text/plain')
    expect(await ask(second.replace('old 9', 'old 09'))).to.equal('400 text/plain')
    expect(await ask(second.replaceAll('\n', '\r\n'))).to.equal('400 text/plain')
    expect(await ask('')).to.equal('400 text/plain')
    expect(await ask(second.replace('ledger.example.kr', 'other.example.kr'))).to.equal('404 text/plain')
    expect(await ask(second.replace('\n13\n', '\n14\n'))).to.equal('403 text/plain')
    const [firstLine = '', hash = '', ...rest] = second.split('\n')
    expect(await ask([firstLine, ...rest].join('\n'))).to.equal('422 text/plain')
    const wrong = `${hash[0] === 'A' ? 'B' : 'A'}${hash.slice(1)}`
    expect(await ask([firstLine, wrong, ...rest].join('\n'))).to.equal('422 text/plain')
    expect(await ask([firstLine, ...Array(64).fill(hash), ...rest].join('\n'))).to.equal('400 text/plain')
    expect(witness.state?.size, 'nothing of this is stored').to.equal(9)
    expect(await ask(second)).to.equal('200 text/plain')
    expect(witness.state?.size).to.equal(13)
    expect(witness.state?.note, 'the whole signed checkpoint').to.include('— ledger.example.kr/tlog ')
    expect(await ask(second)).to.equal('409 text/x.tlog.size 13')

    const forked = new BlockLedger(0)
    forked.story = 'second'
    forked.grow(13)
    const other: string[] = []
    const fork = new TransparencyLog({
      ...{ ledger: forked, store: new MemoryStore(), signer, quorum: 0, clock: () => 1 },
      fetcher: async (_url: string, init: RequestInit) => {
        other.push(String(init.body))
        return new Response('', { status: 500 })
      },
      ...{ witnesses: [witness.address], warn: none, alarm: none },
    })
    await fork.round()
    expect(await ask((other[0] ?? '').replace('old 0', 'old 13')), 'another tree of the same size').to.equal(
      '409 text/x.tlog.size 13',
    )
  })

  it('signs none of twenty requests at once but the first of one size', async () => {
    const ledger = new BlockLedger(5)
    const witness = new Witness('w.example')
    const bodies: string[] = []
    const log = new TransparencyLog({
      ...{ ledger, store: new MemoryStore(), signer, quorum: 0, clock: () => 1 },
      fetcher: async (_url: string, init: RequestInit) => {
        bodies.push(String(init.body))
        return new Response('', { status: 500 })
      },
      ...{ witnesses: [witness.address], warn: () => undefined, alarm: () => undefined },
    })
    await log.round()
    const answers = await Promise.all(Array.from({ length: 20 }, () => witness.cosigner.addCheckpoint(bodies[0] ?? '')))
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, ...Array(19).fill(409)])
  })
})
