/** What every QR code of the screens has in common: its modules and its white margin. */
import { create } from 'qrcode'

/** The white margin that scanners need (ISO/IEC 18004), in modules. */
export const QUIET = 4

export interface Modules {
  readonly size: number
  /** Row by row; 1 is dark. */
  readonly data: Uint8Array
}

/**
 * @param level the share of the code that may be damaged: `M` for a code that stands still and may be printed, `L` for
 * one frame of an animated code, where the next frame repairs more
 */
export function modulesOf(text: string, level: 'L' | 'M'): Modules {
  const { data, size } = create(text, { errorCorrectionLevel: level }).modules
  return { data: data as unknown as Uint8Array, size }
}
