import type { Texts } from '../../credential/card.ts'
import type { Application } from '../applications/application.ts'

/** What a person who signed in can do next. */
export type Standing =
  /** They can have the card. `application`: the one to which a guardian agreed; null: a new one. */
  | { readonly kind: 'ready'; readonly application: Application | null }
  /** They cannot. `text` says why, and where and from when they can. */
  | { readonly kind: 'refused'; readonly text: Texts }
  /** A guardian has to be asked. `refused`: one was asked before and refused. */
  | { readonly kind: 'consent'; readonly refused: boolean }
  /** A guardian was asked. `over`: the code has ended, and there can be a new one. */
  | { readonly kind: 'waiting'; readonly application: Application; readonly over: boolean }
