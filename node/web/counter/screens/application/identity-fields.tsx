/** The fields of an identity check: for an application, and before a card is unlocked. */
import { IDENTITY_DOCUMENTS, IDENTITY_MEANS } from '../../../../credential/application.ts'
import { CheckboxGroup, RadioGroup } from '../../../kit/choices.tsx'
import type { FieldFault } from '../../../kit/error-summary.tsx'
import { TextField } from '../../../kit/fields.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { type Identity, missingIn } from '../../flow/application.ts'
import { application as texts } from '../../messages/application.ts'

/** @param hasNumber whether the number of the document is asked for */
export function useIdentityFaults(identity: Identity, hasNumber = true): readonly FieldFault[] {
  const t = useTexts(texts)
  const missing = missingIn(identity).filter(field => hasNumber || field !== 'documentNumber')
  return missing.map(field => ({ field, text: t[`${field}Missing`] }))
}

interface IdentityFieldsProps {
  readonly draft: Identity
  readonly faults: readonly FieldFault[]
  readonly onChange: (change: Partial<Identity>) => void
  /** False where the number would not be stored. */
  readonly hasNumber?: boolean
}

export function IdentityFields({ draft, faults, onChange, hasNumber = true }: IdentityFieldsProps) {
  const t = useTexts(texts)
  const fault = (name: string) => faults.find(({ field }) => field === name)?.text
  const { document, documentNumber, means } = draft
  return (
    <>
      <div className="documents">
        <RadioGroup
          id="document"
          label={t['identity.document']}
          value={document}
          error={fault('document')}
          onChange={chosen => onChange({ document: chosen })}
          options={IDENTITY_DOCUMENTS.map(value => ({ value, label: t[`document.${value}`] }))}
        />
      </div>
      {hasNumber && document !== null && document !== 'none' && (
        <TextField
          id="documentNumber"
          label={t['identity.number']}
          description={t['identity.numberHint']}
          error={fault('documentNumber')}
          value={documentNumber}
          onChange={number => onChange({ documentNumber: number })}
          maxLength={64}
          autoComplete="off"
          spellCheck="false"
        />
      )}
      <CheckboxGroup
        id="means"
        label={t['identity.means']}
        value={means}
        error={fault('means')}
        onChange={chosen => onChange({ means: chosen })}
        options={IDENTITY_MEANS.map(value => ({ value, label: t[`means.${value}`] }))}
      />
    </>
  )
}
