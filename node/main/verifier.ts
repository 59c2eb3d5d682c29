/** `dojang verifier`: runs a verifier alone. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { pino } from 'pino'
import { serveVerifier } from '../authority/verifier-service/serve.ts'
import { openVerifierService } from '../authority/verifier-service/service.ts'
import type { VerifierStart } from '../cli/commands/verifier.ts'
import { dataFailure } from '../config/data-failure.ts'
import { openVerifierConfig } from '../config/verifier-config.ts'
import { closeDirectory } from '../keys/files.ts'
import { pooledRandom } from '../lib/random.ts'
import { systemClock, systemEvery, systemTimer } from '../lib/time.ts'
import { VERSION } from '../lib/version.ts'
import { stopInOrder } from './stop.ts'
import { verifierBanner } from './verifier-text.ts'

/** Resolves when the verifier serves. It then runs until SIGINT or SIGTERM. */
export async function startVerifier({ given, ...requested }: VerifierStart): Promise<void> {
  try {
    await startService(requested, given)
  } catch (error) {
    throw dataFailure(error, requested.data)
  }
}

async function startService(requested: Omit<VerifierStart, 'given'>, given: VerifierStart['given']): Promise<void> {
  const config = await openVerifierConfig(requested)
  const log = pino({ level: process.env.LOG_LEVEL ?? 'info' }, pino.destination(2))
  for (const name of ['', 'keys', 'store', 'replica']) {
    const path = join(config.data, name)
    if (closeDirectory(path)) log.warn({ path }, 'other users could use this directory; it is closed to them now')
  }
  const system = { clock: systemClock, random: pooledRandom(randomBytes), timer: systemTimer, every: systemEvery }
  const service = await openVerifierService(config, { ...system, log }, given)
  try {
    const served = await serveVerifier(service, log)
    const close = async () => {
      await served.close()
      await service.close()
    }
    // The service cannot work without its database. It ends, so that its supervisor can restart it.
    const failed = service.stopped.then(error => {
      if (error === null) return null
      log.fatal({ err: error }, 'the database stopped')
      return 'The database stopped'
    })
    stopInOrder(close, failed)
    log.info({ version: VERSION, publicUrl: config.publicUrl }, 'ready')
    process.stdout.write(verifierBanner(service))
  } catch (error) {
    await service.close()
    throw error
  }
}
