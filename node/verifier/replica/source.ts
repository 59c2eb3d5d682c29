/**
 * Where a replica gets its bytes. Nothing that comes from there is believed before it is proved, and nothing that is
 * asked for says who is being checked: heights and whole files, never a root or an index.
 */
/** The source cannot tell what happened from there on: take its snapshot. */
export class TooFarBehind extends Error {
  override name = 'TooFarBehind'
}

export interface HeadSource {
  /**
   * What happened from `height` to the newest head, as a delta file; null when there is nothing newer.
   * @param wait seconds the source may hold the question open for a newer head
   * @throws {TooFarBehind}; anything else when the source cannot be reached
   */
  delta(height: number, wait: number, signal?: AbortSignal): Promise<Uint8Array | null>
  /** @throws when the source cannot be reached */
  snapshot(signal?: AbortSignal): Promise<Uint8Array>
}
