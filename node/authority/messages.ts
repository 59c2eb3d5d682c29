/** Composes the messages to lines: transaction codes, and notices of ended installations. */

import type { Applications } from '../issuer/applications/applications.ts'
import type { Journal } from '../issuer/journal.ts'
import { CodeMessages } from '../issuer/messages/code-messages.ts'
import { NoticeSender } from '../issuer/messages/notice-sender.ts'
import { SimulatedMessages } from '../issuer/messages/simulated.ts'
import type { LineMessages } from '../residents/lines/messages.ts'
import type { LinePort } from '../residents/lines/port.ts'
import { RestClient } from '../residents/rest/client.ts'
import { MESSAGES_FAILURES } from '../residents/rest/failures.ts'
import { RestMessages } from '../residents/rest/messages.ts'
import type { Vault } from '../store/vault.ts'
import type { AuthorityBase } from './base.ts'
import type { CloseStack } from './close-stack.ts'

export interface OpenedMessages {
  /** Null if the install has no message service. */
  readonly messages: LineMessages | null
  /** The telephones of the demo; null in the other modes. */
  readonly simulated: SimulatedMessages | null
}

/** @throws {ResidentsError} RESIDENTS_SERVICE_FILES */
export function openMessages({ config, timer }: AuthorityBase, closeStack: CloseStack): OpenedMessages {
  const simulated = config.mode === 'demo' ? new SimulatedMessages(config.mode) : null
  if (config.messages.kind === 'none') return { messages: simulated, simulated }
  const client = new RestClient(config.messages, timer, MESSAGES_FAILURES)
  closeStack.add(async () => client.close())
  return { messages: new RestMessages(client), simulated }
}

export interface MessageParts extends OpenedMessages {
  readonly codes: CodeMessages
  readonly notices: NoticeSender
}

export function composeMessages(
  { config, store, clock, random, warn }: AuthorityBase,
  vault: Vault,
  opened: OpenedMessages,
  journal: Journal,
  applications: Applications,
  lines: LinePort,
): MessageParts {
  const parts = { messages: opened.messages, store, vault, journal, authority: config.authority, clock }
  return {
    ...opened,
    codes: new CodeMessages({ ...parts, random }),
    notices: new NoticeSender({ ...parts, applications, lines, warn }),
  }
}
