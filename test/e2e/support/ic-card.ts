import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { until } from '../../support/until.ts'
import type { TestNode } from './node.ts'
import { Child } from './process.ts'

/** The path of the image of an IC card that the counter's queue makes for a person, in a demo. The register then has it. */
export async function icCard(node: TestNode, person: string, kind: string): Promise<string> {
  const chips = join(node.data, 'chips')
  const images = () => (existsSync(chips) ? readdirSync(chips) : []).filter(name => name.endsWith('.json'))
  const before = images()
  const applied = await node.post('/operator/applications', { person, card: 'resident', kind, chip: true })
  expect(applied.status, JSON.stringify(applied.body)).to.equal(201)
  const { applicationId: id, version } = applied.body
  const identity = { version, document: 'resident-card', means: ['face-compared'] }
  const checked = await node.post(`/operator/applications/${id}/identity`, identity)
  expect(checked.status, JSON.stringify(checked.body)).to.equal(200)
  const made = () => images().filter(name => !before.includes(name))
  await until('the card is made', () => made().length > 0, { withinMs: 30_000 })
  const issued = async () => (await node.get(`/operator/applications/${id}`)).body.state === 'issued'
  await until('the register has it', issued, { withinMs: 30_000 })
  return join(chips, made()[0] as string)
}

/** What a phone printed that got a card by the chip of an IC card (chip-phone.ts). */
export async function chipPhone<Answer>(
  node: TestNode,
  image: string,
  home: string,
  face = 'same',
  env: Record<string, string> = {},
): Promise<Answer> {
  const args = [node.url, image, home, face]
  const { out, err, exit } = await Child.start('test/e2e/support/chip-phone.ts', args, { env }).finished()
  expect(exit, err).to.equal(0)
  return JSON.parse(out) as Answer
}
