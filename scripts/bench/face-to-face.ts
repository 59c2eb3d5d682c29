/**
 * The time from a camera that is aimed to what the clerk sees, with two live pages in Chromium: the wallet and the check screen. Each
 * one's camera sees the other's screen smaller, tilted, blurred and with noise. Consent and the touch of the passkey are not
 * counted, and neither is the start of a real camera.
 */
import { execFileSync } from 'node:child_process'
import { chromium } from 'playwright-core'
import { allPresets } from '../../node/verifier/presets/all.ts'
import { Holder } from '../../test/browser/support/holder.ts'
import { Shop } from '../../test/browser/support/shop.ts'
import { TestNode } from '../../test/e2e/support/node.ts'
import { offer } from '../../test/e2e/support/steps.ts'

/** Milliseconds at most. Every purpose in person asks for the portrait, which makes a two-way answer longer. */
const BUDGETS = { 'one-way': 3000, rendezvous: 3000, 'two-way': 8000, 'two-way, by codes alone': 8000 } as const
type Way = keyof typeof BUDGETS

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5)

export interface FaceToFace {
  readonly preset: string
  readonly way: Way
  readonly median: number
  readonly p95: number
  readonly budget: number
}

/** @returns null if there is no Chromium */
export async function measureFaceToFace(): Promise<readonly FaceToFace[] | null> {
  const executablePath = process.env.DOJANG_CHROMIUM ?? found('chromium')
  if (executablePath === null) return null
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  const node = new TestNode(['--demo'])
  try {
    await node.start()
    const [, number = ''] = await node.printed(/echo (\S+) \|.* offer --card resident/)
    const holder = await Holder.open(browser, node, 'ko', 'phone')
    await holder.take(await offer(node, 'resident', number))
    const shop = await Shop.open(browser, node, 'ko', 'phone', async () => undefined, { checks: false })
    await shop.register()
    for (const { page } of [holder, shop]) await page.evaluate(() => navigator.serviceWorker.ready.then(() => 0))
    const online = await measureWays(shop, [
      { way: 'two-way', show: () => holder.twoWay(shop) },
      { way: 'rendezvous', show: () => holder.rendezvous(shop) },
      {
        ...{ way: 'one-way', accepts: ({ oneWay }) => oneWay, finish: holder.finish },
        show: ({ name }) => holder.oneWay(shop, name.ko),
      },
    ])
    for (const { context } of [holder, shop]) await context.setOffline(true)
    const offline = await measureWays(shop, [
      { way: 'two-way, by codes alone', show: () => holder.twoWay(shop), finish: holder.finish },
    ])
    return [...online, ...offline]
  } finally {
    await browser.close()
    await node.dispose()
  }

  async function measureWays(shop: Shop, ways: readonly Measured[]): Promise<FaceToFace[]> {
    const results: FaceToFace[] = []
    for (const { way, show, finish, accepts = () => true } of ways) {
      for (const preset of allPresets.filter(each => each.portrait === 'in_person' && accepts(each))) {
        const times: number[] = []
        for (let round = 0; round < ROUNDS; round++) {
          await shop.use(preset)
          times.push(await show(preset))
          await shop.accept()
          await finish?.()
        }
        times.sort((a, b) => a - b)
        const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
        results.push({ preset: preset.id, way, median: at(0.5), p95: at(0.95), budget: BUDGETS[way] })
      }
    }
    return results
  }
}

type Preset = (typeof allPresets)[number]

interface Measured {
  readonly way: Way
  readonly accepts?: (preset: Preset) => boolean
  /** The milliseconds from a camera that is aimed to what it reads. */
  readonly show: (preset: Preset) => Promise<number>
  /** Ends what the phone still shows. */
  readonly finish?: () => Promise<void>
}

function found(command: string): string | null {
  try {
    return execFileSync('sh', ['-c', `command -v ${command}`], { encoding: 'utf8' }).trim() || null
  } catch {
    return null
  }
}

export const faceToFaceLines = (measured: readonly FaceToFace[]): string =>
  measured
    .map(({ preset, way, median, p95, budget }) => {
      const verdict = p95 <= budget ? 'met' : 'NOT MET'
      const ms = (value: number) => `${Math.round(value)} ms`.padStart(8)
      return `  ${preset.padEnd(14)} ${way.padEnd(24)} median ${ms(median)}   p95 ${ms(p95)}   (budget ${budget} ms: ${verdict})`
    })
    .join('\n')
