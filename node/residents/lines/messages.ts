/**
 * Sends a text message to a line. Implemented by a message service (rest/messages.ts), and in the demo by an outbox that
 * sends nothing (issuer/messages/simulated.ts).
 * Why: docs/decisions/134.
 */
import type { UnixSeconds } from '../../lib/time.ts'

export const MESSAGE_KINDS = ['transaction-code', 'installation-ended'] as const
export type MessageKind = (typeof MESSAGE_KINDS)[number]

export interface LineMessage {
  /** 16 random bytes, base64url. A service that gets the same id again sends nothing. */
  readonly id: string
  /** As `parseLineNumber` returns it. */
  readonly line: string
  readonly kind: MessageKind
  readonly text: string
  /** When the message means nothing any more, so that it must not be delivered later. Null: never. */
  readonly expiresAt: UnixSeconds | null
}

export interface LineMessages {
  /**
   * Resolves when the service has taken the message. Whether it reaches the phone is not known then.
   * @throws {ResidentsError} RESIDENTS_MESSAGES_UNAVAILABLE, RESIDENTS_MESSAGES_ANSWER: it is not known whether the service has
   * it; RESIDENTS_MESSAGES_REFUSED: the service will never send to this line. None has a part of the message.
   */
  send(message: LineMessage): Promise<void>
}
