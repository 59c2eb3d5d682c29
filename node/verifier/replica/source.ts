/**
 * Where a replica gets its bytes. Nothing that comes from there is believed before it is proved, and nothing that is
 * asked for says who is being checked: heights and whole files, never a root or an index.
 */
export interface HeadSource {
  /**
   * What happened from `height` to the newest head, as a delta file; null when there is nothing newer.
   * @param wait seconds the source may hold the question open for a newer head
   * @throws when the source cannot be reached, or cannot tell from there on (take a snapshot then)
   */
  delta(height: number, wait: number, signal?: AbortSignal): Promise<Uint8Array | null>
  /** @throws when the source cannot be reached */
  snapshot(signal?: AbortSignal): Promise<Uint8Array>
}
