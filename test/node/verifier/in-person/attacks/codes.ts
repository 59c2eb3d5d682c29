import { FrameReader, framesOf, MAX_MESSAGE } from '../../../../../node/verifier/in-person/frames.ts'
import { type Part, parseFrame, toMultipart } from '../../../../../node/verifier/in-person/ur/part.ts'
import { random } from '../support.ts'
import type { Attack } from './attack.ts'

const bytes = random(2500)
const frames = framesOf(bytes)

function partOf(text: string): Part {
  const frame = parseFrame(text)
  if (frame === null || 'message' in frame) throw new Error('not a part')
  return frame.part
}

/** What a reader makes of these texts, followed by the true code: the refusals, and whether it arrives. */
function read(...texts: string[]): string {
  const reader = new FrameReader()
  const results: string[] = []
  for (const text of texts) results.push(reader.add(text).refused ?? 'taken')
  let arrived = false
  for (let frame = 0; frame < 60 && !arrived; frame++) {
    const { complete, refused } = reader.add(frames.text(frame))
    if (refused) results.push(refused)
    arrived = complete !== undefined && Buffer.from(complete).equals(bytes)
  }
  return `${[...new Set(results.filter(result => result !== 'taken')), arrived ? 'read' : 'not read'].join(', ')}`
}

const part = partOf(frames.text(0))

export const codes: Attack[] = [
  {
    mode: 'codes',
    attack: 'frames of two codes mixed',
    result: 'read',
    run: async () => {
      const other = framesOf(random(2500))
      return read(...Array.from({ length: 5 }, (_, i) => other.text(i)))
    },
  },
  {
    mode: 'codes',
    attack: 'two of three frames dropped',
    result: 'read',
    run: async () => {
      const reader = new FrameReader()
      for (let frame = 0; frame < 200; frame += 3) if (reader.add(frames.text(frame)).complete) return 'read'
      return 'not read'
    },
  },
  {
    mode: 'codes',
    attack: 'a frame that claims four thousand million fragments',
    result: 'too_large, read',
    run: async () => read(toMultipart({ ...part, count: 2 ** 32 - 1, sequence: 2 ** 32 - 1 })),
  },
  {
    mode: 'codes',
    attack: 'a frame that claims a message of 4 GB',
    result: 'too_large, read',
    run: async () => read(toMultipart({ ...part, messageLength: 2 ** 32 - 1 })),
  },
  {
    mode: 'codes',
    attack: 'a frame whose length does not fit its message',
    result: 'malformed, read',
    run: async () => read(toMultipart({ ...part, messageLength: MAX_MESSAGE })),
  },
  {
    mode: 'codes',
    attack: 'a frame with another content under the true checksum',
    result: 'damaged, read',
    run: async () => read(toMultipart({ ...part, fragment: random(part.fragment.length) })),
  },
  {
    mode: 'codes',
    attack: 'a hundred other codes between two frames of this one',
    result: 'read',
    run: async () => read(frames.text(0), ...Array.from({ length: 100 }, () => framesOf(random(5000)).text(0))),
  },
]
