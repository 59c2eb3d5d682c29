import { CHECKS, type Check, type CheckName, type Facts, type Finding, worst } from './verdict.ts'

/**
 * Notes what was checked and what was found. Checks go on after a finding wherever they still can, since a later
 * finding may be the one to report; what was never reached is listed as not checked.
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

  /** It could not be checked; `finding` where the verdict must say so. */
  skip(name: CheckName, facts: Facts = {}, finding?: Finding): void {
    if (finding) this.#findings.push(finding)
    this.#checks.set(name, { name, result: 'not_checked', facts })
  }

  /** A fault of our own: whatever else this check finds, it does not pass. */
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
