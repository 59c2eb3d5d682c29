/** Parses the cells of the columns that cards add, by the type of each column. */
import type { ColumnType, ColumnValue } from '../../credential/card.ts'
import { parseDate } from './date.ts'

const TEXT_LIMIT = 200
const LIST_LIMIT = 16

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['예', 'y', 'yes', 'true', '1', 'o'].map(text => [text, true] as const),
  ...['아니오', '아니요', 'n', 'no', 'false', '0', 'x'].map(text => [text, false] as const),
])

/** @returns undefined if the text is not a value of the type */
export function parseAdded(text: string, type: ColumnType): ColumnValue | undefined {
  switch (type) {
    case 'text':
      return isText(text) ? text : undefined
    case 'date':
      return parseDate(text)
    case 'number':
      return parseInteger(text)
    case 'boolean':
      return BOOLEANS.get(text.toLowerCase())
    case 'list':
      return parseList(text)
  }
}

function parseInteger(text: string): number | undefined {
  if (!/^(?:0|-?[1-9]\d{0,15})$/.test(text)) return undefined
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : undefined
}

function parseList(text: string): readonly string[] | undefined {
  const items = text.split(';').map(item => item.trim())
  return items.length <= LIST_LIMIT && items.every(item => item !== '' && isText(item)) ? items : undefined
}

const isText = (text: string): boolean => text.length <= TEXT_LIMIT && !/\p{C}/u.test(text)
