/**
 * Names in Hangul as Latin letters for the machine readable zone, by the Revised Romanization of Korean (국어의 로마자
 * 표기법). Names are written syllable by syllable, without the sound changes between them (제3장 제4항). It is not the
 * spelling that a holder may have chosen for a passport: the name in Hangul is in DG11.
 */
const FIRST_SYLLABLE = 0xac00
const VOWELS = 21
const FINALS = 28

const INITIAL = ['g', 'kk', 'n', 'd', 'tt', 'r', 'm', 'b', 'pp', 's', 'ss', '', 'j', 'jj', 'ch', 'k', 't', 'p', 'h']
const VOWEL = [
  ...['a', 'ae', 'ya', 'yae', 'eo', 'e', 'yeo', 'ye', 'o', 'wa', 'wae'],
  ...['oe', 'yo', 'u', 'wo', 'we', 'wi', 'yu', 'eu', 'ui', 'i'],
]
const FINAL = [
  ...['', 'k', 'k', 'k', 'n', 'n', 'n', 't', 'l', 'k', 'm', 'l', 'l', 'l'],
  ...['p', 'l', 'm', 'p', 'p', 't', 't', 'ng', 't', 't', 'k', 't', 'p', 't'],
]

/** In capital letters A to Z, parts of a name separated by `<`. Characters that are neither Hangul nor Latin are left out. */
export function romanizedName(name: string): string {
  const latin = [...name.normalize('NFC')].map(character => syllable(character) ?? character).join('')
  return latin
    .normalize('NFD')
    .toUpperCase()
    .replace(/[\s'-]+/g, '<')
    .replace(/[^A-Z<]/g, '')
    .replace(/^<+|<+$/g, '')
}

function syllable(character: string): string | undefined {
  const index = (character.codePointAt(0) as number) - FIRST_SYLLABLE
  if (index < 0 || index >= INITIAL.length * VOWELS * FINALS) return undefined
  const initial = INITIAL[Math.floor(index / (VOWELS * FINALS))] as string
  const vowel = VOWEL[Math.floor(index / FINALS) % VOWELS] as string
  return initial + vowel + FINAL[index % FINALS]
}
