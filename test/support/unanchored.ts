import { invalidInput } from '../../node/credential/errors.ts'
import { PLACEHOLDER } from '../../node/credential/leaf.ts'
import { type CredentialInput, prepareCredential } from '../../node/credential/prepare.ts'
import { fromUtf8, textToBase64url, toBase64url, utf8 } from '../../node/lib/bytes.ts'
import type { Sign } from '../../node/lib/jose/jws.ts'
import type { Random } from '../../node/lib/random.ts'
import { DAY } from '../../node/lib/time.ts'

const entry = { keyStorage: 'software', walletProvider: null, subjectTag: '', installationTag: '' } as const

/**
 * Issues a card without an anchor. It has the claim `anchor_pending` and is valid for 72 hours at most.
 * @throws {CredentialError} CREDENTIAL_INPUT_INVALID
 */
export function issueUnanchored(input: CredentialInput, sign: Sign, random: Random): string {
  if (input.exp - input.iat > 3 * DAY) throw invalidInput('a card without an anchor lives 72 hours at most')
  const { header, payload, disclosures } = prepareCredential({ ...input, entry }, random)
  const { _sd, _sd_alg, ...open } = JSON.parse(fromUtf8(payload))
  const digests = _sd.filter((digest: string) => digest !== PLACEHOLDER)
  const text = JSON.stringify({ ...open, anchor_pending: true, _sd: digests, _sd_alg })
  const signingInput = `${header.text}.${textToBase64url(text)}`
  return `${signingInput}.${toBase64url(sign(utf8(signingInput)))}~${disclosures}`
}
