/** An install with an identity provider, and the people who have accounts there. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ageOn } from '../../../node/credential/dates.ts'
import type { ResidentFacts } from '../../../node/credential/subject.ts'
import { fictitiousPopulation } from '../../../node/residents/population/population.ts'
import { cardNamed } from '../../support/cards.ts'
import { HIGH, LOW, settingFor, TestIdentityProvider } from '../../support/identity-provider/identity-provider.ts'
import { TestNode } from './node.ts'
import { csvOf, people } from './people.ts'

export const [anna, namesake, parent, stranger] = people(4) as [
  ResidentFacts,
  ResidentFacts,
  ResidentFacts,
  ResidentFacts,
]
const minor = [...fictitiousPopulation({ count: 400, seed: 'minors', today: '2026-01-02' })].find(
  ({ birthdate }) => ageOn(birthdate, '2026-11-30') >= 15 && ageOn(birthdate, '2026-11-30') < 17,
) as ResidentFacts
export const child: ResidentFacts = {
  ...minor,
  guardians: [parent.personalNumber],
  columns: new Map([
    ['disability_type', '청각장애'],
    ['disability_severity', '심하지 않은 장애'],
  ]),
}

const account = ({ familyName, givenName, birthdate, personalNumber }: ResidentFacts, acr = HIGH, change = {}) => ({
  acr,
  claims: { name: `${familyName} ${givenName}`, birthdate, personal_number: personalNumber, ...change },
})

/** Starts node and provider. The node is started twice: the provider is configured between. */
export async function startOnline(): Promise<{ node: TestNode; provider: TestIdentityProvider }> {
  const node = new TestNode()
  await node.start()
  await node.import(csvOf([anna, namesake, parent, stranger, child], cardNamed('disability').columns))
  const { publicUrl } = node.config
  await node.stop()
  const provider = await TestIdentityProvider.start({
    publicUrl,
    keyFile: join(node.data, 'keys', 'sign-in.pem'),
    accounts: {
      anna: account(anna),
      'anna-low': account(anna, LOW),
      // Of one person, with the number of another.
      merged: account(anna, HIGH, { personal_number: namesake.personalNumber }),
      unknown: account(anna, HIGH, { personal_number: '900101-1999999' }),
      parent: account(parent),
      stranger: account(stranger),
      child: account(child),
    },
  })
  const path = join(node.data, 'config.json')
  const config = JSON.parse(readFileSync(path, 'utf8'))
  writeFileSync(path, JSON.stringify({ ...config, onlineApplication: settingFor(provider.issuer) }))
  await node.start()
  return { node, provider }
}
