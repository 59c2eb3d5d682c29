/**
 * A page that checks ages, without a server of its own: it follows the ledger and reads the QR codes that phones show. A
 * scanner types each code and Enter into the field. Where the browser can read QR codes itself, the camera does it.
 *
 * `dojang-verifier.js` is a copy of `node_modules/dojang-verifier/index.js`. The authority and its profile key are in
 * `index.html`.
 */
import { FrameReader, judgeOneWay, openVerifier, policyOf, SeenPresentations, systemClock } from './dojang-verifier.js'

const { authority, profileKey } = document.documentElement.dataset
const [status, next, portrait, field, video] = ['[role=status]', '#next', 'img', 'input', 'video'].map(selector =>
  document.querySelector(selector),
)
const stored = (name, otherwise) => JSON.parse(localStorage.getItem(name) ?? JSON.stringify(otherwise))
const store = (name, value) => localStorage.setItem(name, JSON.stringify(value))

const { verifier, profile } = await openVerifier(authority, profileKey, { minVersion: stored('version', 0) })
store('version', profile.version)

const preset = verifier.preset('age')
const policy = policyOf(preset, { inPerson: true })
const seen = await SeenPresentations.open({
  read: async () => stored('seen', []),
  write: async list => store('seen', list),
})
const reader = new FrameReader()

async function read(text) {
  const { complete, progress } = reader.add(text)
  if (!complete) return progress > 0 && show(`${Math.round(100 * progress)} %`)
  const verdict = await judgeOneWay(complete, { preset, policy, verifier, seen, clock: systemClock })
  show(verdict.sentence.ko, verdict.nextStep.ko, verdict.disclosed?.[0]?.claims.portrait)
  status.dataset.outcome = verdict.outcome
}

/** The attendant compares the portrait with the person. It leaves the screen with the next code. */
function show(words, step = '', image = undefined) {
  status.textContent = words
  next.textContent = step
  portrait.hidden = image === undefined
  if (image === undefined) portrait.removeAttribute('src')
  else portrait.src = image
}

field.addEventListener('keydown', async event => {
  if (event.key !== 'Enter') return
  const text = field.value.trim()
  field.value = ''
  await read(text)
})

async function watch() {
  const detector = new BarcodeDetector({ formats: ['qr_code'] })
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
  video.hidden = false
  await video.play()
  for (;;) {
    for (const { rawValue } of await detector.detect(video)) await read(rawValue)
    await new Promise(requestAnimationFrame)
  }
}

field.disabled = false
field.focus()
show('준비되었습니다')
if ('BarcodeDetector' in globalThis)
  watch().catch(() => show('준비되었습니다', '카메라를 쓸 수 없습니다. 스캐너를 쓰세요.'))
