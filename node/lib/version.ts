/** As in package.json, which a bundled program does not have beside it; a test holds the two together. */
export const VERSION = '0.1.0'
