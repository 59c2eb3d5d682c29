import './fields.css'
import { Checkbox as AriaCheckbox } from 'react-aria-components/Checkbox'
import { CheckboxGroup as AriaCheckboxGroup } from 'react-aria-components/CheckboxGroup'
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
      <FieldError className="field-error">{error}</FieldError>
      <div className="choice-list">
        {options.map(option => (
          <Radio key={option.value} value={option.value} isDisabled={option.isDisabled === true} className="choice">
            <span className="choice-mark choice-mark-round" aria-hidden="true" />
            <ChoiceWords {...option} />
          </Radio>
        ))}
      </div>
    </AriaRadioGroup>
  )
}

export interface CheckboxGroupProps<Value extends string> {
  readonly label: string
  readonly options: readonly Option<Value>[]
  readonly value: readonly Value[]
  readonly onChange: (value: readonly Value[]) => void
  readonly error?: string | undefined
  readonly id?: string
}

export function CheckboxGroup<Value extends string>({ label, error, ...props }: CheckboxGroupProps<Value>) {
  const { options, value, onChange, ...rest } = props
  return (
    <AriaCheckboxGroup
      {...rest}
      value={[...value]}
      isInvalid={error !== undefined}
      onChange={chosen => onChange(options.map(option => option.value).filter(one => chosen.includes(one)))}
      className="field"
    >
      <Label className="field-label">{label}</Label>
      <FieldError className="field-error">{error}</FieldError>
      <div className="choice-list">
        {options.map(option => (
          <AriaCheckbox
            key={option.value}
            value={option.value}
            isDisabled={option.isDisabled === true}
            className="choice"
          >
            {({ isSelected }) => (
              <>
                <TickMark isSelected={isSelected} />
                <ChoiceWords {...option} />
              </>
            )}
          </AriaCheckbox>
        ))}
      </div>
    </AriaCheckboxGroup>
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
          <TickMark isSelected={isSelected} />
          <ChoiceWords label={label} detail={detail} />
        </>
      )}
    </AriaCheckbox>
  )
}

function TickMark({ isSelected }: { readonly isSelected: boolean }) {
  return (
    <span className="choice-mark choice-mark-square" aria-hidden="true">
      {isSelected && (
        <svg viewBox="0 0 20 20" className="choice-tick" aria-hidden="true">
          <path d="M4 10.5 8.5 15 16 6" />
        </svg>
      )}
    </span>
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
