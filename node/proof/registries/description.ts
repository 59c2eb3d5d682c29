import { keccak256 } from '#crypto'
import { concat, type Hex, toHex } from '../../lib/bytes.ts'

/** The texts behind the description hash of an organisation, as the bytes in the event. */
export interface Description {
  readonly name: Uint8Array
  readonly info: Uint8Array
}

export const descriptionHash = ({ name, info }: Description): Hex =>
  toHex(keccak256(concat(keccak256(name), keccak256(info))))
