/** Every record of the registries, as our slots and words read it from storage, and as the contract's getter says it. */
import { expect } from 'chai'
import type { BaseContract } from 'ethers'
import { type Hex, toHex } from '../../../node/lib/bytes.ts'
import type { RegistryEvent } from '../../../node/proof/registries/events.ts'
import { NEVER } from '../../../node/proof/registries/interval.ts'
import * as slots from '../../../node/proof/registries/slots.ts'
import * as words from '../../../node/proof/registries/words.ts'
import { ethers } from './world.ts'

export interface Contracts {
  readonly trust: BaseContract
  readonly log: BaseContract
  readonly registry: BaseContract
}

/** @param events all that the registries ever logged: they name the records there are */
export async function expectRecords(
  { trust, log, registry }: Contracts,
  events: readonly RegistryEvent[],
): Promise<void> {
  const stored = async (contract: BaseContract, slot: slots.Slot, after = 0): Promise<bigint> =>
    BigInt(await ethers.provider.getStorage(contract.target, toHex(slots.slotAfter(slot, after))))
  const hash = (word: bigint) => toHex(Uint8Array.from(Buffer.from(word.toString(16).padStart(64, '0'), 'hex')))
  const asked = async (contract: BaseContract, getter: string, ...args: unknown[]) =>
    (await contract.getFunction(getter)(...args)) as { toObject(): Record<string, unknown> }

  const seen = new Set<string>()
  const first = (...id: unknown[]): boolean => {
    const key = id.join()
    return !seen.has(key) && Boolean(seen.add(key))
  }
  for (const event of events) {
    switch (event.type) {
      case 'OrganisationRegistered': {
        const slot = slots.organisationSlot(event.org)
        const { admin, ...term } = words.unpackOrganisation(await stored(trust, slot))
        expect((await asked(trust, 'organisations', event.org)).toObject()).to.deep.equal({
          admin: ethers.getAddress(admin),
          ...wide(term),
          descriptionHash: hash(await stored(trust, slot, 1)),
          issuerHash: hash(await stored(trust, slot, 2)),
        })
        break
      }
      case 'Granted': {
        if (!first('grant', event.org, event.purpose)) break
        const term = words.unpackTerm(await stored(trust, slots.grantSlot(event.org, event.purpose)))
        const found = await asked(trust, 'grants', event.org, event.purpose)
        expect(found.toObject()).to.deep.equal(wide(term))
        break
      }
      case 'KeyRegistered': {
        const key = words.unpackKey(await stored(trust, slots.keySlot(event.keyId)))
        const found = await asked(trust, 'keys', event.keyId)
        expect(found.toObject()).to.deep.equal(wide({ ...key, distrustedFrom: key.distrustedFrom ?? NEVER }))
        break
      }
      case 'AccountChanged': {
        if (!first('account', event.account)) break
        const account = words.unpackAccount(await stored(trust, slots.accountSlot(event.account)))
        const found = await asked(trust, 'accounts', event.account)
        expect(found.toObject()).to.deep.equal(wide(account))
        break
      }
      case 'Anchored': {
        const { org, purpose, root } = event
        const { disowned, ...receipt } = words.unpackAnchor(await stored(log, slots.anchorSlot(org, purpose, root)))
        const found = await asked(log, 'receipts', org, purpose, root)
        expect(found.toObject()).to.deep.equal({ ...wide(receipt), disowned })
        if (!first('head', org)) break
        const { leaves, ...head } = words.unpackHead(await stored(log, slots.headSlot(org)))
        const chain = hash(await stored(log, slots.headSlot(org), 1))
        expect((await asked(log, 'heads', org)).toObject()).to.deep.equal({
          ...wide({ ...head, credentials: leaves }),
          chain,
        })
        break
      }
      case 'ListOpened': {
        const list = words.unpackList(await stored(registry, slots.listSlot(event.list)))
        const chain = hash(await stored(registry, slots.listSlot(event.list), 1))
        expect((await asked(registry, 'lists', event.list)).toObject()).to.deep.equal({ ...wide(list), chain })
        for (let word = 0; word < list.capacity / 128; word++) {
          const slot = slots.statusWordSlot(slots.listWordsSlot(event.list), word)
          expect(await registry.getFunction('words')(event.list, word)).to.equal(await stored(registry, slot))
        }
        break
      }
    }
  }
}

/** Numbers as the ABI library has them. */
const wide = (values: object): Record<string, bigint> =>
  Object.fromEntries(Object.entries(values as Record<string, number | bigint | Hex>).map(([k, v]) => [k, BigInt(v)]))
