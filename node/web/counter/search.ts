/** What a clerk types into the one search field: a personal number, or a name and a birthdate. */

export type Search = { readonly personalNumber: string } | { readonly name: string; readonly birthdate: string }

export type SearchFault = 'empty' | 'number' | 'birthdate' | 'name'

/** Eight digits, or three numbers with something between them: without it, `900314` could be read as the year 9003. */
const BIRTHDATE = /^(?:(\d{4})(\d{2})(\d{2})|(\d{4})[-./년]\s?(\d{1,2})[-./월]\s?(\d{1,2})[.일]?)$/

/** @returns the search, or what is wrong with the text */
export function parseSearch(typed: string): Search | SearchFault {
  const text = typed.trim().replace(/\s+/g, ' ')
  if (text === '') return 'empty'
  if (/^[\d\s-]+$/.test(text)) {
    const digits = text.replace(/\D/g, '')
    return digits.length === 13 ? { personalNumber: `${digits.slice(0, 6)}-${digits.slice(6)}` } : 'number'
  }
  const start = text.search(/\d/)
  if (start < 0) return 'birthdate'
  const name = text.slice(0, start).replace(/[\s,]+$/, '')
  const birthdate = dateOf(text.slice(start))
  if (birthdate === undefined) return 'birthdate'
  return name === '' ? 'name' : { name, birthdate }
}

function dateOf(text: string): string | undefined {
  const [year = '', month = '', day = ''] =
    BIRTHDATE.exec(text)
      ?.slice(1)
      .filter(part => part !== undefined) ?? []
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const time = Date.parse(`${date}T00:00:00Z`)
  // `Date.parse` takes 30 February for 1 March.
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== date ? undefined : date
}
