/**
 * The PACE protocols that this program has (ICAO 9303-11 §4.4, §9.2): ECDH with generic mapping, AES in CBC mode and
 * CMAC with keys of 128 or 256 bits, on NIST P-256 or brainpoolP256r1.
 */
import type { WeierstrassPoint, WeierstrassPointCons } from '@noble/curves/abstract/weierstrass.js'
import { brainpoolP256r1 } from '@noble/curves/misc.js'
import { p256 } from '@noble/curves/nist.js'
import { equalBytes } from '../../lib/bytes.ts'
import { DerReader, DerTag } from '../../lib/der.ts'
import { wrongValue } from '../../lib/parse-error.ts'
import { tlv } from '../tlv.ts'

export interface PaceProtocol {
  readonly name: string
  /** The content of its object identifier, without tag and length. */
  readonly oid: Uint8Array
  /** Bytes of the keys. */
  readonly keyLength: 16 | 32
}

/** id-PACE is 0.4.0.127.0.7.2.2.4; generic mapping over ECDH is its arc 2. */
const ecdhGm = (last: number) => Uint8Array.of(0x04, 0x00, 0x7f, 0x00, 0x07, 0x02, 0x02, 0x04, 0x02, last)

export const AES_128: PaceProtocol = {
  name: 'id-PACE-ECDH-GM-AES-CBC-CMAC-128',
  oid: ecdhGm(2),
  keyLength: 16,
}
export const AES_256: PaceProtocol = {
  name: 'id-PACE-ECDH-GM-AES-CBC-CMAC-256',
  oid: ecdhGm(4),
  keyLength: 32,
}

export type CurvePoint = WeierstrassPoint<bigint>

/** Standardized domain parameters by their number (ICAO 9303-11 §9.5.1). */
export interface PaceCurve {
  readonly parameterId: 12 | 13
  readonly Point: WeierstrassPointCons<bigint>
}

export const NIST_P256: PaceCurve = { parameterId: 12, Point: p256.Point }
export const BRAINPOOL_P256: PaceCurve = { parameterId: 13, Point: brainpoolP256r1.Point }

export interface PaceInfo {
  readonly protocol: PaceProtocol
  readonly curve: PaceCurve
}

/** The stronger first. */
const PROTOCOLS = [AES_256, AES_128]
const CURVES = [NIST_P256, BRAINPOOL_P256]

export const paceProtocol = (oid: Uint8Array): PaceProtocol | undefined =>
  PROTOCOLS.find(protocol => equalBytes(protocol.oid, oid))

export const paceCurve = (parameterId: number): PaceCurve | undefined =>
  CURVES.find(curve => curve.parameterId === parameterId)

const SET = 0x31
const OBJECT_IDENTIFIER = 0x06
const VERSION = 2

/**
 * The PACE algorithms that the chip offers in EF.CardAccess and that this program implements, the best first.
 * @throws {ParseError} PARSE_ENCODING, PARSE_VALUE if it is not a SET of SecurityInfos
 */
export function parseCardAccess(file: Uint8Array): readonly PaceInfo[] {
  const outer = new DerReader(file)
  const infos = outer.enter(SET)
  outer.end()
  const found: PaceInfo[] = []
  while (infos.peek() !== undefined) {
    const info = infos.enter(DerTag.SEQUENCE)
    const protocol = paceProtocol(info.value(OBJECT_IDENTIFIER))
    if (protocol === undefined) continue
    const version = smallInteger(info.value(DerTag.INTEGER))
    // Without a number the parameters are the chip's own, in an entry of another kind.
    const curve = info.peek() === undefined ? undefined : paceCurve(smallInteger(info.value(DerTag.INTEGER)))
    info.end()
    if (version === VERSION && curve !== undefined) found.push({ protocol, curve })
  }
  return found.sort((a, b) => b.protocol.keyLength - a.protocol.keyLength)
}

function smallInteger(bytes: Uint8Array): number {
  const [value] = bytes
  if (bytes.length !== 1 || value === undefined || value > 0x7f) throw wrongValue('EF.CardAccess', 'a number of it')
  return value
}

/** EF.CardAccess of a chip with these protocols. */
export const encodeCardAccess = (infos: readonly PaceInfo[]): Uint8Array =>
  tlv(
    SET,
    ...infos.map(({ protocol, curve }) =>
      tlv(
        DerTag.SEQUENCE,
        tlv(OBJECT_IDENTIFIER, protocol.oid),
        tlv(DerTag.INTEGER, Uint8Array.of(VERSION)),
        tlv(DerTag.INTEGER, Uint8Array.of(curve.parameterId)),
      ),
    ),
  )
