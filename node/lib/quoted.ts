/**
 * Shows a text that others chose so that it cannot be mistaken for ours: in quotes, with every character that a
 * terminal interprets, or that changes the direction of writing, escaped as `\u{…}`.
 */
export const quoted = (text: unknown): string =>
  JSON.stringify(text).replace(
    /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu,
    found => `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`,
  )
