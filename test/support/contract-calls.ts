/** Calls of the contracts that the node does not use. */
import type { Hex } from '../../node/lib/bytes.ts'
import type { UnixSeconds } from '../../node/lib/time.ts'
import { anchorLog, type Registries, trustRegistry } from '../../node/registries/contracts.ts'

export const encodeDisown = (org: number, purpose: Hex, root: Hex): Hex =>
  anchorLog.encodeFunctionData('disown', [org, purpose, root]) as Hex

export const encodeDistrustKey = (keyId: Hex, from: UnixSeconds): Hex =>
  trustRegistry.encodeFunctionData('distrustKey', [keyId, from]) as Hex

/** Whether the present terms of grant and organisation both contain `time`. */
export async function readIsGranted(
  { ledger, addresses }: Registries,
  org: number,
  purpose: Hex,
  time: UnixSeconds,
): Promise<boolean> {
  const data = trustRegistry.encodeFunctionData('isGranted', [org, purpose, time])
  const answer = await ledger.request('eth_call', [{ to: addresses.trustRegistry, data }, 'latest'])
  return trustRegistry.decodeFunctionResult('isGranted', answer as string)[0]
}
