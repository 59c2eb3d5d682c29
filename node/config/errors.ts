import { DojangError } from '../lib/errors.ts'

export type ConfigFailure =
  /** A setting that was fixed at the first start was given again with another value. */
  | { readonly code: 'CONFIG_FIXED'; readonly setting: string; readonly was: string; readonly given: string }
  /** config.json, or the settings given, do not fit the schema. */
  | { readonly code: 'CONFIG_INVALID'; readonly path: string; readonly reason: string }
  /** The data directory cannot be made or written. */
  | { readonly code: 'CONFIG_DATA'; readonly path: string; readonly reason: string }
  /** A file in the directory of country signing CAs is not a certificate. */
  | { readonly code: 'CONFIG_CSCA_UNREADABLE'; readonly file: string; readonly reason: string }
  /** The install does not meet the demands of the mode. */
  | { readonly code: 'CONFIG_MODE_UNMET'; readonly mode: string; readonly reason: string }

export class ConfigError extends DojangError<ConfigFailure> {
  override name = 'ConfigError'
}
