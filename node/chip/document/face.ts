/**
 * The portrait in DG2 (ICAO Doc 9303-10 §4.7.2): a biometric information template (ISO/IEC 7816-11) around a face image
 * record of ISO/IEC 19794-5:2005.
 */
import { ByteReader, ByteWriter } from '../../lib/binary.ts'
import { equalBytes, utf8 } from '../../lib/bytes.ts'
import { wrongValue } from '../../lib/parse-error.ts'
import { parsePart, unsupportedPart } from '../errors.ts'
import { MAX_FILE } from '../image.ts'
import { TlvReader, tlv } from '../tlv.ts'
import { smallInteger, Tag } from './der.ts'
import { type Portrait, type PortraitSize, portraitType } from './portrait.ts'

const DG2 = 0x75
const GROUP = 0x7f61
const TEMPLATE = 0x7f60
const HEADER = 0xa1
const BIOMETRIC_DATA = [0x5f2e, 0x7f2e]
const FORMAT_OWNER = 0x87
const FORMAT_TYPE = 0x88
/** ISO/IEC JTC 1/SC 37, and its number for face images. */
const SC37 = Uint8Array.of(0x01, 0x01)
const FACE = Uint8Array.of(0x00, 0x08)

const FORMAT = utf8('FAC\0')
const VERSION = utf8('010\0')
/** §5.4 to §5.7 of ISO/IEC 19794-5: of the record, of one face, of a feature point, of the image. */
const RECORD_HEADER = 14
const FACE_HEADER = 20
const FEATURE_POINT = 8
const IMAGE_HEADER = 12

/**
 * @returns the first face of the first template: the portrait
 * @throws {ChipError} CHIP_DOCUMENT_MALFORMED; CHIP_DOCUMENT_UNSUPPORTED for another format than JPEG or JPEG 2000
 */
export const parseDg2 = (file: Uint8Array): Portrait =>
  parsePart('DG2', () => {
    const content = TlvReader.file(file, DG2, MAX_FILE)
    const group = content.enter(GROUP)
    content.end()
    if (smallInteger(group.value(Tag.INTEGER)) < 1) throw wrongValue('DG2', 'it has no template')
    const template = group.enter(TEMPLATE)
    const header = template.enter(HEADER).rest()
    const { tag, value } = template.next()
    template.end()
    if (!BIOMETRIC_DATA.includes(tag)) throw wrongValue('DG2', 'the template has no biometric data')
    const [owner, type] = [header.get(FORMAT_OWNER), header.get(FORMAT_TYPE)]
    if (!owner || !type || !equalBytes(owner, SC37) || !equalBytes(type, FACE)) {
      throw unsupportedPart('DG2', 'not a face image of ISO/IEC 19794-5')
    }
    return parseRecord(value)
  })

function parseRecord(bytes: Uint8Array): Portrait {
  const record = new ByteReader(bytes)
  if (!equalBytes(record.take(4), FORMAT) || !equalBytes(record.take(4), VERSION)) {
    throw unsupportedPart('DG2', 'not a face image of ISO/IEC 19794-5:2005')
  }
  if (record.u32() !== bytes.length) throw wrongValue('face image', 'the length of the record is wrong')
  if (record.u16() < 1) throw wrongValue('face image', 'it has no face')
  const length = record.u32()
  const points = record.u16()
  record.take(FACE_HEADER - 6 + points * FEATURE_POINT)
  const before = FACE_HEADER + points * FEATURE_POINT + IMAGE_HEADER
  if (length <= before) throw wrongValue('face image', 'it has no image')
  record.take(IMAGE_HEADER)
  const image = Uint8Array.from(record.take(length - before))
  const mediaType = portraitType(image)
  if (mediaType === undefined) throw unsupportedPart('DG2', 'the portrait is neither JPEG nor JPEG 2000')
  return { bytes: image, mediaType }
}

const JPEG_TYPE = 0
const JPEG_2000_TYPE = 1
const FULL_FRONTAL = 1
const RGB_24 = 1

/** DG2 with one portrait. */
export function createDg2({ bytes, mediaType, width, height }: Portrait & PortraitSize): Uint8Array {
  const faceLength = FACE_HEADER + IMAGE_HEADER + bytes.length
  const record = new ByteWriter()
    .put(FORMAT, VERSION)
    .u32(RECORD_HEADER + faceLength)
    .u16(1)
    // Of the face: no feature points; sex, colours, expression and pose are not stated.
    .u32(faceLength)
    .put(new Uint8Array(FACE_HEADER - 4))
    .u8(FULL_FRONTAL)
    .u8(mediaType === 'image/jpeg' ? JPEG_TYPE : JPEG_2000_TYPE)
    .u16(width)
    .u16(height)
    .u8(RGB_24)
    // Source, device and quality are not stated.
    .put(new Uint8Array(5))
    .put(bytes)
    .bytes()
  const header = tlv(
    HEADER,
    tlv(0x80, SC37),
    tlv(0x81, Uint8Array.of(0x02)),
    tlv(FORMAT_OWNER, SC37),
    tlv(FORMAT_TYPE, FACE),
  )
  const template = tlv(TEMPLATE, header, tlv(0x5f2e, record))
  return tlv(DG2, tlv(GROUP, tlv(Tag.INTEGER, Uint8Array.of(1)), template))
}
