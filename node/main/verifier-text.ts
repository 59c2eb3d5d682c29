/** What a verifier that runs alone prints when it is ready: its addresses, and what the council has to register. */
import { join } from 'node:path'
import type { VerifierService } from '../authority/verifier-service/service.ts'
import { shellWord } from '../lib/shell-word.ts'
import { requestPurposeOf } from '../verifier/presets/request-policy.ts'

export function verifierBanner({ config, custody, presets, followed, profileFile }: VerifierService): string {
  const { publicUrl, metricsPort, data } = config
  const head = followed.replica?.head
  const facts = [
    ['Public', publicUrl],
    ['Check screen', `${publicUrl}/check/`],
    ['OpenAPI', `${publicUrl}/verifier/openapi.json`],
    ['Metrics', `http://127.0.0.1:${metricsPort}/metrics, /healthz, /readyz`],
    ['Ledger', head ? `chain ${profileFile.profile.chainId}, block ${head.height}` : 'nothing known yet: see /readyz'],
    ['Profile key', `${profileFile.key} (compare it with another source)`],
    ['Data', data],
  ]
  const here = `dojang --data ${shellWord(data)}`
  return [
    '',
    `도장 Dojang verifier is ready · ${config.name}`,
    '',
    ...facts.map(([name, value]) => `  ${(name ?? '').padEnd(13)}${value}`),
    '',
    '  Wallets trust its requests when the council has registered this key and a grant for each preset that is used',
    '  (docs/verifier-service.md). Until then our wallet says that the asker is not registered:',
    `    registerKey  keyId=${custody.request.keyId} uses=REQUEST`,
    `    statement    ${here} key statement --key ${shellWord(join(data, 'keys', 'request.pem'))} --uses REQUEST --org <number>`,
    ...presets.all.map(preset => `    grant        purpose=${requestPurposeOf(preset)}   # ${preset.id}`),
    '',
    '  Next, in another terminal:',
    `    ${here} verifier key add --name shop --scope requests:create requests:read`,
    '',
    'Stop with Ctrl-C.',
    '',
  ].join('\n')
}
