import './fields.css'
import { Checkbox as AriaCheckbox } from 'react-aria-components/Checkbox'
import { FieldError } from 'react-aria-components/FieldError'
import { Label } from 'react-aria-components/Label'
import { RadioGroup as AriaRadioGroup, Radio } from 'react-aria-components/RadioGroup'
import { Text } from 'react-aria-components/Text'

export interface Option<Value extends string> {
  readonly value: Value
  readonly label: string
  /** One sentence, for example why the option cannot be chosen. */
  readonly detail?: string | undefined
  readonly isDisabled?: boolean
}

export interface RadioGroupProps<Value extends string> {
  readonly label: string
  readonly description?: string
  readonly options: readonly Option<Value>[]
  readonly value: Value | null
  readonly onChange: (value: Value) => void
  readonly error?: string | undefined
  readonly id?: string
}

export function RadioGroup<Value extends string>({ label, description, error, ...props }: RadioGroupProps<Value>) {
  const { options, onChange, ...rest } = props
  return (
    <AriaRadioGroup
      {...rest}
      isInvalid={error !== undefined}
      onChange={value => onChange(value as Value)}
      className="field"
    >
      <Label className="field-label">{label}</Label>
      {description !== undefined && (
        <Text slot="description" className="field-description">
          {description}
        </Text>
      )}
      <div className="choice-list">
        {options.map(option => (
          <Radio key={option.value} value={option.value} isDisabled={option.isDisabled === true} className="choice">
            <span className="choice-mark choice-mark-round" aria-hidden="true" />
            <ChoiceWords {...option} />
          </Radio>
        ))}
      </div>
      <FieldError className="field-error">{error}</FieldError>
    </AriaRadioGroup>
  )
}

export interface CheckboxProps {
  readonly label: string
  readonly detail?: string
  readonly isSelected: boolean
  readonly onChange: (isSelected: boolean) => void
  readonly isDisabled?: boolean
  readonly id?: string
}

export function Checkbox({ label, detail, ...rest }: CheckboxProps) {
  return (
    <AriaCheckbox {...rest} className="choice">
      {({ isSelected }) => (
        <>
          <span className="choice-mark choice-mark-square" aria-hidden="true">
            {isSelected && (
              <svg viewBox="0 0 20 20" className="choice-tick" aria-hidden="true">
                <path d="M4 10.5 8.5 15 16 6" />
              </svg>
            )}
          </span>
          <ChoiceWords label={label} detail={detail} />
        </>
      )}
    </AriaCheckbox>
  )
}

function ChoiceWords({ label, detail }: { readonly label: string; readonly detail?: string | undefined }) {
  return (
    <span className="choice-words">
      <span className="choice-label">{label}</span>
      {detail !== undefined && <span className="choice-detail">{detail}</span>}
    </span>
  )
}
