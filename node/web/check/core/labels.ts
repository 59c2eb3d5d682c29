/** What the cards and their claims are called, from the type metadata that the authority serves (SD-JWT VC §6). */
import type { Sentences } from '../../../verifier/verdict.ts'
import { newestOrKept, type Source } from './newest.ts'

export interface CardLabels {
  readonly name: Sentences
  /** A claim's path, joined by slashes, and its name. */
  readonly claims: Readonly<Record<string, Sentences>>
}

interface Display {
  readonly locale: string
  readonly name?: string
  readonly label?: string
}
interface Metadata {
  readonly display: readonly Display[]
  readonly claims: readonly { readonly path: readonly string[]; readonly display: readonly Display[] }[]
}

/** The newest labels of a card; without a network, those of last time; null if there are none. */
export async function labelsOf(
  vct: string,
  { base, ...source }: Source & { readonly base: string },
): Promise<CardLabels | null> {
  const url = `${base}/type-metadata/${encodeURIComponent(vct)}`
  return (await newestOrKept(`labels ${vct}`, url, source, parse)) ?? null
}

function parse({ display, claims }: Metadata): CardLabels {
  const entries = claims.map(claim => [claim.path.join('/'), words(claim.display, 'label')] as const)
  return { name: words(display, 'name'), claims: Object.fromEntries(entries) }
}

function words(display: readonly Display[], member: 'name' | 'label'): Sentences {
  const of = (language: string) => display.find(({ locale }) => locale.startsWith(language))?.[member] ?? ''
  return { ko: of('ko'), en: of('en') }
}
