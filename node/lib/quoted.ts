/**
 * A text that others chose, so that it cannot look like ours: in quotes, with everything that a terminal would act
 * upon, or that would turn the direction of writing, written as its number.
 */
export const quoted = (text: unknown): string =>
  JSON.stringify(text).replace(
    /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu,
    found => `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`,
  )
