/** One attempt to deliver a message to a webhook, and the pause before the next one. */
import type { P256Signer } from '../../keys/signer.ts'
import { utf8 } from '../../lib/bytes.ts'
import type { Clock, UnixSeconds } from '../../lib/time.ts'
import type { Webhook } from './webhook-address.ts'
import type { SendWebhook } from './webhook-sender.ts'
import { SIGNATURE_HEADER, signWebhook } from './webhook-signature.ts'

export interface DeliveryPorts {
  readonly signer: P256Signer
  readonly send: SendWebhook
  readonly clock: Clock
}

/**
 * Sends a JSON message, signed for this receiver.
 * @param receiver its id: the `aud` of the signature
 * @returns why it failed; undefined if the receiver has the message
 */
export async function deliver(
  webhook: Webhook,
  receiver: string,
  message: object,
  { signer, send, clock }: DeliveryPorts,
  signal: AbortSignal,
): Promise<string | undefined> {
  const body = utf8(JSON.stringify(message))
  const headers = { [SIGNATURE_HEADER]: signWebhook(signer, receiver, body, clock()) }
  try {
    const status = await send(webhook, { body, headers }, signal)
    return status >= 200 && status < 300 ? undefined : `it answered ${status}`
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? (error as Error).message
  }
}

/** Seconds: the first pause, twice as long after each failure, at most the longest. */
export const pauseAfter = (failures: number, first: UnixSeconds, longest: UnixSeconds): UnixSeconds =>
  Math.min(longest, first * 2 ** (failures - 1))
