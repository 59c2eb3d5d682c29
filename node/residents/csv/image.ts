const JPEG = [0xff, 0xd8, 0xff]
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const RIFF = [0x52, 0x49, 0x46, 0x46]
const WEBP = [0x57, 0x45, 0x42, 0x50]

/** By its first bytes, as every browser tells them: JPEG, PNG or WebP. */
export function isImage(bytes: Uint8Array): boolean {
  const has = (magic: readonly number[], at = 0) => magic.every((byte, i) => bytes[at + i] === byte)
  return has(JPEG) || has(PNG) || (has(RIFF) && has(WEBP, 8))
}
