import { expect } from 'chai'
import { formatSessionCode, parseSessionCode } from '../../../node/chip/session-code.ts'
import { type Happened, next, type Step } from '../../../node/web/kiosk/core/flow.ts'

const SECRET = 'A'.repeat(43)
const code = { authority: 'https://id.example', session: SECRET, nonce: SECRET, key: SECRET }
const stepAfter = (...happened: Happened[]): Step => happened.reduce(next, { at: 'welcome' } as Step)
const TO_FACE: Happened[] = [
  { type: 'began' },
  { type: 'scanned', code, isOwn: true },
  { type: 'numbered', number: '123456' },
  { type: 'accepted', portrait: new Uint8Array(1), left: 3 },
]

describe('the steps at the kiosk', () => {
  it('lead from the code to the end', () => {
    expect(stepAfter(...TO_FACE).at).to.equal('face')
    expect(stepAfter(...TO_FACE, { type: 'matched' })).to.deep.equal({ at: 'done' })
  })

  it('keep the session when the card could not be read, and when the network is gone', () => {
    const reading = TO_FACE.slice(0, 3)
    const gone = stepAfter(...reading, { type: 'reader', code: 'CHIP_CARD_GONE', left: null })
    expect(gone).to.deep.equal({ at: 'number', code, fault: { kind: 'card-gone' } })
    expect(stepAfter(...reading, { type: 'offline' })).to.deep.include({ at: 'number', code })
    expect(stepAfter(...TO_FACE, { type: 'offline' })).to.deep.include({ at: 'face', left: 3, fault: 'offline' })
  })

  it('count a face that did not match, and no assertion that was refused', () => {
    const failed = stepAfter(...TO_FACE, { type: 'refused', code: 'ISSUER_FACE_NOT_MATCHED', left: 1 })
    expect(failed).to.deep.include({ at: 'face', left: 1, fault: 'not-matched' })
    const refused = stepAfter(...TO_FACE, { type: 'refused', code: 'ISSUER_FACE_ASSERTION', left: null })
    expect(refused).to.deep.include({ at: 'face', left: 3, fault: 'assertion' })
    const counter = stepAfter(...TO_FACE, { type: 'refused', code: 'ISSUER_CHIP_TO_COUNTER', left: null })
    expect(counter).to.deep.equal({ at: 'ended', why: 'counter' })
  })

  it('ignore what comes late, for a person who has left', () => {
    expect(stepAfter(...TO_FACE, { type: 'left' }, { type: 'matched' })).to.deep.equal({ at: 'welcome' })
    expect(stepAfter({ type: 'scanned', code, isOwn: true })).to.deep.equal({ at: 'welcome' })
  })
})

describe('the code that a wallet shows to a kiosk', () => {
  it('is read back, and no other text is', () => {
    expect(parseSessionCode(formatSessionCode(code))).to.deep.equal(code)
    const text = formatSessionCode(code)
    for (const other of [
      '',
      'https://id.example',
      text.slice(0, -1),
      text.replace('session=', 's='),
      `${text}${'x'.repeat(1024)}`,
    ]) {
      expect(parseSessionCode(other)).to.equal(undefined)
    }
    expect(parseSessionCode(text.replace('https', 'no%20url%20'))).to.equal(undefined)
  })
})
