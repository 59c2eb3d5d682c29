/**
 * Everything that a command prints passes through here. Claims, names, and messages of other nodes are chosen by others:
 * with control characters they could move the cursor, change earlier lines or reverse the direction of writing.
 */

/** Controls, formats (zero width, direction of writing), and separators of lines and paragraphs. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** For a text of others within a line. A line break is replaced too, or the text could imitate a line of its own. */
export const printable = (text: string): string => text.replace(UNSAFE, '\ufffd')

/** For a text of several lines. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n')

/** JSON with the same value, in which no character affects a terminal. */
export const printableJson = (value: unknown): string =>
  JSON.stringify(value, null, 2)
    .split('\n')
    .map(line => line.replace(UNSAFE, escaped))
    .join('\n')

const escaped = (found: string): string =>
  found
    .split('')
    .map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
