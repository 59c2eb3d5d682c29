/**
 * Sends transaction codes to verified lines, so that a code is neither on a clerk's screen nor in an answer. A code that
 * could not be sent is never used: the clerk makes another offer, with a slip.
 * Why: docs/decisions/134.
 */
import type { Texts } from '../../credential/card.ts'
import { readU32be, toBase64url, u32be } from '../../lib/bytes.ts'
import type { Random } from '../../lib/random.ts'
import type { Clock, UnixSeconds } from '../../lib/time.ts'
import type { LineMessages } from '../../residents/lines/messages.ts'
import { Bucket } from '../../store/buckets.ts'
import { type Codec, type Store, Table, textCodec } from '../../store/store.ts'
import type { Vault } from '../../store/vault.ts'
import type { Application } from '../applications/application.ts'
import { IssuerError } from '../errors.ts'
import type { Journal } from '../journal.ts'
import { openLine } from './sealed-line.ts'
import { sendFailureOf } from './send-failure.ts'
import { codeText } from './texts.ts'

export interface CodeMessagesOptions {
  /** Null if the install has no message service. */
  readonly messages: LineMessages | null
  readonly store: Store
  readonly vault: Vault
  readonly journal: Journal
  readonly authority: Texts
  readonly clock: Clock
  readonly random: Random
}

/** Codes for one application. Without a limit, one person could be sent any number of messages. */
const MOST_CODES = 5

const countCodec: Codec<number> = { encode: u32be, decode: bytes => readU32be(bytes) }

export class CodeMessages {
  readonly #sent: Table<string, number>

  constructor(private readonly options: CodeMessagesOptions) {
    this.#sent = new Table(options.store, Bucket.codeMessages, textCodec, countCodec)
  }

  /**
   * Resolves when the message service has the code.
   * @param by who makes the offer, for the journal
   * @throws {IssuerError} ISSUER_CODE_UNSENDABLE, ISSUER_CODE_NOT_SENT. Neither has the code or the number.
   */
  async send(application: Application, txCode: string, expiresAt: UnixSeconds, by: string): Promise<void> {
    const { messages, vault, authority, store, journal, clock, random } = this.options
    const { id } = application
    if (!messages) throw unsendable(id, 'no_service')
    const line = openLine(vault, application)
    if (line === undefined) throw unsendable(id, 'no_line')
    const sent = this.#sent.get(id) ?? 0
    if (sent >= MOST_CODES) throw unsendable(id, 'limit')
    // Counted first: a message whose fate is unknown may have arrived.
    await store.commit([this.#sent.put(id, sent + 1)])
    try {
      const text = codeText(authority, txCode)
      await messages.send({ id: toBase64url(random(16)), line, kind: 'transaction-code', text, expiresAt })
    } catch (error) {
      const reason = sendFailureOf(error)
      if (reason === undefined) throw error
      await store.commit([journal.append({ at: clock(), event: 'offer.code_not_sent', application: id, by, reason })])
      throw new IssuerError(
        { code: 'ISSUER_CODE_NOT_SENT', application: id, reason, text: NOT_SENT },
        'The transaction code could not be sent, and no offer was made. Make the offer with a printed slip. The code of a ' +
          'message that arrives late is not valid.',
      )
    }
  }
}

const NOT_SENT: Texts = {
  ko: '확인 번호를 문자로 보내지 못했습니다. 전표로 건네주세요. 문자가 늦게 도착해도 그 번호는 쓸 수 없습니다.',
  en: 'The transaction code could not be sent. Hand it over on a slip. The code of a message that arrives late is not valid.',
}

type Unsendable = 'no_service' | 'no_line' | 'limit'

const UNSENDABLE: Readonly<Record<Unsendable, Texts>> = {
  no_service: {
    ko: '이 기관에는 문자 서비스가 없습니다. 확인 번호를 전표로 건네주세요.',
    en: 'This authority has no message service. Hand the transaction code over on a slip.',
  },
  no_line: {
    ko: '확인된 휴대전화 번호가 없어 문자를 보낼 수 없습니다. 번호를 확인하거나 전표로 건네주세요.',
    en: 'No line was verified, so no message can be sent. Verify the line, or hand the code over on a slip.',
  },
  limit: {
    ko: `이 신청으로 보낼 수 있는 문자 ${MOST_CODES}건을 모두 보냈습니다. 확인 번호를 전표로 건네주세요.`,
    en: `${MOST_CODES} messages were sent for this application, and no more are allowed. Hand the transaction code over on a slip.`,
  },
}

const unsendable = (application: string, reason: Unsendable) =>
  new IssuerError(
    { code: 'ISSUER_CODE_UNSENDABLE', application, reason, text: UNSENDABLE[reason] },
    `${UNSENDABLE[reason].en} No offer was made.`,
  )
