import { expect } from 'chai'
import { toHex, u32be } from '../../../../node/lib/bytes.ts'
import { ParseError } from '../../../../node/lib/parse-error.ts'
import { consistencyProof, inclusionProof, rootOf } from '../../../../node/proof/tlog/merkle.ts'
import {
  formatEntries,
  hashOfTile,
  nodesOfTiles,
  parseEntries,
  parseTilePath,
  type Tile,
  tilePath,
  widthAt,
} from '../../../../node/proof/tlog/tiles.ts'
import { MemoryLog } from './tree.ts'

describe('the tiles of a transparency log', () => {
  it('have the paths of the standard', () => {
    const paths: readonly (readonly [Tile, string])[] = [
      [{ level: 0, index: 0, width: 256 }, 'tile/0/000'],
      [{ level: 0, index: 999, width: 256 }, 'tile/0/999'],
      [{ level: 0, index: 1000, width: 256 }, 'tile/0/x001/000'],
      [{ level: 0, index: 1234067, width: 256 }, 'tile/0/x001/x234/067'],
      [{ level: 1, index: 0, width: 7 }, 'tile/1/000.p/7'],
      [{ level: null, index: 1234, width: 3 }, 'tile/entries/x001/234.p/3'],
    ]
    for (const [tile, path] of paths) {
      expect(tilePath(tile)).to.equal(path)
      expect(parseTilePath(path)).to.deep.equal(tile)
    }
  })

  it('have no other paths', () => {
    for (const path of [
      'tile/0/0',
      'tile/0/0000',
      'tile/0/x000/001',
      'tile/0/000.p/0',
      'tile/0/000.p/256',
      'tile/0/000.p/07',
      'tile/0/000.p/257',
      'tile/6/000',
      'tile/00/000',
      'tile/-1/000',
      'tile/x/000',
      'tile/0/001/000',
      '/tile/0/000',
      'tile/0/000/',
      'tile/0/../000',
      'tile/toString/000',
      'tile/0/x999/x999/x999/x999/x999/000',
    ]) {
      expect(parseTilePath(path), path).to.equal(null)
    }
  })

  it('are as wide as the tree is long', () => {
    expect([0, 1, 255, 256, 257].map(size => widthAt(0, 0, size))).to.deep.equal([0, 1, 255, 256, 256])
    expect([256, 257, 700].map(size => widthAt(0, 1, size))).to.deep.equal([0, 1, 256])
    expect([255, 256, 65_535, 65_536].map(size => widthAt(1, 0, size))).to.deep.equal([0, 1, 255, 256])
    expect(widthAt(null, 2, 700)).to.equal(188)
  })

  it('give the same proofs as the tree, at every size around a full tile', async () => {
    const log = new MemoryLog()
    for (let i = 0; i < 66_000; i++) {
      log.append(u32be(i))
      const { size } = log
      if (![1, 2, 255, 256, 257, 511, 513, 1000, 65_535, 65_536, 65_537, 66_000].includes(size)) continue
      const asked: string[] = []
      const tiles = nodesOfTiles(size, tile => {
        asked.push(tilePath(tile))
        return log.tile(tile)
      })
      expect(toHex(await rootOf(size, tiles))).to.equal(toHex(await rootOf(size, log.node)))
      for (const index of new Set([0, Math.floor(size / 3), Math.max(0, size - 2), size - 1])) {
        const hexes = (await inclusionProof(index, size, tiles)).map(toHex)
        expect(hexes).to.deep.equal((await inclusionProof(index, size, log.node)).map(toHex))
        const old = (await consistencyProof(index, size, tiles)).map(toHex)
        expect(old).to.deep.equal((await consistencyProof(index, size, log.node)).map(toHex))
      }
      for (const path of asked) expect(parseTilePath(path), path).not.to.equal(null)
    }
    const full = log.tile({ level: 0, index: 3, width: 256 })
    expect(toHex(hashOfTile(full))).to.equal(toHex(log.node(8, 3)))
  })

  it('of a wrong length are refused', async () => {
    const log = new MemoryLog()
    for (let i = 0; i < 300; i++) log.append(u32be(i))
    for (const cut of [(bytes: Uint8Array) => bytes.subarray(1), () => new Uint8Array(0)]) {
      const tiles = nodesOfTiles(300, tile => cut(log.tile(tile)))
      const error = await rootOf(300, tiles).catch(e => e)
      expect(error).to.be.instanceOf(ParseError)
    }
  })

  it('of entries give the entries back, and nothing that is cut', () => {
    const entries = [new Uint8Array(32).fill(7), new Uint8Array(0), new Uint8Array(300).fill(1)]
    const bundle = formatEntries(entries)
    expect(parseEntries(bundle, 3).map(toHex)).to.deep.equal(entries.map(toHex))
    expect(() => parseEntries(bundle, 2)).to.throw(ParseError)
    for (let length = 1; length < bundle.length; length++) {
      expect(() => parseEntries(bundle.subarray(0, length), 3), String(length)).to.throw(ParseError)
    }
  })
})
