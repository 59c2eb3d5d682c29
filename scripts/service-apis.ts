/**
 * `npm run service-apis`: writes what services of others must answer: a register, a telecom, and a message service; and what
 * native wallets and kiosks ask the node for a card by chip. Tests compare
 * the files with the schemas.
 */
import { writeFileSync } from 'node:fs'
import { chipApi } from '../node/http/chip-api.ts'
import { linesApi, messagesApi, registerApi } from '../node/residents/rest/openapi.ts'

const write = (name: string, document: unknown) =>
  writeFileSync(`docs/${name}.json`, `${JSON.stringify(document, null, 2)}\n`)

write('register-api', registerApi())
write('lines-api', linesApi())
write('messages-api', messagesApi())
write('chip-api', chipApi())
