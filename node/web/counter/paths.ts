/** The paths of the screens below the app. They hold opaque ids only, so they may stay in the browser's history. */

export const STATUS_ACTS = ['suspend', 'reinstate', 'revoke'] as const
export type StatusAct = (typeof STATUS_ACTS)[number]

const ID = '([\\w-]{22}|[0-9a-f]{32})'

/** A pattern whose groups are the ids, in order. */
export const PATTERNS = {
  desk: /^$/,
  operators: /^operators$/,
  invitation: /^operators\/invite$/,
  proposals: /^proposals$/,
  proposeMany: /^proposals\/many$/,
  wallets: /^wallets$/,
  stopWallets: /^wallets\/([1-9]\d{0,9})\/stop$/,
  journal: /^journal$/,
  person: new RegExp(`^people/${ID}$`),
  apply: new RegExp(`^people/${ID}/apply/([a-z][a-z-]{0,31})$`),
  application: new RegExp(`^people/${ID}/applications/${ID}$`),
  act: new RegExp(`^people/${ID}/cards/${ID}/(${STATUS_ACTS.join('|')})$`),
} as const

export const pathOf = {
  desk: '',
  operators: 'operators',
  invitation: 'operators/invite',
  proposals: 'proposals',
  proposeMany: 'proposals/many',
  wallets: 'wallets',
  stopWallets: (provider: number) => `wallets/${provider}/stop`,
  journal: 'journal',
  person: (person: string) => `people/${person}`,
  apply: (person: string, card: string) => `people/${person}/apply/${card}`,
  application: (person: string, id: string) => `people/${person}/applications/${id}`,
  act: (person: string, credential: string, act: StatusAct) => `people/${person}/cards/${credential}/${act}`,
} as const
