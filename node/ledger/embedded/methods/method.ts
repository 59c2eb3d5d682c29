import type { z } from 'zod'
import type { RpcContext } from '../context.ts'
import { RpcCode, RpcError } from '../rpc-error.ts'

/** A JSON-RPC method with unchecked parameters. */
export type Method<Context = RpcContext> = (context: Context, params: readonly unknown[]) => unknown

/** Creates a method that parses its parameters. For a wrong one it throws -32602, which names the parameter. */
export function method<const T extends readonly z.ZodType[], Context = RpcContext>(
  params: T,
  run: (context: Context, ...args: { [K in keyof T]: z.output<T[K]> }) => unknown,
): Method<Context> {
  return (context, given) => {
    if (given.length > params.length) throw invalid(`at most ${params.length} parameters are expected`)
    const args = params.map((schema, i) => {
      const parsed = schema.safeParse(given[i] ?? undefined)
      if (parsed.success) return parsed.data
      const issue = parsed.error.issues[0]
      const where = [i, ...(issue?.path ?? [])].join('.')
      throw invalid(`parameter ${where}: ${given[i] === undefined ? 'it is missing' : issue?.message}`)
    })
    return run(context, ...(args as { [K in keyof T]: z.output<T[K]> }))
  }
}

const invalid = (message: string) => new RpcError(RpcCode.invalidParams, `invalid params: ${message}`)
