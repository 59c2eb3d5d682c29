/**
 * The kiosk: a desk with a card reader and a camera, beside the holder's phone. The phone's wallet has opened a session; the
 * kiosk reads the chip and has the face compared for it, and the offer arrives on the phone. It keeps nothing.
 */
import { useEffect, useReducer } from 'react'
import { chipChallenge } from '../../chip/document/challenge.ts'
import { parseDg2 } from '../../chip/document/face.ts'
import { type Desk, deskStatus, readAtDesk } from '../../chip/reader/desk-client.ts'
import { fromBase64url, toBase64url } from '../../lib/bytes.ts'
import { Button } from '../kit/button.tsx'
import { useTexts } from '../kit/language.tsx'
import { Layout, Screen } from '../kit/layout.tsx'
import { Loading, useLoad } from '../kit/load.tsx'
import { Notice } from '../kit/notice.tsx'
import { type Happened, next, type Step } from './core/flow.ts'
import { sendDocument, sendFace } from './core/issuer.ts'
import { loadSettings } from './core/settings.ts'
import { kiosk } from './messages/kiosk.ts'
import { CodeStep } from './screens/code.tsx'
import { DoneStep, EndedStep } from './screens/end.tsx'
import { FaceStep } from './screens/face.tsx'
import { NumberStep } from './screens/number.tsx'
import { ReadingStep } from './screens/reading.tsx'
import { Welcome } from './screens/welcome.tsx'

/** A screen that nobody touches belongs to nobody: it starts over. */
const IDLE_MS = 120_000

export interface AppProps {
  /** The reader program of this desk; undefined if the page was opened without its link. */
  readonly desk: Desk | undefined
}

export function App({ desk }: AppProps) {
  const t = useTexts(kiosk)
  const [settings, again] = useLoad(loadSettings, [])
  const [step, tell] = useReducer<Step, [Happened]>(next, { at: 'welcome' })
  const simulatedCard = useSimulatedCard(desk, step.at === 'welcome')
  useStartOver(step, tell)
  useReading(step, desk, tell)
  if (settings.state === 'failed') {
    return (
      <Layout name={t.name}>
        <Screen title={t.offlineTitle} app={t.name} width="narrow">
          <Notice kind="warning">
            <p>{t.offline}</p>
          </Notice>
          <Button onPress={again}>{t.begin}</Button>
        </Screen>
      </Layout>
    )
  }
  if (settings.state === 'loading') {
    return (
      <Layout name={t.name}>
        <Screen title={t.welcomeTitle} app={t.name} width="narrow">
          <Loading />
        </Screen>
      </Layout>
    )
  }
  const { authority, face } = settings.value
  return (
    <Layout
      name={t.name}
      aside={
        step.at !== 'welcome' && (
          <Button kind="text" onPress={() => tell({ type: 'left' })}>
            {t.cancel}
          </Button>
        )
      }
    >
      <div key={step.at}>
        {step.at === 'welcome' && (
          <Welcome
            ready={face !== null}
            simulated={{ card: simulatedCard, face: face?.simulated === true }}
            onBegin={() => tell({ type: 'began' })}
          />
        )}
        {step.at === 'code' && (
          <CodeStep
            fault={step.fault}
            onCode={code => tell({ type: 'scanned', code, isOwn: code?.authority === authority })}
          />
        )}
        {step.at === 'number' && (
          <NumberStep fault={step.fault} onNumber={number => tell({ type: 'numbered', number })} />
        )}
        {step.at === 'reading' && <ReadingStep percent={step.percent} />}
        {step.at === 'face' && face !== null && (
          <FaceStep
            {...step}
            simulated={face.simulated}
            onCapture={async capture => {
              const sent = await sendFace(face.url, step.code, { capture, portrait: step.portrait })
              if (sent.kind === 'done') tell({ type: 'matched' })
              else if (sent.kind === 'refused') tell({ type: 'refused', code: sent.code, left: sent.left })
              else tell({ type: 'offline' })
            }}
          />
        )}
        {step.at === 'done' && <DoneStep onNext={() => tell({ type: 'left' })} />}
        {step.at === 'ended' && <EndedStep why={step.why} onNext={() => tell({ type: 'left' })} />}
      </div>
    </Layout>
  )
}

/** Reads the card and sends its document, once for each time the number was typed. */
function useReading(step: Step, desk: Desk | undefined, tell: (happened: Happened) => void): void {
  const number = step.at === 'reading' ? step.number : null
  const code = step.at === 'reading' ? step.code : null
  useEffect(() => {
    if (number === null || code === null) return
    const left = new AbortController()
    const unlessLeft = (happened: Happened) => {
      if (!left.signal.aborted) tell(happened)
    }
    void read()
    return () => left.abort()

    async function read() {
      if (desk === undefined || number === null || code === null) {
        return unlessLeft({ type: 'reader', code: 'unreachable', left: null })
      }
      const challenge = toBase64url(chipChallenge(fromBase64url(code.nonce), fromBase64url(code.key)))
      const reading = await readAtDesk(
        desk,
        { card_access_number: number, challenge },
        {
          signal: left.signal,
          onProgress: (done, total) => unlessLeft({ type: 'progressed', percent: percentOf(done, total) }),
        },
      )
      if (reading.kind === 'unreachable') return unlessLeft({ type: 'reader', code: 'unreachable', left: null })
      if (reading.kind === 'problem') {
        const { code: problem, triesLeft = null } = reading.problem
        return unlessLeft({ type: 'reader', code: problem, left: triesLeft })
      }
      const sent = await sendDocument(code, reading.value)
      if (sent.kind === 'offline') return unlessLeft({ type: 'offline' })
      if (sent.kind === 'refused') return unlessLeft({ type: 'refused', code: sent.code, left: sent.left })
      const portrait = portraitOf(reading.value.data_groups['2'])
      if (portrait === undefined) return unlessLeft({ type: 'reader', code: 'CHIP_DOCUMENT_UNSUPPORTED', left: null })
      unlessLeft({ type: 'accepted', portrait, left: sent.value })
    }
  }, [number, code, desk, tell])
}

const percentOf = (done: number, total: number): number => (total === 0 ? 0 : Math.floor((done / total) * 100))

function portraitOf(dg2: string | undefined): Uint8Array | undefined {
  try {
    return dg2 === undefined ? undefined : parseDg2(fromBase64url(dg2)).bytes
  } catch {
    return undefined
  }
}

/** Whether a file stands for the card. Asked while nobody is served, so that the first page can say so. */
function useSimulatedCard(desk: Desk | undefined, isIdle: boolean): boolean {
  const [status] = useLoad(async () => (desk && isIdle ? deskStatus(desk) : undefined), [desk, isIdle])
  const known = status.state === 'ready' ? status.value : undefined
  return known?.kind === 'done' && known.value.simulated
}

function useStartOver(step: Step, tell: (happened: Happened) => void): void {
  useEffect(() => {
    if (step.at === 'welcome') return
    let timer = setTimeout(leave, IDLE_MS)
    function leave() {
      tell({ type: 'left' })
    }
    function postpone() {
      clearTimeout(timer)
      timer = setTimeout(leave, IDLE_MS)
    }
    for (const event of ['pointerdown', 'keydown']) addEventListener(event, postpone)
    return () => {
      clearTimeout(timer)
      for (const event of ['pointerdown', 'keydown']) removeEventListener(event, postpone)
    }
  }, [step, tell])
}
