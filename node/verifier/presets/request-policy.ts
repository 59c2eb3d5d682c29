/** The request policy with which a preset is registered: exactly what the preset asks for in person. */
import { type PolicyClaims, policyPurpose, policyText } from '../asker/policy.ts'
import { type Preset, queryOf } from './preset.ts'

/** The same preset always has the same text, and so the same grant. */
export function requestPolicyOf(preset: Preset): string {
  const { credentials } = queryOf(preset, { inPerson: true })
  const claims = credentials.map(({ meta, claims: asked = [] }): PolicyClaims => {
    const paths = asked.map(({ path }) => path.map(String))
    return { vct: meta.vct_values[0] ?? '', paths }
  })
  return policyText({ version: 1, name: preset.name, purposes: [preset.purpose], claims })
}

/** The purpose that the organisation needs on the ledger to use the preset. */
export const requestPurposeOf = (preset: Preset): string => policyPurpose(requestPolicyOf(preset))
