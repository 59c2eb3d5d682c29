/**
 * Rebuilds the registries' storage from their logs: every expected slot and no other. Packing and running hashes are
 * implemented a second time here, from docs/auditor.md and not from the Solidity code.
 */
import { AbiCoder, id, keccak256, toBeHex } from 'ethers'
import { fromHex, toHex } from '../../../node/lib/bytes.ts'
import type { RegistryEvent } from '../../../node/proof/registries/events.ts'
import { encodeRlp, rlpScalar } from '../../../node/proof/rlp.ts'
import { trieRoot } from '../../../node/proof/trie-root.ts'

const abi = AbiCoder.defaultAbiCoder()
const hash = (types: readonly string[], values: readonly unknown[]): string => keccak256(abi.encode(types, values))
const field = (value: number | bigint | string, offset: number): bigint => BigInt(value) << BigInt(offset)

/** Where Solidity keeps `mapping[key]`. */
const slotOf = (type: string, key: unknown, slot: bigint): bigint => BigInt(hash([type, 'uint256'], [key, slot]))

/** One contract's storage. */
export class Slots {
  readonly #values = new Map<bigint, bigint>()

  get(slot: bigint): bigint {
    return this.#values.get(slot) ?? 0n
  }

  set(slot: bigint, value: bigint): void {
    if (value === 0n) this.#values.delete(slot)
    else this.#values.set(slot, value)
  }

  entries(): IterableIterator<[bigint, bigint]> {
    return this.#values.entries()
  }

  get root(): string {
    const trie = Array.from(this.#values, ([slot, value]): [Uint8Array, Uint8Array] => [
      fromHex(keccak256(toBeHex(slot, 32))),
      encodeRlp(rlpScalar(value)),
    ])
    return toHex(trieRoot(trie))
  }
}

export interface Rebuilt {
  readonly trust: Slots
  readonly log: Slots
  readonly registry: Slots
}

export interface LoggedEvent {
  readonly contract: keyof Rebuilt
  readonly event: RegistryEvent
  readonly time: number
}

export interface Place {
  readonly chainId: number
  readonly anchorLog: string
  readonly statusRegistry: string
}

const NEVER = 2n ** 40n - 1n

export function rebuild(events: readonly LoggedEvent[], place: Place): Rebuilt {
  const state: Rebuilt = { trust: new Slots(), log: new Slots(), registry: new Slots() }
  for (const logged of events) {
    const { event } = logged
    if (event.type === 'AuthorityUpdated') state[logged.contract].set(0n, BigInt(event.authority))
    else if (logged.contract === 'trust') applyTrust(state.trust, event)
    else if (logged.contract === 'log') applyLog(state.log, event, logged.time, place)
    else applyStatus(state.registry, event, logged.time, place)
  }
  return state
}

function applyTrust(slots: Slots, event: RegistryEvent): void {
  switch (event.type) {
    case 'OrganisationRegistered': {
      const at = slotOf('uint32', event.org, 1n)
      const { name, issuer, info } = event
      slots.set(at, field(event.admin, 0) | field(event.from, 160) | field(event.until, 200))
      slots.set(at + 1n, BigInt(descriptionHash(name, info)))
      slots.set(at + 2n, BigInt(keccak256(issuer)))
      slots.set(5n, BigInt(event.org))
      break
    }
    case 'OrganisationDescribed': {
      const { name, info } = event
      slots.set(slotOf('uint32', event.org, 1n) + 1n, BigInt(descriptionHash(name, info)))
      break
    }
    case 'OrganisationTermChanged': {
      const at = slotOf('uint32', event.org, 1n)
      const admin = slots.get(at) & ((1n << 160n) - 1n)
      slots.set(at, admin | field(event.from, 160) | field(event.until, 200))
      break
    }
    case 'AdminChanged': {
      const at = slotOf('uint32', event.org, 1n)
      slots.set(at, ((slots.get(at) >> 160n) << 160n) | BigInt(event.admin))
      break
    }
    case 'Granted':
    case 'Withdrawn': {
      if (event.type === 'Granted' && keccak256(event.text) !== event.purpose)
        throw new Error('purpose is not its hash')
      const at = slotOf('bytes32', event.purpose, slotOf('uint32', event.org, 2n))
      slots.set(at, field(event.from, 0) | field(event.until, 40))
      break
    }
    case 'KeyRegistered': {
      const times = field(event.from, 32) | field(event.until, 72) | field(NEVER, 112)
      slots.set(slotOf('bytes32', event.keyId, 3n), field(event.org, 0) | times | field(event.uses, 152))
      break
    }
    case 'KeyRetired':
      replace(slots, slotOf('bytes32', event.keyId, 3n), 72, 40, event.until)
      break
    case 'KeyDistrusted':
      replace(slots, slotOf('bytes32', event.keyId, 3n), 112, 40, event.from)
      break
    case 'AccountChanged':
      slots.set(slotOf('address', event.account, 4n), field(event.org, 0) | field(event.capabilities, 32))
      break
    default:
      throw new Error(`not an event of the trust registry: ${event.type}`)
  }
}

