import { toHex, toQuantity } from '../../../lib/bytes.ts'
import type { CallMethod } from '../call-messages.ts'
import type { CallContext } from '../context.ts'
import { blockOrLatest, call } from '../params.ts'
import { type Method, method } from './method.ts'

export const callMethods: Readonly<Record<CallMethod, Method<CallContext>>> = {
  eth_call: method([call, blockOrLatest], async (context: CallContext, request, at) =>
    toHex(await context.caller.call(request, context.site(at), context.limit())),
  ),

  eth_estimateGas: method([call, blockOrLatest], async (context: CallContext, request, at) =>
    toQuantity(await context.caller.estimate(request, context.site(at), context.limit())),
  ),
}
