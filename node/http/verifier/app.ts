/** The Express applications of a verifier that runs alone: for the public, for the command line, and for its metrics. */
import type { Express, Router } from 'express'
import type { Logger } from 'pino'
import { createApplication, limit, loopbackNames } from '../app.ts'
import { bodyDeadline } from '../body-deadline.ts'
import { notFound, problems } from '../problem.ts'
import { createRouter, literalPath } from '../router.ts'

/** A router for each audience. */
export interface VerifierRouters {
  readonly health: Router
  readonly metrics: Router
  readonly definitions: Router
  readonly heads: Router
  readonly presentations: Router
  readonly relay: Router
  readonly tills: Router
  readonly verifiers: Router
  readonly ask: Router
  readonly askPage: Router
  readonly check: Router
  readonly checkSettings: Router
  /** For the command line on this host. */
  readonly local: Router
}

export interface VerifierAppOptions {
  /** All routes but those of the pages are below its path. */
  readonly publicUrl: string
  readonly routers: Omit<VerifierRouters, 'metrics' | 'local'>
  readonly log: Logger
  /** The limit of requests per minute from one address other than this host. */
  readonly requestsPerMinute: number
}

export function createVerifierApp({ publicUrl, routers, log, requestsPerMinute }: VerifierAppOptions): Express {
  const app = createApplication(log)
  app.use(limit(requestsPerMinute))
  // Its files know their own path, so it does not follow the public URL's.
  app.use('/check', routers.checkSettings)
  app.use('/check', routers.check)
  app.use('/ask', routers.ask)
  app.use('/ask', routers.askPage)
  const base = createRouter()
  base.get('/', (_request, response) => response.redirect(307, '/check/'))
  base.use(routers.health)
  base.use(routers.definitions)
  base.use(routers.heads)
  base.use(routers.presentations)
  base.use(routers.relay)
  base.use(routers.tills)
  base.use('/verifier', routers.verifiers)
  app.use(literalPath(new URL(publicUrl).pathname), base)
  app.use(notFound)
  app.use(problems(log, { showFacts: false }))
  return app
}

/** For the socket in the data directory. */
export function createLocalApp({ health, local }: Pick<VerifierRouters, 'health' | 'local'>, log: Logger): Express {
  const app = createApplication(log)
  app.use(bodyDeadline())
  app.use(health)
  app.use('/operator', local)
  app.use(notFound)
  app.use(problems(log, { showFacts: true }))
  return app
}

/** The metrics say how many checks a shop makes, so they are on loopback. */
export function createMetricsApp(
  { health, metrics }: Pick<VerifierRouters, 'health' | 'metrics'>,
  log: Logger,
): Express {
  const app = createApplication(log)
  app.use(loopbackNames('localhost'))
  app.use(health)
  app.use(metrics)
  app.use(notFound)
  app.use(problems(log, { showFacts: false }))
  return app
}
