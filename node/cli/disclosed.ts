/** Prints the disclosed claims of a card. They are delivered once and stored nowhere. */
import { writeFileSync } from 'node:fs'
import type { Disclosed } from './answers.ts'
import { CliError } from './errors.ts'
import { printable } from './printable.ts'

const PORTRAIT = /^data:(image\/(?:jpeg|png|webp));base64,([A-Za-z0-9+/]+={0,2})$/

/** A line for each claim; for a portrait only its media type and size. */
export function disclosedText(disclosed: readonly Disclosed[]): string {
  return disclosed.flatMap(({ vct, claims }) => [printable(vct), ...linesOf(claims, '')]).join('\n')
}

function linesOf(claims: Readonly<Record<string, unknown>>, within: string): string[] {
  return Object.entries(claims).flatMap(([name, value]) => {
    const path = `${within}${name}`
    if (typeof value === 'object' && value !== null) return linesOf(value as Record<string, unknown>, `${path}.`)
    const [, type, image] = PORTRAIT.exec(String(value)) ?? []
    const shown =
      image === undefined ? printable(String(value)) : `${type}, ${Math.floor((image.length * 3) / 4)} bytes`
    return [`  ${printable(path).padEnd(28)} ${shown}`]
  })
}

/**
 * Writes the portrait to a file that only its owner can read, for comparison with the person.
 * @returns false if no portrait was disclosed
 * @throws {CliError} CLI_INPUT
 */
export function writePortrait(disclosed: readonly Disclosed[], path: string): boolean {
  for (const { claims } of disclosed) {
    const [, , image] = typeof claims.portrait === 'string' ? (PORTRAIT.exec(claims.portrait) ?? []) : []
    if (image === undefined) continue
    try {
      writeFileSync(path, Buffer.from(image, 'base64'), { mode: 0o600 })
      return true
    } catch (cause) {
      const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown'
      throw new CliError({ code: 'CLI_INPUT', path, reason }, `${path} cannot be written (${reason}).`, { cause })
    }
  }
  return false
}
