import { keccak256 } from '#crypto'
import { concat, type Hex, toHex } from '../../lib/bytes.ts'

/** The texts behind an organisation's description hash, as the bytes that the event has. */
export interface Description {
  readonly name: Uint8Array
  readonly info: Uint8Array
}

export const descriptionHash = ({ name, info }: Description): Hex =>
  toHex(keccak256(concat(keccak256(name), keccak256(info))))
