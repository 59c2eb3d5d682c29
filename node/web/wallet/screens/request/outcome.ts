/** What became of a request. */
export interface Outcome {
  readonly act: 'shared' | 'declined'
  /** Where the browser goes on, if the request was opened on this device. */
  readonly redirectUri: string | null
  /** What has to be shown to the asker as a code; null if it was sent. */
  readonly message: Uint8Array | null
}
