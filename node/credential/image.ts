const SIGNATURES: readonly (readonly [type: string, ...parts: (readonly [at: number, bytes: readonly number[]])[]])[] =
  [
    ['image/jpeg', [0, [0xff, 0xd8, 0xff]]],
    ['image/png', [0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]]],
    ['image/webp', [0, [0x52, 0x49, 0x46, 0x46]], [8, [0x57, 0x45, 0x42, 0x50]]],
  ]

/** The media type, by the first bytes of the image; undefined unless it is JPEG, PNG or WebP. */
export function imageType(image: Uint8Array): string | undefined {
  const fits = ([, ...parts]: (typeof SIGNATURES)[number]) =>
    parts.every(([at, bytes]) => bytes.every((byte, i) => image[at + i] === byte))
  return SIGNATURES.find(fits)?.[0]
}
