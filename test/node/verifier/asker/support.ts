/** A relying party on a ledger in memory: its registered key, its policy, and requests in its name. */
import { randomBytes } from 'node:crypto'
import { keccak256 } from '#crypto'
import { makeLeafCertificate, makeRootCertificate, toX5c } from '../../../../node/keys/certificates.ts'
import { makeP256Pem, SoftwareSigner } from '../../../../node/keys/signer.ts'
import { makeTillCertificate, type Till } from '../../../../node/keys/till-certificate.ts'
import { toHex, utf8 } from '../../../../node/lib/bytes.ts'
import { DAY } from '../../../../node/lib/time.ts'
import { purposeHash } from '../../../../node/proof/registries/purpose.ts'
import { type KeyRecord, KeyUse } from '../../../../node/proof/registries/records.ts'
import { type AskerQuestion, judgeAsker } from '../../../../node/verifier/asker/judge.ts'
import { policyPurpose, policyText, type RequestPolicy } from '../../../../node/verifier/asker/policy.ts'
import type { CardQuery } from '../../../../node/verifier/dcql/query.ts'
import { MemoryView, NOW } from '../support.ts'

export const SHOP = 5
export const URL_ = 'https://shop.example'
export const random = (length: number) => new Uint8Array(randomBytes(length))

const authority = new SoftwareSigner(makeP256Pem())
export const root = await makeRootCertificate(authority, 'Test root', NOW - DAY, random)

export async function certifiedKey(url = URL_) {
  const signer = new SoftwareSigner(makeP256Pem())
  const subject = { commonName: 'A shop', url, notBefore: NOW - DAY, notAfter: NOW + DAY }
  return { signer, certificate: toX5c(await makeLeafCertificate(authority, root, signer, subject, random)) }
}

export const policy: RequestPolicy = {
  version: 1,
  name: { ko: '가게', en: 'A shop' },
  purposes: [{ ko: '성인 확인', en: 'Age check' }],
  claims: [
    { vct: 'urn:dojang:kr:resident:1', paths: [['age_equal_or_over', '19'], ['portrait'], ['anchor'], ['address']] },
  ],
}

export function queryFor(...paths: readonly (string | number | null)[][]): CardQuery {
  return {
    credentials: [
      {
        id: 'resident',
        format: 'dc+sd-jwt',
        meta: { vct_values: ['urn:dojang:kr:resident:1'] },
        claims: paths.map(path => ({ path })),
      },
    ],
  }
}

export const entryOf = (data: string) => ({ format: 'dojang-request-policy', data })

export async function makeShop() {
  const view = new MemoryView()
  const { signer, certificate } = await certifiedKey()
  const text = policyText(policy)
  const record: KeyRecord = {
    org: SHOP,
    from: NOW - DAY,
    until: NOW + 30 * DAY,
    distrustedFrom: null,
    uses: KeyUse.REQUEST,
  }
  const organisation = {
    id: SHOP,
    name: '가게',
    issuerHash: toHex(keccak256(utf8(''))),
    from: NOW - DAY,
    until: NOW + 40 * DAY,
  }
  const purpose = purposeHash(policyPurpose(text))
  view.keys.set(signer.keyId, record)
  view.organisations.set(SHOP, organisation)
  view.grants.set(purpose, { from: NOW - DAY, until: NOW + 20 * DAY })

  const judge = async (change: Partial<AskerQuestion['requestObject']> = {}, now = NOW, maxAge?: number) =>
    judgeAsker({
      requestObject: {
        x5c: [certificate],
        verifierInfo: [entryOf(text)],
        query: queryFor(['age_equal_or_over', '19']),
        ...change,
      },
      trust: await view.pin(),
      now,
      ...(maxAge === undefined ? {} : { maxAge }),
    })
  const till = async (change: Partial<Till> = {}) => {
    const key = new SoftwareSigner(makeP256Pem())
    const content = { key: key.publicKey, name: '창구 3', notBefore: NOW - 60, notAfter: NOW + 7 * DAY, ...change }
    return { key, certificate: await makeTillCertificate(signer, certificate, content, random) }
  }
  return { view, signer, certificate, text, record, organisation, purpose, judge, till }
}
