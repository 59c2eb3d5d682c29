/** The version in package.json, which a bundled program does not have beside it. A test compares the two. */
export const VERSION = '0.1.0'
