import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts'
import type { CardQuery, ClaimsQuery } from './query.ts'

/** What a claims path pointer selects (OpenID4VP 1.0 §7.1.1); nothing if it does not fit the claims. */
export function selected(claims: JsonObject, path: ClaimsQuery['path']): readonly JsonValue[] {
  let found: readonly JsonValue[] = [claims]
  for (const part of path) {
    const next: JsonValue[] = []
    for (const value of found) {
      if (typeof part === 'string') {
        if (!isJsonObject(value)) return []
        if (Object.hasOwn(value, part)) next.push(value[part] as JsonValue)
      } else {
        if (!Array.isArray(value)) return []
        next.push(...(part === null ? value : value.slice(part, part + 1)))
      }
    }
    found = next
  }
  return found
}

/**
 * The claims of a verified credential that its query requests. A wallet or its holder may show more, and a verifier
 * must not receive personal data that it did not request.
 * @param id of the answered query
 * @returns undefined if there is no such query
 */
export function requestedClaims(query: CardQuery, id: string | null, claims: JsonObject): JsonObject | undefined {
  const asked = query.credentials.find(each => each.id === id)
  if (!asked) return undefined
  const paths = (asked.claims ?? []).map(({ path }) => path)
  return (pick(claims, paths) ?? {}) as JsonObject
}

/** The parts of a value that the paths select, in their positions; undefined if there are none. */
function pick(value: JsonValue, paths: readonly ClaimsQuery['path'][]): JsonValue | undefined {
  if (paths.length === 0) return undefined
  if (paths.some(path => path.length === 0)) return value
  const below = (each: JsonValue, ...parts: ClaimsQuery['path']) => {
    const rest = paths.flatMap(([part, ...rest]) => (part !== undefined && parts.includes(part) ? [rest] : []))
    return pick(each, rest)
  }
  if (Array.isArray(value)) {
    return (value as readonly JsonValue[]).map((each, i) => below(each, null, i)).filter(each => each !== undefined)
  }
  if (!isJsonObject(value)) return undefined
  const members = Object.entries(value).map(([name, each]) => [name, below(each, name)] as const)
  return Object.fromEntries(members.filter(([, each]) => each !== undefined)) as JsonObject
}
