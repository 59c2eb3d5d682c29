/** A reading as the JSON that a reader program sends and an issuer receives. */
import { fromBase64url, toBase64url } from '../../lib/bytes.ts'
import type { ChipReading } from '../image.ts'
import type { ReadingJson } from './desk-api.ts'

export function readingToJson({ securityObject, dataGroups, activeAuthentication }: ChipReading): ReadingJson {
  const groups = [...dataGroups].map(([number, file]) => [String(number), toBase64url(file)])
  return {
    security_object: toBase64url(securityObject),
    data_groups: Object.fromEntries(groups) as ReadingJson['data_groups'],
    active_authentication: toBase64url(activeAuthentication),
  }
}

/** @throws {ParseError} PARSE_ENCODING */
export function readingFromJson(json: ReadingJson): ChipReading {
  const groups = Object.entries(json.data_groups).flatMap(([number, file]) =>
    file === undefined ? [] : [[Number(number), fromBase64url(file)] as const],
  )
  return {
    securityObject: fromBase64url(json.security_object),
    dataGroups: new Map(groups),
    activeAuthentication: fromBase64url(json.active_authentication),
  }
}
