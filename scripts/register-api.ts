/** `npm run register-api`: writes what a register of another authority must answer. A test compares it with the schemas. */
import { writeFileSync } from 'node:fs'
import { registerApi } from '../node/residents/rest/openapi.ts'

writeFileSync('docs/register-api.json', `${JSON.stringify(registerApi(), null, 2)}\n`)
