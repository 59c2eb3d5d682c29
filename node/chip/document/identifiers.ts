/** The tags and object identifiers of EF.SOD that its reader and its maker share. */

/** The outer tag of EF.SOD (ICAO Doc 9303-10 §4.6.2). */
export const SOD = 0x77
/** RFC 5652 §5.1. */
export const SIGNED_DATA = '1.2.840.113549.1.7.2'
/** id-icao-mrtd-security-ldsSecurityObject (Doc 9303-10 §4.6.2.3). */
export const SECURITY_OBJECT = '2.23.136.1.1.1'

/** Attributes of a signature (RFC 5652 §11). */
export const Cms = {
  CONTENT_TYPE: '1.2.840.113549.1.9.3',
  MESSAGE_DIGEST: '1.2.840.113549.1.9.4',
  SIGNING_TIME: '1.2.840.113549.1.9.5',
} as const
