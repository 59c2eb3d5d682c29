const PATH = '/status-lists/'
const U64 = 1n << 64n

/**
 * The list on the ledger that the status URI of a credential names: `<iss>/status-lists/<list id in decimal>`.
 * @returns undefined unless the URI is exactly below the issuer's own URL
 */
export function ledgerListOf(uri: string, iss: string): bigint | undefined {
  if (!uri.startsWith(`${iss}${PATH}`)) return undefined
  const text = uri.slice(iss.length + PATH.length)
  if (!/^[1-9]\d{0,19}$/.test(text)) return undefined
  const list = BigInt(text)
  return list < U64 ? list : undefined
}

/** A list belongs to the organisation that opened it: list id = organisation << 32 | n. */
export const listOwner = (list: bigint): number => Number(list >> 32n)
