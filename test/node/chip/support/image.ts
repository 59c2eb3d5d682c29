/** A chip whose files have the right form and nothing signed in them: enough for a reader, which judges none of it. */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { createCom } from '../../../../node/chip/document/com.ts'
import { createDg14 } from '../../../../node/chip/document/security-infos.ts'
import { type ChipImage, DataGroup, dataGroupFile, FileId } from '../../../../node/chip/image.ts'
import { AES_128, encodeCardAccess, NIST_P256, type PaceInfo } from '../../../../node/chip/pace/algorithms.ts'
import { tlv } from '../../../../node/chip/tlv.ts'

export const NUMBER = '482715'
export const CHALLENGE = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)
/** The PACE of an image for which nothing else is asked. */
export const CARD_INFO = { protocol: AES_128, curve: NIST_P256 }

export interface ImageOptions {
  readonly offered?: readonly PaceInfo[]
  /** Bytes of the portrait. */
  readonly portrait?: number
  readonly key?: 'P-256' | 'RSA-2048'
  /** Files that are replaced. */
  readonly files?: ReadonlyMap<number, Uint8Array>
}

const keys = {
  'P-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'RSA-2048': generateKeyPairSync('rsa', { modulusLength: 2048 }),
}

export const publicKeyOf = (key: 'P-256' | 'RSA-2048') => keys[key].publicKey

const filled = (tag: number, length: number): Uint8Array => tlv(tag, new Uint8Array(randomBytes(length)))

export function testImage({
  offered = [CARD_INFO],
  portrait = 40_000,
  key = 'P-256',
  files = new Map(),
}: ImageOptions = {}): ChipImage {
  const { publicKey, privateKey } = keys[key]
  return {
    cardAccessNumber: NUMBER,
    files: new Map([
      [FileId.CARD_ACCESS, encodeCardAccess(offered)],
      [FileId.COM, createCom([1, 2, 11, 14, 15])],
      [FileId.SECURITY_OBJECT, filled(0x77, 1800)],
      [dataGroupFile(DataGroup.MRZ), filled(0x61, 93)],
      [dataGroupFile(DataGroup.FACE), filled(0x75, portrait)],
      [dataGroupFile(DataGroup.HOLDER), filled(0x6b, 120)],
      [dataGroupFile(DataGroup.SECURITY_INFOS), createDg14(encodeCardAccess(offered), key === 'P-256')],
      [dataGroupFile(DataGroup.ACTIVE_AUTHENTICATION), tlv(0x6f, publicKey.export({ type: 'spki', format: 'der' }))],
      ...files,
    ]),
    activeAuthenticationKey: new Uint8Array(privateKey.export({ type: 'pkcs8', format: 'der' })),
  }
}
