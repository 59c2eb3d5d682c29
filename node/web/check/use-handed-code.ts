import { useCallback, useEffect, useRef, useState } from 'react'
import { takeHandedCode } from './core/demo.ts'
import type { Device } from './core/device.ts'
import { registerTill, type Till } from './core/till.ts'

/** The code of a phone with which the page was opened. Only in a demo; elsewhere codes come from the camera. */
export interface HandedCode {
  readonly code: string | null
  /** Gives it once. */
  readonly take: () => string | null
}

/** A device of a demo that has no certificate yet gets one, since a code can be answered only by a device that may ask. */
export function useHandedCode({ isDemo, base, store, till }: Device, setTill: (till: Till) => void): HandedCode {
  const [code, setCode] = useState(() => (isDemo ? takeHandedCode() : null))
  const left = useRef(code)
  const take = useCallback(() => {
    const taken = left.current
    left.current = null
    if (taken !== null) setCode(null)
    return taken
  }, [])
  const needsTill = code !== null && till === null
  useEffect(() => {
    if (needsTill) registerTill(base, null, store).then(setTill, () => setCode(null))
  }, [needsTill, base, store, setTill])
  return { code, take }
}
