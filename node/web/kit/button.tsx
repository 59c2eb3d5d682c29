import './button.css'
import type { ReactNode } from 'react'
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button'
import { useTexts } from './language.tsx'
import { kit } from './messages.ts'

export interface ButtonProps extends Omit<AriaButtonProps, 'children' | 'className' | 'style'> {
  /** `danger` is for what cannot be undone. */
  readonly kind?: 'primary' | 'secondary' | 'danger' | 'text'
  readonly size?: 'medium' | 'large'
  /** While the act is under way. The button stays focused, and cannot be pressed again. */
  readonly isPending?: boolean
  readonly children: ReactNode
}

export function Button({ kind = 'primary', size = 'medium', children, isPending = false, ...rest }: ButtonProps) {
  const t = useTexts(kit)
  return (
    <AriaButton {...rest} isPending={isPending} className={`button button-${kind} button-${size}`}>
      {isPending ? t.working : children}
    </AriaButton>
  )
}

/** The buttons of a step: the next one first. */
export function Actions({ children }: { readonly children: ReactNode }) {
  return <div className="actions">{children}</div>
}
