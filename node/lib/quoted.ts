/**
 * Shows a text that others chose in a way that cannot pass for ours: in quotes, with every character that a terminal
 * would act on, or that turns the direction of writing, escaped as `\u{…}`.
 */
export const quoted = (text: unknown): string =>
  JSON.stringify(text).replace(
    /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu,
    found => `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`,
  )
