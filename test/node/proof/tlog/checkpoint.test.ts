/** Checkpoints, with the example of C2SP tlog-cosignature and with keys of OpenSSL. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { expect } from 'chai'
import { fromBase64url, toHex } from '../../../../node/lib/bytes.ts'
import { ProofError } from '../../../../node/proof/errors.ts'
import {
  cosign,
  parseCheckpoint,
  signCheckpoint,
  verifyCheckpoint,
  withSignature,
} from '../../../../node/proof/tlog/checkpoint.ts'
import {
  COSIGNATURE_V1,
  ED25519,
  formatNote,
  formatNoteKey,
  type NoteKey,
  type NoteKeyType,
  noteKeyId,
  parseNote,
  parseNoteKey,
} from '../../../../node/proof/tlog/note.ts'

/** The note that C2SP tlog-cosignature shows. */
const EXAMPLE = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
`

function party(name: string, type: NoteKeyType): { key: NoteKey; sign: (data: Uint8Array) => Uint8Array } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const { x = '' } = (publicKey as KeyObject).export({ format: 'jwk' }) as { x?: string }
  return { key: { name, type, publicKey: fromBase64url(x) }, sign: data => sign(null, data, privateKey) }
}

const LOG = 'ledger.example.kr/dojang'
const log = party(LOG, ED25519)
const [first, second, stranger] = ['w1.example', 'w2.example', 'w3.example'].map(name =>
  party(name, COSIGNATURE_V1),
) as [ReturnType<typeof party>, ReturnType<typeof party>, ReturnType<typeof party>]
const head = { origin: LOG, size: 4711, root: new Uint8Array(32).fill(9) }
const note = signCheckpoint(head, log.key, log.sign)
const signedBy = (on: string, ...parties: readonly ReturnType<typeof party>[]): string =>
  parties.reduce(
    (text, { key, sign }) => withSignature(text, cosign(parseNote(text).text, key, 1_800_000_000, sign)),
    on,
  )
const refused = (text: string, witnesses = [first.key, second.key]) => {
  try {
    verifyCheckpoint(text, log.key, witnesses)
  } catch (error) {
    expect(error, String(error)).to.be.instanceOf(ProofError)
    return (error as ProofError).detail.code
  }
  return 'accepted'
}

describe('a checkpoint', () => {
  it('is read as the standard shows it, and written the same', () => {
    const parsed = parseNote(EXAMPLE)
    expect(parseCheckpoint(parsed.text)).to.deep.include({ origin: 'example.com/behind-the-sofa', size: 20852163 })
    expect(parsed.signatures.map(({ name }) => name)).to.deep.equal([
      'example.com/behind-the-sofa',
      'witness.example.com/w1',
    ])
    expect(toHex(parsed.signatures[1]?.keyId ?? new Uint8Array())).to.equal('0x8d66cf3f')
    expect(formatNote(parsed)).to.equal(EXAMPLE)
  })

  it('counts the cosignatures of the witnesses that are asked for, with their times', () => {
    const cosigned = signedBy(note, first, stranger, second)
    const { cosignatures, size } = verifyCheckpoint(cosigned, log.key, [first.key, second.key])
    expect(size).to.equal(4711)
    expect(cosignatures.map(({ witness, time }) => [witness.name, time])).to.deep.equal([
      ['w1.example', 1_800_000_000],
      ['w2.example', 1_800_000_000],
    ])
    expect(verifyCheckpoint(note, log.key, [first.key]).cosignatures).to.deep.equal([])
  })

  it('may have lines that extend it, which are signed as well', () => {
    const text = `${parseNote(note).text}an extension\n`
    const line = { name: LOG, keyId: noteKeyId(log.key), signature: log.sign(Buffer.from(text)) }
    const extended = signedBy(formatNote({ text, signatures: [line] }), first)
    expect(verifyCheckpoint(extended, log.key, [first.key]).cosignatures).to.have.length(1)
    expect(refused(extended.replace('an extension', 'another one'))).to.equal('PROOF_CHECKPOINT_INVALID')
  })

  it('is refused when one character is changed', () => {
    const cosigned = signedBy(note, first, second)
    for (let i = 0; i < cosigned.length; i++) {
      const other = cosigned[i] === 'A' ? 'B' : 'A'
      const changed = `${cosigned.slice(0, i)}${other}${cosigned.slice(i + 1)}`
      const result = refused(changed)
      // A line that names nobody known is a line of a stranger: the witness is then missing.
      if (result === 'accepted') {
        expect(verifyCheckpoint(changed, log.key, [first.key, second.key]).cosignatures, changed).to.have.length(1)
      }
    }
  })

  it('is refused without the signature of the log, with two, and with that of another key of its name', () => {
    const { text, signatures } = parseNote(note)
    expect(refused(formatNote({ text, signatures: parseNote(signedBy(note, first)).signatures.slice(1) }))).to.equal(
      'PROOF_CHECKPOINT_INVALID',
    )
    expect(refused(formatNote({ text, signatures: [...signatures, ...signatures] }))).to.equal(
      'PROOF_CHECKPOINT_INVALID',
    )
    const impostor = party(LOG, ED25519)
    expect(refused(signCheckpoint(head, impostor.key, impostor.sign))).to.equal('PROOF_CHECKPOINT_INVALID')
    expect(refused(signCheckpoint(head, log.key, impostor.sign))).to.equal('PROOF_CHECKPOINT_INVALID')
    const other = { ...head, origin: 'another.example/log' }
    expect(refused(signCheckpoint(other, log.key, log.sign))).to.equal('PROOF_CHECKPOINT_INVALID')
  })

  it('does not count a witness twice, a witness with the key of the log, or one who signed another text or time', () => {
    expect(refused(signedBy(note, first, first))).to.equal('PROOF_CHECKPOINT_INVALID')
    const another = cosign(`${parseNote(note).text}more\n`, first.key, 1, first.sign)
    expect(refused(withSignature(note, another))).to.equal('PROOF_CHECKPOINT_INVALID')
    const line = cosign(parseNote(note).text, first.key, 1_800_000_000, first.sign)
    const later = { ...line, signature: line.signature.map((byte, i) => (i === 7 ? byte ^ 1 : byte)) }
    expect(refused(withSignature(note, later))).to.equal('PROOF_CHECKPOINT_INVALID')
    const asLog = { ...first.key, type: ED25519 } as const
    expect(refused(withSignature(note, cosign(parseNote(note).text, asLog, 1, first.sign)), [asLog])).to.equal(
      'PROOF_CHECKPOINT_INVALID',
    )
  })

  it('that is malformed is refused as such', () => {
    for (const text of ['', '\n\n', 'x', note.replace('4711', '04711'), note.replace('4711', '-1'), note.slice(1)]) {
      expect(refused(text), JSON.stringify(text)).to.equal('PROOF_CHECKPOINT_INVALID')
    }
    expect(refused(note.replaceAll('\n', '\r\n'))).to.equal('PROOF_CHECKPOINT_INVALID')
    expect(refused(`${note}${'— x AAAAAAAA\n'.repeat(200)}`)).to.equal('PROOF_CHECKPOINT_INVALID')
    expect(refused(note.replace('4711', '99999999999999999999'))).to.equal('PROOF_CHECKPOINT_INVALID')
  })
})

describe('a note key', () => {
  it('is published as the standard says', () => {
    // The key of Go's checksum database.
    const text = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8'
    expect(parseNoteKey(text)).to.include({ name: 'sum.golang.org', type: ED25519 })
    expect(formatNoteKey(parseNoteKey(text))).to.equal(text)
    expect(parseNoteKey(formatNoteKey(first.key))).to.deep.equal(first.key)
  })

  it('with another id, type or length is refused', () => {
    const text = formatNoteKey(first.key)
    for (const wrong of [
      text.replace(/\+[0-9a-f]{8}\+/, '+00000000+'),
      text.slice(0, -4),
      text.replace('w1', 'w2'),
      'name',
      `+${text}`,
      `a b${text}`,
    ]) {
      expect(() => parseNoteKey(wrong), wrong).to.throw()
    }
  })
})
