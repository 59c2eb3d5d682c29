/** The paths of the wallet's screens. They hold ids of this device only. */
const ID = '([\\w-]{1,64})'

export const PATTERNS = {
  cards: /^$/,
  card: new RegExp(`^cards/${ID}$`),
  renew: new RegExp(`^cards/${ID}/renew$`),
  receive: /^receive$/,
  offer: /^offer$/,
  apply: /^receive\/online$/,
  returned: /^returned$/,
  show: /^show$/,
  scan: /^show\/scan$/,
  code: /^show\/code$/,
  till: /^show\/till$/,
  request: /^request$/,
  history: /^history$/,
  notices: /^notices$/,
  settings: /^settings$/,
  lock: /^settings\/lock$/,
  export: /^settings\/export$/,
  erase: /^settings\/erase$/,
} as const

export const pathOf = {
  cards: '',
  card: (id: string) => `cards/${id}`,
  renew: (id: string) => `cards/${id}/renew`,
  receive: 'receive',
  offer: 'offer',
  apply: 'receive/online',
  returned: 'returned',
  show: 'show',
  scan: 'show/scan',
  code: 'show/code',
  till: 'show/till',
  request: 'request',
  history: 'history',
  notices: 'notices',
  settings: 'settings',
  lock: 'settings/lock',
  export: 'settings/export',
  erase: 'settings/erase',
} as const
