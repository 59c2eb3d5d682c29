import { createHash } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { verifyReceipt } from '../../../node/credential/anchor.ts'
import { completeCredential } from '../../../node/credential/complete.ts'
import { verifyCredential } from '../../../node/credential/credential.ts'
import { CredentialError } from '../../../node/credential/errors.ts'
import { prepareCredential } from '../../../node/credential/prepare.ts'
import { encodeReceipt, type Receipt, receiptFor } from '../../../node/credential/receipt.ts'
import { parseSdJwt } from '../../../node/credential/sd-jwt/parse.ts'
import { buildTree } from '../../../node/credential/tree.ts'
import { fromBase64url, toBase64url, toHex, utf8 } from '../../../node/lib/bytes.ts'
import { driver } from '../../support/cards.ts'
import { presentSdJwt } from '../../support/present-sd-jwt.ts'
import { input, issueOne, issuer, place, random, refusal } from './support.ts'

const check = (text: string) => verifyReceipt(verifyCredential(parseSdJwt(text), issuer.publicKey))

type Payload = Record<string, unknown> & { _sd: string[] }

/**
 * : Changes the payload or the disclosures of a card and signs it with the issuer's key, as a dishonest issuer could.
 */
function forge(text: string, change: (payload: Payload, disclosures: string[]) => Payload | string): string {
  const [jwt, ...rest] = text.split('~') as [string, ...string[]]
  const disclosures = rest.slice(0, -1)
  const [header, payload] = jwt.split('.') as [string, string]
  const changed = change(JSON.parse(Buffer.from(payload, 'base64url').toString()), disclosures)
  const octets = typeof changed === 'string' ? changed : JSON.stringify(changed)
  const signingInput = `${header}.${toBase64url(utf8(octets))}`
  return [`${signingInput}.${toBase64url(issuer.sign(utf8(signingInput)))}`, ...disclosures, ''].join('~')
}

const digestOf = (disclosure: string) => createHash('sha256').update(disclosure).digest('base64url')
const discloseAnchor = (value: unknown) =>
  toBase64url(utf8(JSON.stringify(['saltsaltsaltsaltsaltsa', 'anchor', value])))

/** The card with another value of its anchor. */
const withAnchor = (text: string, value: unknown) =>
  forge(text, (payload, disclosures) => {
    const old = disclosures.pop() ?? ''
    const next = discloseAnchor(value)
    disclosures.push(next)
    payload._sd[payload._sd.indexOf(digestOf(old))] = digestOf(next)
    return payload
  })

const withReceipt = (text: string, receipt: Receipt) => withAnchor(text, toBase64url(encodeReceipt(receipt)))

