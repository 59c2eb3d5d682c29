const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * A text of an event, for people. Where it is not UTF-8, which the contracts do not check, it has U+FFFD: one such name
 * must not keep the others from being read.
 */
export const shownText = (text: Uint8Array): string => decoder.decode(text)
