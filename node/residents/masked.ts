/** Personal data as a screen shows them until somebody asks for the whole. */

/** `600125-2******`: the birthdate and the digit of century and sex. */
export const maskedNumber = (personalNumber: string): string => `${personalNumber.slice(0, 8)}******`

/** `홍*동`: the first and the last character. Of a name with two characters, the first. */
export function maskedName(name: string): string {
  const characters = [...name]
  const [first = ''] = characters
  const last = characters.length > 2 ? characters.at(-1) : ''
  return first + '*'.repeat(Math.max(characters.length - (last ? 2 : 1), 1)) + last
}
