import { useCallback, useEffect, useState } from 'react'
import { useClock } from '../kit/clock.tsx'
import { type Device, openDevice } from './core/device.ts'
import { NothingKnown, OtherAuthority } from './core/knowledge.ts'
import { type Preferences, readPreferences, writePreferences } from './core/preferences.ts'
import { openStore, type Store } from './core/store.ts'
import type { Till } from './core/till.ts'

export type DeviceState =
  | { readonly state: 'starting' }
  | { readonly state: 'ready'; readonly device: Device; readonly preferences: Preferences }
  | { readonly state: 'failed'; readonly why: 'nothing' | 'other' | 'broken' }

export interface DeviceActs {
  readonly prefer: (change: Partial<Preferences>) => void
  readonly setTill: (till: Till | null) => void
  /** Opens the device again, after a failure. */
  readonly retry: () => void
  /** Deletes everything from this device and begins anew. */
  readonly reset: () => Promise<void>
}

export function useDevice(): DeviceState & DeviceActs {
  const clock = useClock()
  const [state, setState] = useState<DeviceState>({ state: 'starting' })
  const [turn, setTurn] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another turn opens the device again
  useEffect(() => {
    let isOver = false
    let opened: Device | undefined
    const open = async () => {
      const store = await openStore()
      const page = import.meta.env.BASE_URL
      const device = await openDevice({ store, clock, fetcher: (input, init) => fetch(input, init), page })
      opened = device
      if (isOver) return void device.knowledge.close()
      setState({ state: 'ready', device, preferences: await readPreferences(store) })
    }
    setState({ state: 'starting' })
    open().catch(error => isOver || setState({ state: 'failed', why: whyOf(error) }))
    return () => {
      isOver = true
      void opened?.knowledge.close()
    }
  }, [clock, turn])
  const change = useCallback(
    (next: (ready: Extract<DeviceState, { state: 'ready' }>) => DeviceState) =>
      setState(before => (before.state === 'ready' ? next(before) : before)),
    [],
  )
  const prefer = useCallback(
    (wish: Partial<Preferences>) =>
      change(ready => {
        const preferences = { ...ready.preferences, ...wish }
        void writePreferences(ready.device.store, preferences)
        return { ...ready, preferences }
      }),
    [change],
  )
  const setTill = useCallback(
    (till: Till | null) => change(ready => ({ ...ready, device: { ...ready.device, till } })),
    [change],
  )
  const retry = useCallback(() => setTurn(before => before + 1), [])
  const reset = useCallback(async () => {
    const store: Store = await openStore()
    await store.clear()
    retry()
  }, [retry])
  return { ...state, prefer, setTill, retry, reset }
}

function whyOf(error: unknown): 'nothing' | 'other' | 'broken' {
  if (error instanceof NothingKnown) return 'nothing'
  return error instanceof OtherAuthority ? 'other' : 'broken'
}
