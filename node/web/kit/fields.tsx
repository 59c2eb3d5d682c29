import './fields.css'
import { type ReactNode, useId } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { FieldError } from 'react-aria-components/FieldError'
import { Input } from 'react-aria-components/Input'
import { Label } from 'react-aria-components/Label'
import {
  SearchField as AriaSearchField,
  type SearchFieldProps as AriaSearchProps,
} from 'react-aria-components/SearchField'
import { Text } from 'react-aria-components/Text'
import { TextArea } from 'react-aria-components/TextArea'
import { TextField as AriaTextField, type TextFieldProps as AriaTextProps } from 'react-aria-components/TextField'
import { useTexts } from './language.tsx'
import { kit } from './messages.ts'

interface Words {
  readonly label: string
  /** One sentence under the label. */
  readonly description?: string | undefined
  /** What is wrong, and what to do. */
  readonly error?: string | undefined
}

type Own = 'children' | 'className' | 'style' | 'isInvalid'

export interface TextFieldProps extends Words, Omit<AriaTextProps, Own> {
  readonly lines?: number
  readonly placeholder?: string
  /** What the browser proposes while somebody types. Anything else can be typed, too. */
  readonly proposals?: readonly { readonly value: string; readonly label: string }[]
}

export function TextField({
  label,
  description,
  error,
  lines = 1,
  placeholder = '',
  proposals,
  ...rest
}: TextFieldProps) {
  const list = useId()
  return (
    <AriaTextField {...rest} isInvalid={error !== undefined} className="field">
      <FieldWords label={label} description={description} isRequired={rest.isRequired === true} />
      {lines > 1 ? (
        <TextArea className="field-input" rows={lines} placeholder={placeholder} />
      ) : (
        <Input className="field-input" placeholder={placeholder} {...(proposals && { list })} />
      )}
      {proposals && (
        <datalist id={list}>
          {proposals.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </datalist>
      )}
      <FieldError className="field-error">{error}</FieldError>
    </AriaTextField>
  )
}

export interface SearchFieldProps extends Words, Omit<AriaSearchProps, Own> {
  readonly placeholder?: string
}

export function SearchField({ label, description, error, placeholder = '', ...rest }: SearchFieldProps) {
  const t = useTexts(kit)
  return (
    <AriaSearchField {...rest} isInvalid={error !== undefined} className="field field-search">
      <FieldWords label={label} description={description} isRequired={false} />
      <div className="field-row">
        <Input className="field-input" placeholder={placeholder} />
        <AriaButton className="field-clear">{t.clear}</AriaButton>
      </div>
      <FieldError className="field-error">{error}</FieldError>
    </AriaSearchField>
  )
}

interface FieldWordsProps {
  readonly label: ReactNode
  readonly description: string | undefined
  readonly isRequired: boolean
}

function FieldWords({ label, description, isRequired }: FieldWordsProps) {
  const t = useTexts(kit)
  return (
    <>
      <Label className="field-label">
        {label}
        {isRequired && <span className="field-required">{t.required}</span>}
      </Label>
      {description !== undefined && (
        <Text slot="description" className="field-description">
          {description}
        </Text>
      )}
    </>
  )
}
