import type { Config } from '../../node/config/schema.ts'

/** The configuration of an install that was made for a test. */
export const testConfig = (data: string, changes: Partial<Config> = {}): Config => ({
  schema: 1,
  mode: 'local',
  publicUrl: 'http://localhost:4100',
  host: '127.0.0.1',
  port: 4100,
  tls: null,
  operatorUrl: 'http://localhost:4102',
  operator: { host: '127.0.0.1', port: 4102 },
  rpcPort: 4101,
  chainId: 424242,
  ledgerUrl: null,
  heartbeat: 3600,
  revocationsPerDay: 2000,
  walletAttestation: 'accepted',
  walletsShowingDigits: [],
  verifierId: 'x509_hash',
  trustedAuthorities: [],
  witnesses: { quorum: 0, members: [] },
  register: { kind: 'csv' },
  lines: { kind: 'csv' },
  authority: { ko: '시험 발급기관', en: 'Test authority' },
  data,
  ...changes,
})
