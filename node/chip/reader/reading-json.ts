/** A reading as the JSON that the reader program sends, and that the issuer takes. */
import { toBase64url } from '../../lib/bytes.ts'
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
