import { CHECKS, type Check, type CheckName, type Facts, type Finding, worst } from './verdict.ts'

/**
 * Records the checks and their findings. After a finding, all checks that are still possible run, since a later finding
 * may be worse. Checks that were not reached are listed as not checked.
 */
export class Recorder {
  readonly #checks = new Map<CheckName, Check>()
  readonly #findings: Finding[] = []
  readonly #faults = new Set<CheckName>()

  constructor(private readonly scope: readonly CheckName[]) {}

  pass(name: CheckName, facts: Facts = {}): void {
    if (!this.#faults.has(name)) this.#checks.set(name, { name, result: 'passed', facts })
  }

  fail(name: CheckName, finding: Finding, facts: Facts = {}): void {
    this.#findings.push(finding)
    this.#checks.set(name, { name, result: 'failed', facts })
  }

  /** Records that a check was not possible; with `finding` if the verdict must say so. */
  skip(name: CheckName, facts: Facts = {}, finding?: Finding): void {
    if (finding) this.#findings.push(finding)
    this.#checks.set(name, { name, result: 'not_checked', facts })
  }

  /** Records an internal fault. This check then cannot pass any more. */
  fault(name: CheckName): void {
    this.#findings.push({ outcome: 'unknown', reason: 'internal_fault' })
    this.#faults.add(name)
    if (!this.failed(name)) this.#checks.set(name, { name, result: 'not_checked', facts: { fault: true } })
  }

  passed(name: CheckName): boolean {
    return this.#checks.get(name)?.result === 'passed'
  }

  failed(name: CheckName): boolean {
    return this.#checks.get(name)?.result === 'failed'
  }

  get checks(): readonly Check[] {
    return CHECKS.filter(name => this.scope.includes(name)).map(
      name => this.#checks.get(name) ?? { name, result: 'not_checked', facts: {} },
    )
  }

  get finding(): Finding {
    return worst(this.#findings)
  }
}

export const PRESENTATION_CHECKS: readonly CheckName[] = ['response', 'view', 'claims', 'condition']
export const CREDENTIAL_CHECKS: readonly CheckName[] = CHECKS.filter(name => !PRESENTATION_CHECKS.includes(name))
