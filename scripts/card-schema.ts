/** `npm run card-schema`: writes the JSON Schema of card definition files. A test compares it with the parser's schema. */
import { writeFileSync } from 'node:fs'
import { cardJsonSchema } from '../node/credential/card-schema.ts'

writeFileSync('docs/card.schema.json', `${JSON.stringify(cardJsonSchema(), null, 2)}\n`)