function applyLog(slots: Slots, event: RegistryEvent, time: number, place: Place): void {
  if (event.type !== 'Anchored' && event.type !== 'Disowned') throw new Error(`not an event of the log: ${event.type}`)
  const { org, purpose, root } = event
  const receipt = slotOf('bytes32', root, slotOf('bytes32', purpose, slotOf('uint32', org, 1n)))
  const head = slotOf('uint32', org, 2n)
  const start = ['dojang/AnchorLog/1', place.chainId, place.anchorLog, org]
  const previous = slots.get(head + 1n) || BigInt(hash(['string', 'uint256', 'address', 'uint32'], start))
  const common = [toBeHex(previous, 32), id(event.type.toLowerCase()), org, purpose, root]
  const types = ['bytes32', 'bytes32', 'uint32', 'bytes32', 'bytes32']
  let chain: string
  if (event.type === 'Anchored') {
    const { batch, count, manifest } = event
    chain = hash([...types, 'uint64', 'uint32', 'bytes32', 'uint256'], [...common, batch, count, manifest, time])
    slots.set(receipt, field(time, 0) | field(batch, 40) | field(count, 104))
    slots.set(head, slots.get(head) + 1n + field(count, 64))
  } else {
    chain = hash([...types, 'uint256'], [...common, time])
    slots.set(receipt, slots.get(receipt) | field(1, 136))
  }
  if (chain !== event.chain) throw new Error(`running hash of organisation ${org} differs from its event`)
  slots.set(head + 1n, BigInt(chain))
}

function applyStatus(slots: Slots, event: RegistryEvent, time: number, place: Place): void {
  switch (event.type) {
    case 'ListOpened': {
      const at = slotOf('uint64', event.list, 2n)
      const { org, capacity, dailyLimit } = event
      slots.set(at, field(org, 0) | field(org, 32) | field(capacity, 64) | field(dailyLimit, 96))
      const start = ['dojang/StatusRegistry/1', place.chainId, place.statusRegistry, event.list]
      slots.set(at + 1n, BigInt(hash(['string', 'uint256', 'address', 'uint64'], start)))
      slots.set(slotOf('uint32', org, 3n), event.list & 0xffffffffn)
      break
    }
    case 'StatusesSet':
      applyOps(slots, event, time)
      break
    case 'DailyLimitChanged':
      replace(slots, slotOf('uint64', event.list, 2n), 96, 32, event.dailyLimit)
      break
    case 'CustodianChanged':
      replace(slots, slotOf('uint64', event.list, 2n), 32, 32, event.custodian)
      break
    default:
      throw new Error(`not an event of the status registry: ${event.type}`)
  }
}

function applyOps(slots: Slots, event: RegistryEvent & { type: 'StatusesSet' }, time: number): void {
  const bytes = event.ops
  const view = new DataView(bytes.buffer)
  let revoked = 0
  for (let i = 0; i < bytes.length; i += 4) {
    const index = view.getUint32(i) >>> 8
    const to = view.getUint8(i + 3) & 15
    if (to === 1) revoked += 1
    const at = slotOf('uint256', Math.floor(index / 128), slotOf('uint64', event.list, 1n))
    // Token Status List: byte by byte, low bits first.
    const word = fromHex(toBeHex(slots.get(at), 32))
    const byte = Math.floor((index % 128) / 4)
    const shift = (index % 4) * 2
    word[byte] = ((word[byte] as number) & ~(3 << shift)) | (to << shift)
    slots.set(at, BigInt(toHex(word)))
  }
  const at = slotOf('uint64', event.list, 2n)
  if (revoked > 0) {
    const day = Math.floor(time / 86_400)
    const sameDay = ((slots.get(at) >> 128n) & 0xffffffffn) === BigInt(day)
    const used = sameDay ? Number((slots.get(at) >> 160n) & 0xffffffffn) : 0
    replace(slots, at, 128, 32, day)
    replace(slots, at, 160, 32, used + revoked)
  }
  const chain = hash(
    ['bytes32', 'bytes32', 'uint64', 'uint32', 'bytes32', 'bytes32', 'uint256'],
    [toBeHex(slots.get(at + 1n), 32), id('set'), event.list, event.org, event.cause, keccak256(bytes), time],
  )
  if (chain !== event.chain) throw new Error(`running hash of list ${event.list} differs from its event`)
  slots.set(at + 1n, BigInt(chain))
}

function replace(slots: Slots, at: bigint, offset: number, bits: number, value: number): void {
  const mask = ((1n << BigInt(bits)) - 1n) << BigInt(offset)
  slots.set(at, (slots.get(at) & ~mask) | field(value, offset))
}

const descriptionHash = (name: Uint8Array, info: Uint8Array): string =>
  hash(['bytes32', 'bytes32'], [keccak256(name), keccak256(info)])