describe('verifyReceipt', () => {
  it('finds the receipt in the card, whichever claims are withheld', () => {
    const { text, receipt } = issueOne()
    fc.assert(
      fc.property(fc.func(fc.boolean()), keep => {
        const shown = presentSdJwt(parseSdJwt(text), path => path[0] === 'anchor' || keep(path.join('/')))
        expect(check(shown)).to.deep.equal(receipt)
      }),
      { numRuns: 30 },
    )
  })

  it('returns null when the anchor is not shown', () => {
    expect(check(presentSdJwt(parseSdJwt(issueOne().text), path => path[0] !== 'anchor'))).to.equal(null)
  })

  it('works for every card of a large batch', () => {
    const prepared = Array.from({ length: 20 }, () => prepareCredential(input(), random))
    const tree = buildTree(
      prepared.map(({ leaf }) => leaf),
      random,
    )
    expect(tree.size).to.equal(32)
    prepared.forEach((one, i) => {
      const receipt = receiptFor(tree, tree.leafIndexes[i] as number, place(input().card), one.entryHash)
      expect(check(completeCredential(one, receipt, issuer.sign))).to.deep.equal(receipt)
    })
  })

  describe('refuses, though the issuer signed it,', () => {
    const mismatch = (text: string) => refusal('CREDENTIAL_ANCHOR_MISMATCH', () => check(text)).reason

    it('a receipt moved from another card', () => {
      expect(mismatch(withReceipt(issueOne().text, issueOne().receipt))).to.match(/path does not lead/)
    })

    it('a receipt anchored for another kind of card', () => {
      const { text, receipt } = issueOne()
      expect(mismatch(withReceipt(text, { ...receipt, purpose: place(driver).purpose }))).to.match(/another kind/)
    })

    it('another entry, index, path or root', () => {
      const { text, receipt } = issueOne()
      const [first, second, ...others] = receipt.path as [Uint8Array, Uint8Array, ...Uint8Array[]]
      const changes: Partial<Receipt>[] = [
        { entryHash: random(32) },
        { index: receipt.index ^ 1 },
        { index: receipt.index ^ 8 },
        { path: [second, first, ...others] },
        { root: toHex(random(32)) },
        { size: 32, path: [...receipt.path, random(32)] },
      ]
      for (const change of changes) mismatch(withReceipt(text, { ...receipt, ...change }))
    })

    it('any octet of the receipt flipped', () => {
      const { text, receipt } = issueOne()
      const bytes = encodeReceipt(receipt)
      // The ledger checks chainId, log and org. Any other change leads to another root.
      const checked = (at: number) => at === 0 || at >= 33
      fc.assert(
        fc.property(fc.nat(bytes.length - 1).filter(checked), fc.integer({ min: 1, max: 255 }), (at, bits) => {
          const changed = bytes.slice()
          changed[at] = (changed[at] as number) ^ bits
          const later = (changed[0] as number) > 1
          const code = later ? 'CREDENTIAL_UNSUPPORTED' : 'CREDENTIAL_ANCHOR_MISMATCH'
          refusal(code, () => check(withAnchor(text, toBase64url(changed))))
        }),
      )
    })

    it('any change to the payload after anchoring', () => {
      const { text } = issueOne()
      mismatch(forge(text, payload => ({ ...payload, exp: (payload.exp as number) + 1 })))
      mismatch(forge(text, payload => ({ ...payload, more: true })))
      mismatch(forge(text, payload => ({ ...payload, _sd: [...payload._sd].reverse() })))
      // Even a space.
      mismatch(forge(text, payload => `${JSON.stringify(payload)} `))
    })

    it('any change to the header after anchoring', () => {
      const { text } = issueOne()
      const header = toBase64url(utf8(JSON.stringify({ alg: 'ES256', typ: 'dc+sd-jwt', x5c: ['another'] })))
      const signingInput = `${header}.${text.split('.')[1]}`
      const changed = `${signingInput}.${toBase64url(issuer.sign(utf8(signingInput)))}`
      mismatch([changed, ...text.split('~').slice(1)].join('~'))
    })

    it('a size that does not fit the path', () => {
      const { text, receipt } = issueOne()
      const bytes = encodeReceipt(receipt)
      new DataView(bytes.buffer).setUint32(101, 32)
      expect(mismatch(withAnchor(text, toBase64url(bytes)))).to.match(/path length/)
    })

    it('a path cut to an inner node', () => {
      const { text, receipt } = issueOne()
      const bytes = encodeReceipt(receipt)
      expect(mismatch(withAnchor(text, toBase64url(bytes.slice(0, -32))))).to.match(/path length/)
    })

    it('base64url that is not canonical, or a value that is not a string', () => {
      const { text, receipt } = issueOne()
      const canonical = toBase64url(encodeReceipt(receipt))
      expect(mismatch(withAnchor(text, `${canonical}=`))).to.match(/canonical/)
      // 265 octets leave four bits unused in the last character.
      expect(canonical).to.have.length(354)
      const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.indexOf(canonical.at(-1) ?? '')
      const stray = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'[last + 1]
      expect(mismatch(withAnchor(text, `${canonical.slice(0, -1)}${stray}`))).to.match(/canonical/)
      for (const value of [7, null, ['a'], { a: 1 }]) expect(mismatch(withAnchor(text, value))).to.match(/a string/)
    })

    it('an anchor on a card that states that it is not anchored yet', () => {
      const { text } = issueOne()
      expect(
        mismatch(forge(text, payload => ({ ...payload, anchor_pending: true, exp: Number(payload.iat) + 3600 }))),
      ).to.match(/not anchored yet/)
    })

    it('a digest that occurs twice in the text', () => {
      const { text } = issueOne()
      const twice = forge(text, (payload, disclosures) => ({ ...payload, note: digestOf(disclosures.at(-1) ?? '') }))
      expect(mismatch(twice)).to.match(/exactly once/)
    })

    it('a digest written with an escape, so that the text does not contain it', () => {
      const { text } = issueOne()
      const hidden = forge(text, (payload, disclosures) => {
        const digest = digestOf(disclosures.at(-1) ?? '')
        const code = digest.charCodeAt(1).toString(16).padStart(4, '0')
        return JSON.stringify(payload).replace(digest, `${digest[0]}\\u${code}${digest.slice(2)}`)
      })
      expect(mismatch(hidden)).to.match(/exactly once/)
    })

    it('a digest that occurs elsewhere in the text, and in _sd only with an escape', () => {
      const { text } = issueOne()
      const decoy = forge(text, (payload, disclosures) => {
        const digest = digestOf(disclosures.at(-1) ?? '')
        const code = digest.charCodeAt(1).toString(16).padStart(4, '0')
        return JSON.stringify(payload)
          .replace(digest, `${digest[0]}\\u${code}${digest.slice(2)}`)
          .replace('{', `{"note":"${digest}",`)
      })
      expect(mismatch(decoy)).to.match(/top-level _sd/)
    })

    it('a second member of _sd that is 43 underscores', () => {
      const { text } = issueOne()
      const blank = '_'.repeat(43)
      const two = forge(text, payload => ({ ...payload, _sd: [...payload._sd, blank] }))
      expect(mismatch(two)).to.match(/top-level _sd/)
    })
  })

  describe('leaves to the codec', () => {
    const refused = (text: string) => refusal('CREDENTIAL_BAD_DISCLOSURE', () => check(text)).reason

    it('two anchors', () => {
      const { text, receipt } = issueOne()
      const two = forge(text, (payload, disclosures) => {
        const second = discloseAnchor(toBase64url(encodeReceipt(receipt)))
        disclosures.push(second)
        return { ...payload, _sd: [...payload._sd, digestOf(second)] }
      })
      expect(refused(two)).to.match(/exists already/)
    })

    it('an anchor that is not a disclosure', () => {
      const { text } = issueOne()
      const clear = forge(text, (payload, disclosures) => {
        const old = digestOf(disclosures.pop() ?? '')
        return { ...payload, _sd: payload._sd.filter(one => one !== old), anchor: 'x' }
      })
      expect(refused(clear)).to.match(/not a disclosure/)
    })

    it('the same digest twice', () => {
      const { text } = issueOne()
      expect(
        refused(forge(text, payload => ({ ...payload, _sd: [...payload._sd, payload._sd[0] as string] }))),
      ).to.match(/twice/)
    })

    it('a nested anchor, which does not count as an anchor', () => {
      const { text } = issueOne()
      const nested = forge(text, (payload, disclosures) => {
        const digest = digestOf(disclosures.at(-1) ?? '')
        const ages = payload.age_equal_or_over as { _sd: string[] }
        return {
          ...payload,
          age_equal_or_over: { _sd: [...ages._sd, digest] },
          _sd: payload._sd.filter(one => one !== digest),
        }
      })
      expect(check(nested)).to.equal(null)
    })
  })

  it('detects any changed character', () => {
    const { text, receipt } = issueOne()
    const shown = presentSdJwt(parseSdJwt(text), path => ['anchor', 'family_name'].includes(String(path[0])))
    const letters = fc.constantFrom(...'ABCXYZabcxyz0189-_.~=')
    fc.assert(
      // Except the last tilde: without it, the last disclosure is read as a key binding, which does not verify.
      fc.property(fc.nat(shown.length - 2), letters, (at, letter) => {
        const changed = `${shown.slice(0, at)}${letter}${shown.slice(at + 1)}`
        if (changed === shown) return
        expect(() => check(changed)).to.throw(CredentialError)
      }),
      { numRuns: 1000 },
    )
    expect(check(shown)).to.deep.equal(receipt)
  })

  it('detects any changed bit of the signed text', () => {
    const { text } = issueOne()
    const [jwt, ...rest] = text.split('~') as [string, ...string[]]
    const parts = jwt.split('.').map(fromBase64url)
    fc.assert(
      fc.property(fc.nat(2), fc.nat(), fc.nat(7), (which, pick, bit) => {
        const changed = parts.map(part => part.slice())
        const part = changed[which] as Uint8Array
        const at = pick % part.length
        part[at] = (part[at] as number) ^ (1 << bit)
        const forged = [changed.map(toBase64url).join('.'), ...rest].join('~')
        expect(() => check(forged)).to.throw(CredentialError)
      }),
      { numRuns: 300 },
    )
  })
})
