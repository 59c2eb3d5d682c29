/** The bits of a Token Status List (draft-ietf-oauth-status-list §4.1), packed from the least significant bit up. */
import { type CredentialStatus, STATUS_BITS } from '../proof/registries/status.ts'
import { CredentialError } from './errors.ts'

export type StatusBits = 1 | 2 | 4 | 8

/**
 * The status value at an index of an uncompressed list.
 * @throws {CredentialError} CREDENTIAL_STATUS_LIST when the index lies outside the list, since that must not be read as
 * VALID
 */
export function statusAt(list: Uint8Array, bits: StatusBits, index: number): number {
  const { byte, shift } = locate(list, bits, index)
  return ((list[byte] as number) >> shift) & ((1 << bits) - 1)
}

/**
 * Sets a status in a list with two bits for each status. Changes `list` itself.
 * @throws {CredentialError} CREDENTIAL_STATUS_LIST when the index lies outside the list
 */
export function setStatus(list: Uint8Array, index: number, status: CredentialStatus): void {
  const { byte, shift } = locate(list, STATUS_BITS, index)
  list[byte] = ((list[byte] as number) & ~(3 << shift)) | (status << shift)
}

export const statusListError = (reason: string): CredentialError =>
  new CredentialError({ code: 'CREDENTIAL_STATUS_LIST', reason }, `The status list cannot be used: ${reason}.`)

function locate(list: Uint8Array, bits: StatusBits, index: number): { byte: number; shift: number } {
  const perByte = 8 / bits
  if (!Number.isInteger(index) || index < 0 || index >= list.length * perByte) {
    throw statusListError('the index lies outside the list')
  }
  return { byte: Math.floor(index / perByte), shift: (index % perByte) * bits }
}
