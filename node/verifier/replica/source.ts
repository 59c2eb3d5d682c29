/**
 * A source of deltas and snapshots. Nothing from it is trusted before it is proved. The requests name only heights and
 * whole files, never a root or an index, so the source does not learn who is checked.
 */
/** The source has no delta from that height: a snapshot is needed. */
export class TooFarBehind extends Error {
  override name = 'TooFarBehind'
}

export interface HeadSource {
  /**
   * The delta from `height` to the newest head; null if there is no newer head.
   * @param wait seconds that the source may wait for a newer head before it answers
   * @throws {TooFarBehind}; VerifierError or any other error if the source cannot be reached
   */
  delta(height: number, wait: number, signal?: AbortSignal): Promise<Uint8Array | null>
  /** @throws if the source cannot be reached */
  snapshot(signal?: AbortSignal): Promise<Uint8Array>
}
