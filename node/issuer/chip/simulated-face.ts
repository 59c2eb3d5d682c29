import type { CertifiedSigner } from '../../keys/certified.ts'
import { equalBytes } from '../../lib/bytes.ts'
import type { Clock } from '../../lib/time.ts'
import { IssuerError } from '../errors.ts'
import { portraitHash, signFaceAssertion } from './face-assertion.ts'
import type { FacePort, FaceQuestion } from './ports.ts'

/** First byte of a simulated capture: whether a living person stands at the camera. The image follows. */
export const ALIVE = 1
export const NOT_ALIVE = 0

/**
 * A face provider that compares nothing: the capture says who stands there. The image of the portrait itself is the
 * right face, and every other image another one. Whoever may ask it could be anybody, so it works only where all people
 * are invented.
 */
export class SimulatedFace implements FacePort {
  /** @throws {IssuerError} ISSUER_SIMULATOR_REFUSED outside demo mode */
  constructor(
    private readonly signer: CertifiedSigner,
    mode: string,
    private readonly clock: Clock,
  ) {
    if (mode === 'demo') return
    throw new IssuerError(
      { code: 'ISSUER_SIMULATOR_REFUSED', mode },
      'The simulated face provider works only in demo mode. Name a face provider that the council has admitted.',
    )
  }

  async compare({ session, capture, portrait }: FaceQuestion): Promise<string> {
    const [alive] = capture
    const facts = {
      session,
      portrait: portraitHash(portrait),
      match: equalBytes(capture.subarray(1), portrait),
      liveness: alive === ALIVE,
    }
    return signFaceAssertion(facts, this.clock(), this.signer)
  }
}
