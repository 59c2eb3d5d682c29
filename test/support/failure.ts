/** The error with which a promise rejects. @throws {Error} if it resolves */
export async function failureOf(
  promise: Promise<unknown>,
): Promise<Error & { code?: string; detail?: Record<string, unknown> }> {
  let value: unknown
  try {
    value = await promise
  } catch (error) {
    return error as Error
  }
  throw new Error(`did not fail, but gave ${typeof value}`)
}
