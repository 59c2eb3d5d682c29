/**
 * EF.SOD (ICAO Doc 9303-10 §4.6.2): the hashes of the data groups, as CMS SignedData (RFC 5652) of a document signer with
 * ECDSA over P-256 and SHA-256.
 */
import { sha256 } from '#crypto'
import { utf8 } from '../../lib/bytes.ts'
import { toDer } from '../../lib/ecdsa-der.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { parsePart } from '../errors.ts'
import { TlvReader, tlv } from '../tlv.ts'
import { integer, octetString, oid, sequence, setOf, Tag } from './der.ts'
import { createTime } from './der-time.ts'
import { Cms, SECURITY_OBJECT, SIGNED_DATA, SOD } from './identifiers.ts'
import { ECDSA_WITH_SHA256, SHA256 } from './signature-algorithm.ts'

/** Signs documents for a country signing CA. */
export interface DocumentSigner {
  /** X.509, DER. Its key is of P-256. */
  readonly certificate: Uint8Array
  /** ES256 (RFC 7518 §3.4): 64 bytes, r ‖ s, over SHA-256 of `data`. */
  sign(data: Uint8Array): Uint8Array
}

export function createSecurityObject(
  dataGroups: ReadonlyMap<number, Uint8Array>,
  signer: DocumentSigner,
  now: UnixSeconds,
): Uint8Array {
  const content = ldsSecurityObject(dataGroups)
  const signedAttributes = setOf(
    attribute(Cms.CONTENT_TYPE, oid(SECURITY_OBJECT)),
    attribute(Cms.MESSAGE_DIGEST, octetString(sha256(content))),
    attribute(Cms.SIGNING_TIME, createTime(now)),
  )
  const { issuer, serialNumber } = issuerAndSerialNumber(signer.certificate)
  const signerInfo = sequence(
    integer(1),
    sequence(issuer, serialNumber),
    sequence(oid(SHA256)),
    // Implicitly tagged here, but signed as a SET OF (RFC 5652 §5.4).
    Uint8Array.from([0xa0, ...signedAttributes.subarray(1)]),
    sequence(oid(ECDSA_WITH_SHA256)),
    octetString(toDer(signer.sign(signedAttributes))),
  )
  const signedData = sequence(
    integer(3),
    setOf(sequence(oid(SHA256))),
    sequence(oid(SECURITY_OBJECT), tlv(0xa0, octetString(content))),
    tlv(0xa0, signer.certificate),
    setOf(signerInfo),
  )
  return tlv(SOD, sequence(oid(SIGNED_DATA), tlv(0xa0, signedData)))
}

/** LDSSecurityObject of version 1 (Doc 9303-10 §4.6.2.3). */
function ldsSecurityObject(dataGroups: ReadonlyMap<number, Uint8Array>): Uint8Array {
  const hashes = [...dataGroups]
    .toSorted(([a], [b]) => a - b)
    .map(([group, file]) => sequence(integer(group), octetString(sha256(file))))
  const [lds, unicode] = ['0107', '040000'].map(version => tlv(Tag.PRINTABLE_STRING, utf8(version))) as [
    Uint8Array,
    Uint8Array,
  ]
  return sequence(integer(1), sequence(oid(SHA256)), sequence(...hashes), sequence(lds, unicode))
}

const attribute = (type: string, value: Uint8Array): Uint8Array => sequence(oid(type), setOf(value))

function issuerAndSerialNumber(certificate: Uint8Array) {
  return parsePart('document signer', () => {
    const tbs = new TlvReader(certificate).enter(Tag.SEQUENCE).enter(Tag.SEQUENCE)
    tbs.optional(0xa0)
    const serialNumber = tbs.element(Tag.INTEGER)
    tbs.element(Tag.SEQUENCE)
    return { issuer: tbs.element(Tag.SEQUENCE), serialNumber }
  })
}
