/** The files of a batch, and what the auditors' entries show of persons and phones. */
import { expect } from 'chai'
import { checkFiles, readEntries } from '../../../node/audit/batch-files.ts'
import type { Finding, Report } from '../../../node/audit/finding.ts'
import type { AnchoredBatch } from '../../../node/audit/rules/anchors.ts'
import { CardRules } from '../../../node/audit/rules/cards.ts'
import { type Entry, encodeEntries, encodeEntry } from '../../../node/credential/entry.ts'
import { encodeLeaves, manifestHash } from '../../../node/credential/manifest.ts'
import { buildTree } from '../../../node/credential/tree.ts'
import { toBase64url, toHex } from '../../../node/lib/bytes.ts'
import { CredentialStatus } from '../../../node/proof/registries/status.ts'
import { random } from '../../support/world.ts'
import { LIST, PURPOSE, START, VCT } from './events.ts'

const { VALID, INVALID, SUSPENDED } = CredentialStatus
const tag = () => toBase64url(random(16))
const entryOf = (changes: Partial<Entry> = {}): Entry => ({
  ...{ vct: VCT, list: LIST, index: 3, validFrom: START, validUntil: START + 1000, keyStorage: 'software' },
  ...{ walletProvider: null, subjectTag: tag(), installationTag: tag(), salt: tag() },
  ...changes,
})

function batchOf(entries: readonly Entry[]) {
  const tree = buildTree([random(32), random(32)], random)
  const texts = Array.from({ length: tree.size }, (_, i) => {
    const entry = entries[i]
    return entry ? encodeEntry(entry) : null
  })
  const plaintext = encodeEntries(texts)
  const files = { leaves: encodeLeaves(tree.leaves), entries: plaintext }
  const batch: AnchoredBatch = {
    ...{ org: 1, purpose: PURPOSE, root: toHex(tree.root), count: tree.size, block: 9, time: START },
    manifest: toHex(manifestHash(files.leaves, files.entries)),
  }
  return { files, batch, plaintext }
}

function reporting() {
  const findings: Omit<Finding, 'block'>[] = []
  const report: Report = (rule, facts) => findings.push({ rule, facts })
  return { report, rules: () => findings.splice(0).map(({ rule }) => rule) }
}

describe('the audit of the files of a batch', () => {
  const { report, rules } = reporting()
  const { files, batch, plaintext } = batchOf([entryOf()])

  it('accepts those that the batch committed to', () => {
    expect(checkFiles(batch, files, report)).to.equal(true)
    expect(readEntries(batch, plaintext, report)).to.have.length(1)
    expect(rules()).to.deep.equal([])
  })

  it('finds each byte of the leaves, and each of the entries, that was changed', () => {
    for (const name of ['leaves', 'entries'] as const) {
      for (let i = 0; i < files[name].length; i += 7) {
        const changed = { ...files, [name]: files[name].map((byte, at) => (at === i ? byte ^ 1 : byte)) }
        expect(checkFiles(batch, changed, report)).to.equal(false)
        expect(rules()).to.include('manifest.changed')
      }
    }
  })

  it('finds leaves that are missing, added, or of another tree, also where the manifest was changed with them', () => {
    const other = batchOf([]).files.leaves
    for (const [leaves, found] of [
      [files.leaves.slice(32), ['manifest.count', 'manifest.root']],
      [new Uint8Array([...files.leaves, ...random(32)]), ['manifest.count', 'manifest.root']],
      [files.leaves.slice(1), ['manifest.count', 'manifest.root']],
      [new Uint8Array(0), ['manifest.count', 'manifest.root']],
      [other, ['manifest.root']],
    ] as const) {
      const forged = { ...batch, manifest: toHex(manifestHash(leaves, files.entries)) }
      expect(checkFiles(forged, { ...files, leaves }, report)).to.equal(true)
      expect(rules()).to.deep.equal(found)
    }
  })

  it('finds entries that are malformed, too few, of another card, or valid for too long', () => {
    const read = (entries: readonly Entry[]) => readEntries(batch, batchOf(entries).plaintext, report).length
    expect(read([entryOf({ vct: 'urn:dojang:kr:driver:1' })])).to.equal(1)
    expect(rules()).to.deep.equal(['entry.purpose'])
    expect(read([entryOf({ validUntil: START + 4 * 365 * 86_400 })])).to.equal(1)
    expect(rules()).to.deep.equal(['entry.validity'])
    for (const text of ['', '[', '{}', '[1]', '["x"]', '[null]', 'null']) {
      readEntries(batch, Buffer.from(text), report)
      expect(new Set(rules())).to.deep.equal(new Set(['entry.malformed']))
    }
  })
})

describe('the audit of cards and phones', () => {
  const { report, rules } = reporting()
  let statuses: Map<number, CredentialStatus>
  let cards: CardRules
  beforeEach(() => {
    statuses = new Map()
    cards = new CardRules({
      statusAt: (list, index) => (list === LIST && index < 100 ? (statuses.get(index) ?? VALID) : undefined),
    })
  })
  const set = (index: number, to: CredentialStatus) => {
    statuses.set(index, to)
    cards.changed(LIST, index)
  }
  const end = (time = START) => {
    cards.endOfBlock(time, report)
    return rules()
  }

  it('finds a status index that is used twice, or that no list has', () => {
    cards.add(entryOf({ index: 3 }), report)
    cards.add(entryOf({ index: 3 }), report)
    cards.add(entryOf({ index: 100 }), report)
    cards.add(entryOf({ list: LIST + 1n, index: 4 }), report)
    expect(rules()).to.deep.equal(['entry.index', 'entry.index', 'entry.index'])
  })

  it('accepts a replacement: the old card is suspended before the new one is anchored, and then revoked', () => {
    const subjectTag = tag()
    cards.add(entryOf({ index: 1, subjectTag }), report)
    expect(end()).to.deep.equal([])
    set(1, SUSPENDED)
    expect(end()).to.deep.equal([])
    cards.add(entryOf({ index: 2, subjectTag }), report)
    expect(end()).to.deep.equal([])
    set(1, INVALID)
    expect(end()).to.deep.equal([])
  })

  it('accepts several cards of one person on one phone, and one that expired on another', () => {
    const [subjectTag, installationTag] = [tag(), tag()]
    cards.add(entryOf({ index: 1, subjectTag, installationTag }), report)
    cards.add(entryOf({ index: 2, subjectTag, installationTag, vct: 'urn:dojang:kr:driver:1' }), report)
    expect(end()).to.deep.equal([])
    cards.add(entryOf({ index: 5, subjectTag, validUntil: START + 9000 }), report)
    expect(end(START + 1000)).to.deep.equal([])
  })

  it('finds two phones of one person, once, and again if it happens again', () => {
    const subjectTag = tag()
    cards.add(entryOf({ index: 1, subjectTag }), report)
    cards.add(entryOf({ index: 2, subjectTag, vct: 'urn:dojang:kr:driver:1' }), report)
    expect(end()).to.deep.equal(['entry.two-phones'])
    cards.changed(LIST, 1)
    expect(end()).to.deep.equal([])
    set(1, SUSPENDED)
    expect(end()).to.deep.equal([])
    set(1, VALID)
    expect(end()).to.deep.equal(['entry.two-phones'])
  })

  it('finds two valid cards of one type on one phone', () => {
    const [subjectTag, installationTag] = [tag(), tag()]
    cards.add(entryOf({ index: 1, subjectTag, installationTag }), report)
    cards.add(entryOf({ index: 2, subjectTag, installationTag }), report)
    expect(end()).to.deep.equal(['entry.two-cards'])
  })
})
