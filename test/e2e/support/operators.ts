/** Operators of a node in its own process, who are invited on its command line and sign in over HTTP. */
import { expect } from 'chai'
import { readConfig } from '../../../node/config/file.ts'
import type { Role } from '../../../node/issuer/operators/actor.ts'
import { OperatorPage } from '../../support/operator-page.ts'
import type { TestNode } from './node.ts'

/** Somebody with this role, enrolled and signed in. */
export async function operatorOf(node: TestNode, role: Role): Promise<OperatorPage> {
  const invited = await node.cli(['operator', 'invite', '--name', `a ${role}`, '--role', role, '--json'])
  expect(invited.exit, invited.err).to.equal(0)
  const page = new OperatorPage({ authority: { config: readConfig(node.data) } })
  const enrolled = await page.enrol(JSON.parse(invited.out).enrolmentUrl)
  expect(enrolled.status, JSON.stringify(enrolled.body)).to.equal(201)
  const signedIn = await page.signIn()
  expect(signedIn.status, JSON.stringify(signedIn.body)).to.equal(201)
  return page
}
