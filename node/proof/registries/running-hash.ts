/** The registries' running hashes (docs/auditor.md, Running hashes): keccak256 of ABI-encoded words. */
import { keccak256 } from '#crypto'
import { concat, fromHex, type Hex, toHex, u32be, u64be, utf8 } from '../../lib/bytes.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import type { AnchorLogEvent } from './events/anchor-log.ts'
import type { StatusesSet } from './events/status-registry.ts'

const SET = keccak256(utf8('set'))
const ANCHORED = keccak256(utf8('anchored'))
const DISOWNED = keccak256(utf8('disowned'))

/** The initial hash of a list or an organisation: the hash of a string and three words. */
export function initialChain(
  contract: 'StatusRegistry' | 'AnchorLog',
  { chainId, address }: { readonly chainId: number; readonly address: Hex },
  id: bigint | number,
): Hex {
  const name = utf8(`dojang/${contract}/1`)
  const text = new Uint8Array(32)
  text.set(name)
  const head = [word(u32be(128)), word(u64be(chainId)), word(fromHex(address)), word(u64be(id))]
  return toHex(keccak256(concat(...head, word(u32be(name.length)), text)))
}

/** The running hash of a list after the event, in a block of that time. */
export function nextListChain(
  previous: Hex,
  { list, org, cause, ops }: Omit<StatusesSet, 'chain'>,
  time: UnixSeconds,
): Hex {
  const [listWord, orgWord, timeWord] = [word(u64be(list)), word(u32be(org)), word(u64be(time))]
  return toHex(keccak256(concat(fromHex(previous), SET, listWord, orgWord, fromHex(cause), keccak256(ops), timeWord)))
}

type Anchored = Omit<Extract<AnchorLogEvent, { type: 'Anchored' }>, 'chain'>
type Disowned = Omit<Extract<AnchorLogEvent, { type: 'Disowned' }>, 'chain'>

/** The running hash of an organisation after the event, in a block of that time. */
export function nextOrganisationChain(previous: Hex, event: Anchored | Disowned, time: UnixSeconds): Hex {
  const { org, purpose, root } = event
  const head = [fromHex(previous), event.type === 'Anchored' ? ANCHORED : DISOWNED, word(u32be(org))]
  const words = [...head, fromHex(purpose), fromHex(root)]
  if (event.type === 'Anchored') {
    words.push(word(u64be(event.batch)), word(u32be(event.count)), fromHex(event.manifest))
  }
  return toHex(keccak256(concat(...words, word(u64be(time)))))
}

function word(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(32)
  out.set(bytes, 32 - bytes.length)
  return out
}
