/** The registries' running hashes (docs/auditor.md, Running hashes): keccak256 of ABI-encoded words. */
import { keccak256 } from '#crypto'
import { concat, fromHex, type Hex, u32be, u64be, utf8 } from '../../lib/bytes.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import type { EventReader } from './logs.ts'

const SET = keccak256(utf8('set'))

/** H0 of a list or an organisation: a string, three words. */
export function initialChain(
  contract: 'StatusRegistry' | 'AnchorLog',
  { chainId, address }: { readonly chainId: number; readonly address: Hex },
  id: bigint | number,
): Uint8Array {
  const name = utf8(`dojang/${contract}/1`)
  const text = new Uint8Array(32)
  text.set(name)
  const head = [word(u32be(128)), word(u64be(chainId)), word(fromHex(address)), word(u64be(id))]
  return keccak256(concat(...head, word(u32be(name.length)), text))
}

/** After a `StatusesSet`. */
export function setChain(previous: Uint8Array, event: EventReader, ops: Uint8Array, time: UnixSeconds): Uint8Array {
  const [list, org, cause] = [event.indexed(0), event.indexed(1), event.word(0)]
  return keccak256(concat(previous, SET, list, org, cause, keccak256(ops), word(u64be(time))))
}

function word(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(32)
  out.set(bytes, 32 - bytes.length)
  return out
}
