/**
 * The key for the exchange of a temporary card. It is made together with the card's own key, while the holder's touch is
 * there, because the exchange happens in the background. Beside the wrapped key, a handle that the browser does not export
 * is stored until then: it signs the key proof of the exchange, and is deleted with the temporary card.
 */
import type { StoreChange, WalletStore } from '../ports.ts'
import type { Spare } from './keys.ts'

const nameOf = (cardId: string) => `exchange of ${cardId}`

/** @param cardId of the temporary card */
export const keepSpare = (cardId: string, spare: Spare): StoreChange => ({
  ...{ table: 'setting', key: nameOf(cardId) },
  put: spare,
})

export const dropSpare = (cardId: string): StoreChange => ({ table: 'setting', key: nameOf(cardId), del: true })

export async function spareOf(cardId: string, store: Pick<WalletStore, 'get'>): Promise<Spare | undefined> {
  return (await store.get('setting', nameOf(cardId))) as Spare | undefined
}
