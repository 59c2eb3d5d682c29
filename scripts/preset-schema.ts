/** `npm run preset-schema`: writes the JSON Schema of preset files. A test compares it with the parser's schema. */
import { writeFileSync } from 'node:fs'
import { presetJsonSchema } from '../node/verifier/presets/preset-schema.ts'

writeFileSync('docs/preset.schema.json', `${JSON.stringify(presetJsonSchema(), null, 2)}\n`)
