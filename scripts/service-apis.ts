/**
 * `npm run service-apis`: writes what services of others must answer: a register, and a telecom. Tests compare the files
 * with the schemas.
 */
import { writeFileSync } from 'node:fs'
import { linesApi, registerApi } from '../node/residents/rest/openapi.ts'

const write = (name: string, document: unknown) =>
  writeFileSync(`docs/${name}.json`, `${JSON.stringify(document, null, 2)}\n`)

write('register-api', registerApi())
write('lines-api', linesApi())
