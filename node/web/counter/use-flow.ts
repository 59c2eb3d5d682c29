/** Runs the flow of one application: the clerk's acts, and the watch for what the wallet or another clerk does. */
import { useCallback, useEffect, useReducer, useRef } from 'react'
import type { CodeDelivery } from '../../credential/application.ts'
import { pause, type Timer } from '../../lib/time.ts'
import { Refused } from '../kit/api.ts'
import type { Calls } from './api/calls.ts'
import { type Application, deliveryOf } from './flow/application.ts'
import { type Act, begin, CONFLICTS, type Event, type Flow, OFFLINE, reduce } from './flow/flow.ts'

/** Seconds for which the node holds the answer while nothing changes. */
const HOLD = 20
const RETRY_MS = 2000

export interface Start {
  readonly person: string
  readonly card: string | null
  readonly application: Application | null
  /** Whether the install has a service that sends text messages. */
  readonly messages: boolean
}

export interface FlowActs {
  readonly dispatch: (event: Event) => void
  readonly send: () => Promise<void>
  /** @param delivery by default as the clerk has chosen */
  readonly newOffer: (delivery?: CodeDelivery) => Promise<void>
  readonly confirmPhone: () => Promise<void>
  readonly stopPhone: () => Promise<void>
  readonly cancel: (reason: string) => Promise<void>
}

/** @param created is called with the id as soon as the node has the application */
export function useFlow(calls: Calls, start: Start, timer: Timer, created: (id: string) => void): [Flow, FlowActs] {
  const [flow, dispatch] = useReducer(reduce, begin(start.card, start.application))
  const { application, draft, doing } = flow
  useWatch(calls, application, dispatch, timer)

  const run = async (act: Act, work: () => Promise<Event>) => {
    if (doing !== null) return
    dispatch({ type: 'began', act })
    try {
      dispatch(await work())
    } catch (cause) {
      const code = cause instanceof Refused ? cause.code : OFFLINE
      dispatch({ type: 'failed', problem: { code, cause } })
      if (application && CONFLICTS.includes(code)) await look(application.applicationId).catch(() => undefined)
    }
  }
  const read = (id: string) => calls.application(id, new AbortController().signal)
  const look = async (id: string) => dispatch({ type: 'seen', application: await read(id) })
  const answered = (answer: Application): Event => ({ type: 'answered', application: answer })
  const handed = async (known: Application, delivery = deliveryOf(draft, known, start.messages)): Promise<Event> => {
    const { applicationId, version } = known
    const handout = await calls.offer(applicationId, version, delivery)
    return { type: 'handed', handout, application: await read(applicationId) }
  }
  const onApplication = (act: Act, work: (known: Application) => Promise<Event>) => async () => {
    if (application) await run(act, () => work(application))
  }

  const send = () =>
    run('send', async () => {
      // What succeeded before a failure is kept: a second press goes on from there.
      let known = application
      if (known === null) {
        known = await calls.apply(start.person, draft)
        created(known.applicationId)
        dispatch({ type: 'seen', application: known })
      }
      if (known.state === 'applied') {
        known = await calls.recordIdentity(known.applicationId, known.version, draft)
        dispatch({ type: 'seen', application: known })
      }
      if (known.kind !== 'mobile') return answered(known)
      const line = draft.line.trim()
      if (line !== '' && line !== flow.verifiedLine) {
        known = await calls.verifyLine(known.applicationId, known.version, line)
        dispatch({ type: 'verified', application: known, line })
      }
      return handed(known)
    })

  return [
    flow,
    {
      dispatch,
      send,
      newOffer: delivery => onApplication('offer', known => handed(known, delivery))(),
      confirmPhone: onApplication('same-phone', async ({ applicationId, version }) =>
        answered(await calls.confirmPhone(applicationId, version)),
      ),
      stopPhone: onApplication('stop', async ({ applicationId, version }) =>
        answered(await calls.stopPhone(applicationId, version)),
      ),
      cancel: reason =>
        onApplication('cancel', async ({ applicationId, version }) =>
          answered(await calls.cancel(applicationId, version, reason)),
        )(),
    },
  ]
}

const isOver = ({ state, kind, block }: Application): boolean =>
  state === 'cancelled' || state === 'refused' || (state === 'issued' && (kind !== 'mobile' || block !== null))

function useWatch(calls: Calls, known: Application | null, dispatch: (event: Event) => void, timer: Timer): void {
  const first = useRef(known)
  first.current = known
  const id = known === null || isOver(known) ? null : known.applicationId
  const watch = useCallback(
    async (watched: string, leaving: AbortSignal) => {
      let seen = first.current?.version ?? 0
      while (!leaving.aborted) {
        try {
          const application = await calls.nextChange(watched, seen, HOLD, leaving)
          seen = application.version
          if (!leaving.aborted) dispatch({ type: 'seen', application })
        } catch {
          if (leaving.aborted) return
          dispatch({ type: 'lost' })
          await pause(timer, RETRY_MS)
        }
      }
    },
    [calls, dispatch, timer],
  )
  useEffect(() => {
    if (id === null) return
    const leaving = new AbortController()
    void watch(id, leaving.signal)
    return () => leaving.abort()
  }, [id, watch])
}
