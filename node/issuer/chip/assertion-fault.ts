/** Why the answer of a face provider is refused. */
export type AssertionFault = 'malformed' | 'session' | 'portrait' | 'time' | 'provider' | 'replayed'
