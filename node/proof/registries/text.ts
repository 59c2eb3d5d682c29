const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * A text of an event, for display. The contracts do not check that it is UTF-8. Malformed bytes become U+FFFD, so that
 * one malformed name does not prevent the others from being read.
 */
export const shownText = (text: Uint8Array): string => decoder.decode(text)
