import { join } from 'node:path'

/**
 * The socket on which the node serves the operator's interface to the command line. Only the owner of the data directory
 * can create a file there, so another user's program cannot answer in place of the node.
 * Why: docs/decisions/083.
 */
export const socketPath = (data: string): string => join(data, 'node.sock')
