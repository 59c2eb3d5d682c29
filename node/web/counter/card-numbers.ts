/** A pasted list of cards: their ids, as the person's page and the journal show them. */

/** As many as the node accepts in one proposal. */
export const MAX_CARDS = 1000

export interface CardNumbers {
  /** Each once, in the order of the text. */
  readonly ids: readonly string[]
  /** What is no id, as it was typed. */
  readonly wrong: readonly string[]
}

/** Lines, spaces, commas and semicolons separate ids: a column of a spreadsheet can be pasted as it is. */
export function parseCardNumbers(text: string): CardNumbers {
  const words = text
    .toLowerCase()
    .split(/[\s,;]+/)
    .filter(word => word !== '')
  const isId = (word: string) => /^[0-9a-f]{32}$/.test(word)
  return { ids: [...new Set(words.filter(isId))], wrong: [...new Set(words.filter(word => !isId(word)))] }
}
